package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model core where there is nothing of a cluster. */
class CoreAloneTest {
  /** File names of jars that come with Spark. Others may lie in directories of any name. */
  private static final Pattern OF_A_CLUSTER =
      Pattern.compile(
          "(spark|hadoop|scala|iceberg|parquet|jackson|log4j|commons-(text|lang3))[-_.].*\\.jar"
              + "|.*_2\\.1[23]-.*\\.jar");

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

    Process process =
        new ProcessBuilder(command(bundle, wav))
            .redirectError(temp.resolve("err.txt").toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(temp.resolve("err.txt"))).isZero();
    assertThat(out).isEqualTo("of a cluster: []\n" + expected + "\n");
  }

  private static List<String> command(Path bundle, Path wav) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-Dai.djl") || option.startsWith("-Dorg.bytedeco"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath(), TranscribeAlone.class.getName()));
    command.addAll(List.of(bundle.toString(), wav.toString()));
    return command;
  }

  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(entry -> !OF_A_CLUSTER.matcher(new File(entry).getName()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
