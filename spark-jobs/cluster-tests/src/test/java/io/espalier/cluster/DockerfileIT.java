package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image for Kubernetes, as far as it can be checked without Docker. */
@Tag("slow")
class DockerfileIT {
  private static final Path FILE = Product.SCRIPTS.resolve("k8s/Dockerfile");

  @TempDir static Path directory;

  /** Instructions with their arguments, one line each. */
  private static List<String> instructions;

  @BeforeAll
  static void read() throws IOException {
    String text = Files.readString(FILE).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n", "");
    instructions = text.lines().filter(line -> !line.isBlank()).toList();
    assertThat(instructions).allMatch(line -> line.matches("(ARG|FROM|USER|COPY|ENV|RUN) .*"));
  }

  @Test
  void whatItCopiesIsInTheRepositoryOrInTheBuild() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String copy : all("COPY")) {
      if (!copy.contains("--from=")) {
        String[] words = copy.replaceAll("--\\S+ ", "").strip().split(" +", -1);
        sources.add(words[0]);
      }
    }
    assertThat(sources).hasSize(2);
    assertThat(Product.ROOT.resolve(sources.get(1))).isExecutable();
    // The jar of the profile that the first lines of the file name.
    String pom = Files.readString(Product.ROOT.resolve("spark-jobs/pom.xml"));
    Matcher jar = Pattern.compile("<shaded.jar>(\\S+-cuda.jar)</shaded.jar>").matcher(pom);
    assertThat(jar.find()).isTrue();
    assertThat(sources.get(0))
        .isEqualTo(
            "spark-jobs/target/"
                + jar.group(1)
                    .replace("${spark.line}", Product.SPARK.replaceFirst("\\.[0-9]+$", ""))
                    .replace("${scala.binary.version}", Product.SCALA));
    assertThat(Files.readString(FILE)).contains("mvn -Pcuda -DskipTests package");
  }

  @Test
  void theImageIsOfTheSparkThatTheJarIsFor() {
    assertThat(all("ARG").get(0))
        .startsWith("SPARK=apache/spark:" + Product.SPARK + "-scala" + Product.SCALA + "-java17");
  }

  @Test
  void theScriptNamesWhatTheImageHas() throws IOException {
    String script = Files.readString(Product.SCRIPTS.resolve("k8s/spark-submit.sh"));
    for (String copy : all("COPY")) {
      String target = copy.substring(copy.lastIndexOf(' ') + 1);
      if (target.startsWith("/opt/espalier/")) {
        assertThat(script).contains(target);
      }
    }
  }

  @Test
  void itsCommandsAreAShells() throws Exception {
    for (String run : all("RUN")) {
      Call call = Call.run(directory, Map.of(), List.of("sh", "-n", "-c", run));
      assertThat(call.exitCode()).as(run + call.said()).isZero();
    }
  }

  @Test
  void theCommandThatUnpacksLibtorchWorks() throws Exception {
    SparkHome spark = SparkHome.in(directory.resolve("spark"));
    List<String> runs = all("RUN");
    String info =
        runs.get(runs.size() - 1)
            // The jar of this build has no libtorch for CUDA.
            .replace("in cpu cuda;", "in cpu;")
            .replace("/opt/spark/", spark.path() + "/")
            .replace("/opt/espalier/espalier.jar", Product.JAR.toString())
            .replace("/opt/espalier/djl", directory + "/djl")
            .replace("/tmp/warehouse", directory + "/warehouse")
            .replaceFirst("&& chown .*", "");
    Map<String, String> environment = new HashMap<>(spark.environment());
    environment.put("DJL_CACHE_DIR", directory + "/djl");
    Call call = Call.run(directory, environment, List.of("sh", "-c", info));
    assertThat(call.exitCode()).as(call.said()).isZero();
    assertThat(call.out()).contains("libtorch", "cpu");
    assertThat(directory.resolve("djl")).isDirectory();
    assertThat(directory.resolve("warehouse")).doesNotExist();
  }

  private static List<String> all(String name) {
    return instructions.stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .toList();
  }
}
