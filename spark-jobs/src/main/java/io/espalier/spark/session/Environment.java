package io.espalier.spark.session;

import static java.util.stream.Collectors.joining;

import ai.djl.engine.Engine;
import io.espalier.audio.decoder.DecoderIsolation;
import io.espalier.audio.decoder.DecoderUnavailableException;
import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.files.BuildVersion;
import io.espalier.libtorch.Gpu;
import io.espalier.libtorch.Libtorch;
import io.espalier.spark.table.FromScala;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.task.AudioRules;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The versions, devices, catalog and configuration that a job would use.
 *
 * @param facts names and values, in display order
 * @param isComplete whether every native library could be loaded
 */
public record Environment(Map<String, String> facts, boolean isComplete) {

  /** Looks around on the driver. */
  public static Environment of(SparkSession spark) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("espalier", BuildVersion.current());
    facts.put(
        "java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
    facts.put(
        "machine",
        String.format(
            Locale.ROOT,
            "%s %s, %d processors, %d MiB heap",
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            Runtime.getRuntime().maxMemory() >> 20));
    facts.put("spark", spark.version() + ", " + spark.sparkContext().master());
    boolean engine = addEngine(facts);
    boolean ffmpeg = addFfmpeg(facts);
    EspalierConf conf = SessionConf.of(spark, Map.of());
    addIsolation(AudioRules.of(conf), facts);
    addCatalog(spark, facts);
    for (ConfKey<?> key : SessionConf.keys()) {
      Object value = conf.get(key);
      String shown =
          value instanceof Optional<?> o ? o.map(Object::toString).orElse("") : "" + value;
      facts.put(key.property(), shown);
    }
    return new Environment(facts, engine && ffmpeg);
  }

  /** The facts, one line each. */
  public String report() {
    StringBuilder report = new StringBuilder();
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(1);
    facts.forEach(
        (name, value) ->
            report.append(String.format(Locale.ROOT, "%-" + width + "s  %s%n", name, value)));
    return report.toString();
  }

  private static boolean addEngine(Map<String, String> facts) {
    try {
      Libtorch libtorch = Libtorch.start();
      facts.put("djl", Engine.getDjlVersion());
      facts.put("libtorch", libtorch.version() + " " + libtorch.build());
      List<Gpu> gpus = libtorch.gpus();
      for (int index = 0; index < gpus.size(); index++) {
        facts.put("cuda:" + index, gpus.get(index).toString());
      }
      facts.put("devices", String.join(", ", libtorch.devices()));
      libtorch.problem().ifPresent(problem -> facts.put("gpus", "none, because " + problem));
      return true;
    } catch (RuntimeException | LinkageError e) {
      facts.put("libtorch", "cannot be loaded: " + e);
      return false;
    }
  }

  private static boolean addFfmpeg(Map<String, String> facts) {
    try {
      facts.put("ffmpeg", avutil.av_version_info().getString());
      return true;
    } catch (RuntimeException | LinkageError e) {
      facts.put("ffmpeg", "cannot be loaded: " + e);
      return false;
    }
  }

  private static void addIsolation(AudioRules audio, Map<String, String> facts) {
    String isolation;
    try {
      isolation = DecoderIsolation.of(audio.isolation()).text(audio.limits());
    } catch (DecoderUnavailableException e) {
      isolation = e.getMessage();
    }
    facts.put("decoder isolation", isolation);
  }

  private static void addCatalog(SparkSession spark, Map<String, String> facts) {
    String catalog = spark.conf().get("spark.sql.defaultCatalog");
    facts.put("catalog", catalog);
    // These alone: other properties of a catalog may be secrets.
    for (String property : new String[] {"", ".type", ".uri", ".warehouse"}) {
      String key = TableRef.CATALOGS + catalog + property;
      if (spark.conf().contains(key)) {
        facts.put("catalog" + (property.isEmpty() ? ".class" : property), spark.conf().get(key));
      }
    }
    FunctionRegistry registry = spark.sessionState().functionRegistry();
    Set<FunctionIdentifier> functions = new HashSet<>(FromScala.list(registry.listFunction()));
    functions.removeAll(FromScala.list(FunctionRegistry$.MODULE$.builtin().listFunction()));
    facts.put(
        "functions",
        functions.stream().map(FunctionIdentifier::funcName).sorted().collect(joining(", ")));
  }
}
