package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model core where there is nothing of a cluster. */
class CoreAloneTest {
  @TempDir Path temp;

  @Test
  void transcribesWithoutSparkHadoopAndScala() throws Exception {
    ReferenceSet set = ReferenceSets.owsmAed().get(0);
    Path bundle = set.importTo(temp.resolve("bundle")).directory();
    Path wav = set.audio("a_fra.wav");
    String expected = TranscribeAlone.text(bundle, wav);
    assertThat(expected).isNotEmpty();
    // Else their absence from the other process would say nothing.
    assertThat(TranscribeAlone.present()).isEqualTo(TranscribeAlone.OF_A_CLUSTER);

    ClusterFreeJvm jvm =
        ClusterFreeJvm.run(
            "256m", temp, TranscribeAlone.class.getName(), bundle.toString(), wav.toString());

    assertThat(jvm.code()).as(jvm.err()).isZero();
    assertThat(jvm.out()).isEqualTo("of a cluster: []\n" + expected + "\n");
  }
}
