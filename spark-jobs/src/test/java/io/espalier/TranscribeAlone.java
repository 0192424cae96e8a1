package io.espalier;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.search.OwsmTranslatorFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Transcribes the recording of its second argument with the bundle of its first. */
final class TranscribeAlone {
  /** One class of each library that the core has to do without. */
  static final List<String> OF_A_CLUSTER =
      List.of(
          "org.apache.spark.sql.SparkSession",
          "org.apache.hadoop.conf.Configuration",
          "scala.Option",
          "org.apache.iceberg.spark.SparkCatalog",
          "org.apache.parquet.hadoop.ParquetFileReader",
          "com.fasterxml.jackson.databind.ObjectMapper",
          "org.apache.commons.text.similarity.LevenshteinDistance",
          "org.apache.logging.log4j.LogManager");

  private TranscribeAlone() {}

  /** Prints which of the classes are there, then the text. */
  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.print("of a cluster: " + present() + "\n");
    out.print(text(Path.of(args[0]), Path.of(args[1])) + "\n");
  }

  static List<String> present() {
    return OF_A_CLUSTER.stream().filter(TranscribeAlone::isPresent).toList();
  }

  private static boolean isPresent(String name) {
    try {
      Class.forName(name, false, TranscribeAlone.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static String text(Path bundle, Path wav) throws Exception {
    Criteria<float[], String> criteria =
        Criteria.builder()
            .setTypes(float[].class, String.class)
            .optModelPath(bundle)
            .optTranslatorFactory(new OwsmTranslatorFactory())
            .optArgument("beam", 1)
            .optArgument("maxlenratio", -20)
            .optArgument("language", "fra")
            .build();
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1);
        ZooModel<float[], String> model = criteria.loadModel();
        Predictor<float[], String> predictor = model.newPredictor()) {
      return predictor.predict(decoder.decode(Files.readAllBytes(wav)).samples());
    }
  }
}
