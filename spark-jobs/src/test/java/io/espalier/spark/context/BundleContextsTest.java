package io.espalier.spark.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import io.espalier.ReferenceContext;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.importer.ContextImporter;
import io.espalier.checkpoint.importer.ContextImporter.Source;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextOptions;
import io.espalier.nn.Precision;
import io.espalier.search.LoadedModel;
import io.espalier.search.SpokenLanguage;
import io.espalier.spark.TestSpark;
import io.espalier.spark.transcribe.TranscribeJob;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imported encoders in a job, from sound files to the table. */
class BundleContextsTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;
  private final ReferenceSet owsm = ReferenceSets.owsmAed().get(0);
  private final ReferenceSet speaker = ReferenceSets.ecapa().get(0);
  private final ReferenceSet event = ReferenceSets.beats().get(0);

  @Test
  void theTableHoldsTheReferencesVectors() throws Exception {
    Path bundle = directory.resolve("bundle");
    owsm.importTo(bundle);
    ContextImporter.add(
        List.of(
            new Source.Speaker(speaker.dir()),
            new Source.Event(ReferenceContext.checkpoint(event))),
        bundle,
        ImportOptions.DEFAULTS,
        line -> {});
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .option("bundle", bundle.toString())
            .option("threads", "1")
            .option("clustering", "none");
    for (JsonElement wav : speaker.json("embeddings.json").getAsJsonArray("wavs")) {
      String name = wav.getAsString();
      job.row(RowFactory.create(name, speaker.audio(name).toString(), null, null, null, null));
    }
    EspalierConf conf = job.writeManifest().conf();
    ContextSummary summary = job.run(BundleContexts.of(SPARK, conf, ContextJobOptions.of(conf)));
    assertThat(summary.stage().failed()).isZero();
    try (NDManager manager = NDManager.newBaseManager()) {
      Tensors golden = Tensors.read(manager, speaker.golden("embeddings.npz"));
      for (Row row : job.rows()) {
        assertLikeTheReference(manager, golden, row);
      }
    }
  }

  private static void assertLikeTheReference(NDManager manager, Tensors golden, Row row) {
    String id = row.getAs("utt_id");
    List<Float> values = row.getList(row.fieldIndex("speaker"));
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    String name = "emb_" + id.replaceAll("^a_|\\.wav$", "");
    golden.assertClose(name, manager.create(vector, golden.get(name).getShape()));
    assertThat(row.<Float>getList(row.fieldIndex("event"))).isNotEmpty();
    assertThat(row.<String>getAs("language")).hasSize(3);
    assertThat(row.<Double>getAs("language_probability")).isBetween(0.0, 1.0);
    Row gflops = row.getAs("gflops");
    double sum = 0;
    for (String part : List.of("speaker", "event", "language")) {
      assertThat(gflops.<Double>getAs(part)).as(part).isPositive();
      sum += gflops.<Double>getAs(part);
    }
    assertThat(gflops.<Double>getAs("total")).isEqualTo(sum);
  }

  @Test
  void anOwsmCtcIdentifiesTheLanguagesThatTheManifestDoesNotName() throws Exception {
    Path bundle = directory.resolve("bundle");
    ReferenceSet ctc = ReferenceSets.owsmCtc().get(0);
    ctc.importTo(bundle);
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .option("bundle", bundle.toString())
            .option("threads", "1")
            .option("clustering", "none");
    for (String wav : ctc.recordings()) {
      String language = wav.contains("deu") ? "deu" : null;
      job.row(RowFactory.create(wav, ctc.audio(wav).toString(), language, null, null, null));
    }
    EspalierConf conf = job.writeManifest().conf();
    ContextSummary summary = job.run(BundleContexts.of(SPARK, conf, ContextJobOptions.of(conf)));
    assertThat(summary.stage().failed()).isZero();
    try (LoadedModel owsm = Bundle.open(bundle).loadEither(Device.cpu(), Precision.FLOAT32)) {
      for (Row row : job.rows()) {
        String wav = row.getAs("utt_id");
        if (wav.contains("deu")) {
          assertThat(row.<String>getAs("language")).isEqualTo("deu");
          assertThat(row.<Double>getAs("language_probability")).isNull();
        } else {
          SpokenLanguage found = owsm.languages(List.of(ctc.samples(wav))).get(0);
          assertThat(row.<String>getAs("language")).as(wav).isEqualTo(found.language());
          assertThat(row.<Double>getAs("language_probability"))
              .isCloseTo(found.probability(), within(1e-4));
          assertThat(row.<Row>getAs("gflops").<Double>getAs("language"))
              .isCloseTo(found.flops() / 1e9, within(1e-9));
        }
      }
    }
  }

  @Test
  void contextsOutliveChangesOfOtherPartsOfTheBundle() throws Exception {
    Path context = directory.resolve("context");
    Path both = directory.resolve("both");
    owsm.importTo(both);
    for (Path bundle : List.of(context, both)) {
      ContextImporter.add(
          List.of(new Source.Speaker(speaker.dir())), bundle, ImportOptions.DEFAULTS, line -> {});
    }
    assertThat(contexts(context, false).fingerprint())
        .isEqualTo(contexts(both, false).fingerprint())
        .isNotEqualTo(contexts(both, true).fingerprint());
    assertThat(contexts(context, true).identifies()).isFalse();
    assertThat(contexts(both, true).identifies()).isTrue();
  }

  @Test
  void aBundleWithNothingToComputeIsRefused() {
    Path bundle = directory.resolve("bundle");
    owsm.importTo(bundle);
    assertThatThrownBy(() -> contexts(bundle, false))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Add encoders with espalier import --speaker and --event");
  }

  private static BundleContexts contexts(Path bundle, boolean identify) {
    return new BundleContexts(SPARK, bundle.toString(), identify, ContextOptions.DEFAULTS);
  }
}
