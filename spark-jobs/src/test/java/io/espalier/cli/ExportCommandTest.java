package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.run.PipelineRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path directory;

  @Test
  void transcriptsOfTheStageBecomeSubtitles() {
    Path output = directory.resolve("new/subtitles");
    CommandRun run =
        export("--format", "vtt", "--run", "dense", "-o", output.toString(), "--line-length", "20");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("of run dense to " + output);
    assertThat(output.toFile().list()).isNotEmpty().allMatch(name -> name.endsWith(".vtt"));
  }

  @Test
  void oneFileNeedsADirectoryThatIsThere() {
    CommandRun run =
        export("--format", "ctm", "--one-file", "-o", directory.resolve("no/x.ctm").toString());
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("does not exist");
  }

  @Test
  void aFileIsNoDirectoryForFiles() throws IOException {
    Path file = Files.createFile(directory.resolve("x.srt"));
    CommandRun run = export("--format", "srt", "-o", file.toString());
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("it is a file. Give a directory, or add --one-file");
  }

  @Test
  void anUnknownFormatIsUsage() {
    CommandRun run = export("--format", "docx", "-o", directory.toString());
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--format", "docx");
  }

  private static CommandRun export(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("export", "--table", PipelineRuns.tables().get("table")));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}
