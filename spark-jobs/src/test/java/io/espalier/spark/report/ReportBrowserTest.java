package io.espalier.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.conf.EspalierConf;
import io.espalier.spark.TestSpark;
import io.espalier.spark.run.PipelineRuns;
import io.espalier.spark.session.SessionConf;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens the report in a Chromium, if one is installed. {@code -Despalier.screenshots=DIR} keeps
 * pictures of it for people to look at.
 */
@Tag("slow")
class ReportBrowserTest {
  private static final Pattern FIGURE = Pattern.compile("<figure [^>]*data-chart=[^>]*>");

  @TempDir static Path directory;
  private static Path page;
  private static String browser;

  @BeforeAll
  static void openThePage() throws IOException {
    Optional<String> found = chromium();
    assumeTrue(found.isPresent(), "No Chromium on the PATH");
    browser = found.orElseThrow();
    page = directory.resolve("report.html");
    Map<String, String> named = new HashMap<>(PipelineRuns.tables());
    named.put("comparison", PipelineRuns.NAMESPACE + ".comparison");
    EspalierConf conf = SessionConf.of(Map.of(), named);
    Files.writeString(page, new Report(TestSpark.session(), conf, List.of()).html());
  }

  @Test
  void everyChartDraws() throws Exception {
    String dom = run("--dump-dom");
    List<String> figures = FIGURE.matcher(dom).results().map(MatchResult::group).toList();
    assertThat(figures).hasSizeGreaterThan(8);
    assertThat(figures)
        .allSatisfy(
            figure ->
                assertThat(figure)
                    .contains("data-drawn=\"true\"")
                    .containsPattern("data-marks=\"[1-9][0-9]*\""));
  }

  @Test
  void noScriptOfATextRuns() throws Exception {
    assertThat(run("--dump-dom")).contains("<title>2 runs compared").doesNotContain("<img");
  }

  @Test
  void thePagePrintsWithItsTables() throws Exception {
    Path pdf = screenshots().resolve("report.pdf");
    run("--no-pdf-header-footer", "--print-to-pdf=" + pdf);
    assertThat(Files.size(pdf)).isGreaterThan(50_000);
  }

  @Test
  void thePageCanBePicturedInLightAndDark() throws Exception {
    for (String scheme : List.of("light", "dark")) {
      Path picture = screenshots().resolve(scheme + ".png");
      List<String> arguments =
          new ArrayList<>(List.of("--window-size=1300,6200", "--screenshot=" + picture));
      if (scheme.equals("dark")) {
        arguments.add("--blink-settings=preferredColorScheme=0");
      }
      run(arguments.toArray(String[]::new));
      assertThat(Files.size(picture)).isGreaterThan(50_000);
    }
  }

  private static Path screenshots() throws IOException {
    String wanted = System.getProperty("espalier.screenshots", "");
    return wanted.isEmpty() ? directory : Files.createDirectories(Path.of(wanted));
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                browser,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--user-data-dir=" + directory.resolve("profile")));
    command.addAll(Arrays.asList(arguments));
    command.add(page.toUri().toString());
    Path output = Files.createTempFile(directory, "browser", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private static Optional<String> chromium() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                    .map(path -> Path.of(path, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
