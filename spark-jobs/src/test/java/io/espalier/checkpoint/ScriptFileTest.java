package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.espalier.checkpoint.importer.ContextImporter;
import io.espalier.checkpoint.importer.ContextImporter.Source;
import io.espalier.context.ContextEncoder;
import io.espalier.context.ContextEncoder.Embedding;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.nn.Kernels;
import io.espalier.nn.ScriptArchives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFileTest {
  /** The mean of each of the first 1000 samples' quarters: fewer samples are an error to it. */
  private static final String QUARTERS =
      "return torch.mean(torch.view(torch.narrow(x, 1, 0, 1000), [1, 4, -1]), [2])";

  @TempDir Path temp;
  private Path script;

  @BeforeEach
  void writeAProgram() throws IOException {
    script = ScriptArchives.write(temp.resolve("program.pt"), QUARTERS);
  }

  @Test
  void aTrustedProgramIsAnEncoder() throws Exception {
    ContextBundle bundle = add(script, Sha256.of(script));
    assertThat(bundle.report()).contains("TorchScript, SHA-256 " + Sha256.of(script));
    try (NDManager manager = NDManager.newBaseManager()) {
      ContextEncoder encoder = bundle.loadSpeaker(manager, Kernels.load(manager)).orElseThrow();
      assertThat(encoder.size()).isEqualTo(4);
      assertThat(encoder.minSamples()).isEqualTo(1600);
      float[] samples = new float[1600];
      samples[999] = 250;
      Embedding embedding = encoder.encode(List.of(new float[1600], samples)).get(1);
      assertThat(embedding.vector()).containsExactly(new float[] {0, 0, 0, 1}, within(1e-6f));
      assertThat(embedding.flops()).isEqualTo(Embedding.UNKNOWN_FLOPS);
    }
  }

  @Test
  void aProgramThatIsNotTrustedIsNotRun() throws IOException {
    String digest = Sha256.of(script);
    assertThatThrownBy(() -> add(script, "0".repeat(64)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("If you trust it, add --trust " + digest);
    assertThat(temp.resolve("bundle")).doesNotExist();
  }

  @Test
  void aProgramThatGivesNoVectorIsRefused() throws IOException {
    Path other = ScriptArchives.write(temp.resolve("other.pt"), "return torch.unsqueeze(x, 0)");
    assertThatThrownBy(() -> add(other, Sha256.of(other)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("forward must take samples (1, samples) and return one vector");
  }

  @Test
  void aProgramThatHasChangedIsNotOpened() throws Exception {
    add(script, Sha256.of(script));
    Files.writeString(temp.resolve("bundle").resolve("speaker.torchscript"), "something else");
    assertThatThrownBy(() -> ContextBundle.open(temp.resolve("bundle")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("speaker.torchscript has size");
  }

  private ContextBundle add(Path file, String trusted) throws IOException {
    return ContextImporter.add(
        List.of(Source.speaker(file, Set.of(trusted))),
        temp.resolve("bundle"),
        ImportOptions.DEFAULTS,
        line -> {});
  }
}
