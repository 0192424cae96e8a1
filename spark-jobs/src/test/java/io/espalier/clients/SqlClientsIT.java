package io.espalier.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar with the SQL functions in every client that can be had, each on this build's Spark. */
@Tag("slow")
class SqlClientsIT {
  private static final String QUERY = "SELECT wer('a b c', 'a x c') AS rate";
  private static final String ANSWER = "0.3333333333333333";
  private static final String EXTENSION = "spark.sql.extensions=io.espalier.udfs.EspalierFunctions";

  /** Spark Connect's server is no part of PySpark 3.5; any release of the line will do. */
  private static final String CONNECT_FOR_3_5 = "org.apache.spark:spark-connect_2.12:3.5.7";

  private static final String PYTHON =
      """
      from pyspark.sql import SparkSession
      spark = SparkSession.builder.getOrCreate()
      """;
  private static final String ASK = "print('rate', spark.sql(\"" + QUERY + "\").first().rate)\n";

  @TempDir Path directory;
  private SparkClient client;
  private String jar;

  @BeforeEach
  void prepare() throws Exception {
    client = new SparkClient(PySpark.ofThisBuild(), directory);
    jar = SparkClient.functionsJar().toString();
  }

  @Test
  void sparkSql() throws Exception {
    Program sql = client.run(Map.of(), "", "spark-sql", "--jars", jar, "-e", QUERY);
    assertThat(sql.exitCode()).as(sql.err()).isZero();
    assertThat(sql.out()).contains(ANSWER);
  }

  @Test
  void sparkShell() throws Exception {
    Program shell =
        client.run(
            Map.of(),
            "println(\"rate \" + spark.sql(\"" + QUERY + "\").head().getDouble(0))\n:quit\n",
            "spark-shell",
            "--jars",
            jar);
    assertThat(shell.exitCode()).as(shell.err()).isZero();
    assertThat(shell.out()).contains("rate " + ANSWER);
  }

  @Test
  void submittedPythonWithTheExtension() throws Exception {
    Program python = client.submit(PYTHON + ASK, "--jars", jar, "--conf", EXTENSION);
    assertThat(python.exitCode()).as(python.err()).isZero();
    assertThat(python.out()).contains("rate " + ANSWER);
  }

  @Test
  void submittedPythonWithTheJarAlone() throws Exception {
    Program python = client.submit(PYTHON + ASK, "--jars", jar);
    if (client.pySpark().isSpark4()) {
      assertThat(python.exitCode()).as(python.err()).isZero();
      assertThat(python.out()).contains("rate " + ANSWER);
    } else {
      // What the documentation says about PySpark 3.5.
      assertThat(python.exitCode()).isNotZero();
      assertThat(python.out()).contains("[UNRESOLVED_ROUTINE] Cannot resolve function `wer`");
    }
  }

  @Test
  void functionsAreAddedToASessionOfPython() throws Exception {
    String register =
        "spark._jvm.io.espalier.udfs.EspalierFunctions.register(spark._jsparkSession)\n";
    Program python = client.submit(PYTHON + register + register + ASK, "--jars", jar);
    assertThat(python.exitCode()).as(python.err()).isZero();
    assertThat(python.out()).contains("rate " + ANSWER);
  }

  @Test
  void pythonWithoutASparkScript() throws Exception {
    Program python =
        client.python(
            Map.of(),
            """
            import sys
            from pyspark.sql import SparkSession
            spark = (SparkSession.builder.master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.jars", sys.argv[1])
                .config("spark.sql.extensions", "io.espalier.udfs.EspalierFunctions")
                .getOrCreate())
            """
                + ASK,
            jar);
    assertThat(python.exitCode()).as(python.err()).isZero();
    assertThat(python.out()).contains("rate " + ANSWER);
  }

  @Test
  void pythonShell() throws Exception {
    // As at a terminal: only then does Python run what makes the session.
    Map<String, String> interactive = Map.of("PYSPARK_DRIVER_PYTHON_OPTS", "-i");
    Program shell = client.run(interactive, ASK, "pyspark", "--jars", jar, "--conf", EXTENSION);
    assertThat(shell.exitCode()).as(shell.err()).isZero();
    assertThat(shell.out()).contains("rate " + ANSWER);
  }

  @Test
  void thriftServerAndBeeline() throws Exception {
    int port = Server.freePort();
    try (Server server =
        client.serve(
            port,
            "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
            List.of("--jars", jar),
            List.of(
                "--hiveconf",
                "hive.server2.thrift.port=" + port,
                "--hiveconf",
                "hive.server2.thrift.bind.host=127.0.0.1"))) {
      Program beeline =
          client.beeline(
              "-u",
              "jdbc:hive2://127.0.0.1:" + server.port() + "/default",
              "-n",
              "tester",
              "--silent=true",
              "-e",
              QUERY + ";");
      assertThat(beeline.exitCode()).as(beeline.err()).isZero();
      assertThat(beeline.out()).contains(ANSWER);
    }
  }

  @Test
  void sparkConnect() throws Exception {
    int port = Server.freePort();
    List<String> options = new ArrayList<>(List.of("--jars", jar));
    options.addAll(List.of("--conf", "spark.connect.grpc.binding.port=" + port));
    if (!client.pySpark().isSpark4()) {
      options.addAll(List.of("--packages", CONNECT_FOR_3_5));
    }
    try (Server server =
        client.serve(
            port, "org.apache.spark.sql.connect.service.SparkConnectServer", options, List.of())) {
      Program python =
          client.python(
              Map.of(),
              """
              import sys
              from pyspark.sql import SparkSession
              spark = SparkSession.builder.remote("sc://127.0.0.1:" + sys.argv[1]).getOrCreate()
              """
                  + ASK,
              String.valueOf(server.port()));
      assertThat(python.exitCode()).as(python.err()).isZero();
      assertThat(python.out()).contains("rate " + ANSWER);
    }
  }
}
