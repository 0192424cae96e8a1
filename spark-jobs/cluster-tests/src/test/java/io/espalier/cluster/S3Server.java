package io.espalier.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An S3 server (S3Proxy) in a process of its own, which keeps its objects in memory. */
final class S3Server implements AutoCloseable {
  private static final String KEY = "espalier-key";
  private static final String SECRET = "espalier-secret";

  private final Daemon daemon;
  private final Path directory;
  private final int port;

  private S3Server(Daemon daemon, Path directory, int port) {
    this.daemon = daemon;
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param directory of its log
   */
  static S3Server start(Path directory) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path properties =
        Files.writeString(
            directory.resolve("s3proxy.properties"),
            String.join(
                "\n",
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + KEY,
                "s3proxy.credential=" + SECRET,
                "jclouds.identity=none",
                "jclouds.credential=none",
                "jclouds.provider=transient",
                ""));
    // Its own default logs every byte.
    Path log =
        Files.writeString(
            directory.resolve("logback.xml"),
            """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%level %logger - %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="out"/></root>
            </configuration>
            """);
    Daemon daemon =
        Daemon.start(
            "s3",
            directory,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dlogback.configurationFile=" + log,
                "-cp",
                Product.path("espalier.s3.server") + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString()));
    daemon.waitFor(Pattern.compile("Started Server"));
    return new S3Server(daemon, directory, port);
  }

  /** Makes a bucket, by a request that is signed as in version 2. */
  void makeBucket(String name) throws Exception {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    byte[] signature =
        mac.doFinal(("PUT\n\n\n" + date + "\n/" + name).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + name))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .header("Date", date)
            .header(
                "Authorization", "AWS " + KEY + ":" + Base64.getEncoder().encodeToString(signature))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("Cannot make bucket " + name + ": " + answer.body());
    }
  }

  /**
   * Runs a command of Hadoop's file system shell on it.
   *
   * @param spark whose Hadoop it is
   * @return what it printed
   */
  String shell(SparkHome spark, String... arguments) throws IOException, InterruptedException {
    Path conf = Files.createDirectories(directory.resolve("hadoop-conf"));
    String settings =
        properties().entrySet().stream()
            .map(
                setting ->
                    "<property><name>%s</name><value>%s</value></property>"
                        .formatted(
                            setting.getKey().replace("spark.hadoop.", ""), setting.getValue()))
            .collect(Collectors.joining("\n", "<configuration>\n", "\n</configuration>\n"));
    Files.writeString(conf.resolve("core-site.xml"), settings);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(
                    ":",
                    conf.toString(),
                    spark.path() + "/jars/*",
                    Product.path("espalier.connectors") + "/hadoop-aws/*"),
                "org.apache.hadoop.fs.FsShell"));
    command.addAll(List.of(arguments));
    Call call = Call.run(directory, Map.of(), command);
    if (call.exitCode() != 0) {
      throw new IOException("Cannot run " + List.of(arguments) + ": " + call.said());
    }
    return call.out();
  }

  /** What a user gives to Spark for this server. */
  Map<String, String> properties() {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint",
        "http://127.0.0.1:" + port,
        "spark.hadoop.fs.s3a.path.style.access",
        "true",
        "spark.hadoop.fs.s3a.access.key",
        KEY,
        "spark.hadoop.fs.s3a.secret.key",
        SECRET,
        "spark.hadoop.fs.s3a.attempts.maximum",
        "2");
  }

  @Override
  public void close() throws IOException {
    daemon.close();
  }
}
