package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import java.io.StringReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import okhttp3.mockwebserver.MockWebServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example for Kubernetes, against an API server that keeps what it is given and runs nothing:
 * first {@code spark-submit} asks for the driver's pod; then the driver, started as that pod would
 * start it, asks for its executors.
 */
@Tag("slow")
class KubernetesIT {
  private static final String NAMESPACE = "speech";
  private static final String IMAGE = "registry.example.org/espalier:1";
  private static final String QUERY = "SELECT count(*) FROM range(1000)";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path directory;

  private static KubernetesMockServer server;
  private static NamespacedKubernetesClient api;
  private static SparkHome spark;
  private static Pod driver;

  @BeforeAll
  static void submit() throws Exception {
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesObjects(),
            /* useHttps= */ false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    api = server.createClient();
    spark = SparkHome.in(directory.resolve("spark"));
    // Nothing runs the pod, so nobody can wait for its end.
    defaults("spark.kubernetes.submission.waitAppCompletion false\n");
    Call call =
        Script.of("k8s/spark-submit.sh", directory, spark)
            .with(
                Map.of(
                    "MASTER", "k8s://" + url(),
                    "IMAGE", IMAGE,
                    "NAMESPACE", NAMESPACE,
                    "SERVICE_ACCOUNT", "espalier",
                    "EXECUTORS", "3",
                    "CORES", "8",
                    "MEMORY", "16g",
                    "MEMORY_OVERHEAD", "8g",
                    "GPUS_PER_EXECUTOR", "2",
                    "WAREHOUSE", directory.resolve("warehouse").toString()))
            .run("sql", "-e", QUERY);
    assertThat(call.exitCode()).as(call.said()).isZero();
    List<Pod> pods = pods("driver");
    assertThat(pods).as(call.said()).hasSize(1);
    driver = pods.get(0);
  }

  @AfterAll
  static void stopTheServer() {
    if (server != null) {
      server.destroy();
    }
  }

  @Test
  void theDriverIsAPodOfTheImageAndTheAccount() {
    assertThat(driver.getSpec().getServiceAccountName()).isEqualTo("espalier");
    assertThat(driver.getSpec().getRestartPolicy()).isEqualTo("Never");
    Container container = only(driver);
    assertThat(container.getImage()).isEqualTo(IMAGE);
    assertThat(container.getArgs())
        .startsWith("driver")
        .containsSequence(
            "--class", "io.espalier.cli.Espalier", "local:///opt/espalier/espalier.jar")
        .endsWith("sql", "-e", QUERY);
    assertThat(container.getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
  }

  @Test
  void theServiceAndThePropertiesAreTheDrivers() throws Exception {
    List<Service> services = api.services().inNamespace(NAMESPACE).list().getItems();
    assertThat(services).hasSize(1);
    assertThat(services.get(0).getSpec().getClusterIP()).isEqualTo("None");
    assertThat(services.get(0).getSpec().getSelector())
        .allSatisfy(
            (label, value) ->
                assertThat(driver.getMetadata().getLabels()).containsEntry(label, value));

    Properties properties = properties();
    assertThat(properties)
        .containsEntry("spark.kubernetes.namespace", NAMESPACE)
        .containsEntry("spark.executor.instances", "3")
        .containsEntry("spark.executor.resource.gpu.amount", "2")
        .containsEntry("spark.executor.resource.gpu.vendor", "nvidia.com")
        .containsEntry(
            "spark.executor.resource.gpu.discoveryScript", "/opt/espalier/gpu-discovery.sh")
        .containsEntry("spark.espalier.warehouse", directory.resolve("warehouse").toString());
    assertThat(properties.getProperty("spark.driver.extraJavaOptions"))
        .contains("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dai.djl.offline=true");
    assertThat(properties).doesNotContainKey("spark.task.resource.gpu.amount");
  }

  @Test
  void theDriverAsksForExecutorsWithGpus() throws Exception {
    List<Pod> executors;
    try (Daemon process = startTheDriver()) {
      executors = waitForExecutors(process);
    }
    assertThat(executors).hasSize(3);
    for (Pod executor : executors) {
      assertThat(executor.getMetadata().getOwnerReferences())
          .extracting(owner -> owner.getName())
          .containsExactly(driver.getMetadata().getName());
      assertThat(executor.getSpec().getServiceAccountName()).isEqualTo("espalier");
      Container container = only(executor);
      assertThat(container.getImage()).isEqualTo(IMAGE);
      assertThat(container.getArgs()).containsExactly("executor");
      assertThat(container.getResources().getLimits().get("nvidia.com/gpu").getAmount())
          .isEqualTo("2");
      assertThat(container.getResources().getRequests().get("cpu").getAmount()).isEqualTo("8");
      assertThat(container.getResources().getLimits().get("memory").getAmount())
          .isEqualTo(String.valueOf((16 + 8) * 1024));
      Map<String, String> environment =
          container.getEnv().stream()
              .filter(variable -> variable.getValue() != null)
              .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
      assertThat(environment)
          .containsEntry("SPARK_EXECUTOR_CORES", "8")
          .containsEntry("OPT_OUT_TRACKING", "true")
          .containsEntry("LC_ALL", "C.UTF-8")
          .containsValue("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0")
          .containsValue("-Dai.djl.offline=true");
    }
  }

  /** Starts the driver with the properties and arguments of its pod, as the image's entry does. */
  private static Daemon startTheDriver() throws Exception {
    defaults("");
    Path properties = directory.resolve("spark.properties");
    Properties given = properties();
    given.setProperty("spark.jars", Product.JAR.toString());
    try (var out = Files.newBufferedWriter(properties)) {
      given.store(out, null);
    }
    List<String> arguments = new ArrayList<>(only(driver).getArgs());
    arguments.remove("driver");
    arguments.replaceAll(
        argument ->
            argument.equals("local:///opt/espalier/espalier.jar")
                ? Product.JAR.toString()
                : argument.endsWith("/spark.properties") ? properties.toString() : argument);
    List<String> command =
        new ArrayList<>(
            List.of(
                spark.bin("spark-submit").toString(),
                "--conf",
                "spark.driver.bindAddress=127.0.0.1",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.kubernetes.driver.master=" + url(),
                "--deploy-mode",
                "client"));
    command.addAll(arguments);
    return Daemon.start("driver", directory, spark.environment(), command);
  }

  private static List<Pod> waitForExecutors(Daemon process) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (pods("executor").size() < 3) {
      assertThat(System.nanoTime()).as(process.log()).isLessThan(end);
      Thread.sleep(500);
    }
    return pods("executor");
  }

  private static List<Pod> pods(String role) {
    return api.pods().inNamespace(NAMESPACE).withLabel("spark-role", role).list().getItems();
  }

  private static Container only(Pod pod) {
    assertThat(pod.getSpec().getContainers()).hasSize(1);
    return pod.getSpec().getContainers().get(0);
  }

  /** The properties that the driver finds in its pod. */
  private static Properties properties() throws Exception {
    Properties properties = new Properties();
    for (ConfigMap map : api.configMaps().inNamespace(NAMESPACE).list().getItems()) {
      if (map.getMetadata().getName().contains("drv")
          && map.getData().containsKey("spark.properties")) {
        properties.load(new StringReader(map.getData().get("spark.properties")));
      }
    }
    return properties;
  }

  private static String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  private static void defaults(String text) throws Exception {
    // In a pod, Spark refuses the address that other tests set.
    Files.writeString(spark.path().resolve("conf/spark-defaults.conf"), text);
  }
}
