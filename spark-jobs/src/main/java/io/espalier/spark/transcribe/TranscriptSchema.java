package io.espalier.spark.transcribe;

import io.espalier.conf.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of the transcripts table. */
public final class TranscriptSchema {
  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType NUMBER = DataTypes.DoubleType;

  private static final StructType SEGMENT =
      new StructType()
          .add(column("start_s", NUMBER, "start, seconds from the start of the utterance"))
          .add(column("end_s", NUMBER, "end, seconds from the start of the utterance"))
          .add(column("text", TEXT, "what was said"));

  private static final StructType QUALITY =
      new StructType()
          .add(column("no_speech_probability", NUMBER, "of the window, 0 to 1"))
          .add(column("compression_ratio", NUMBER, "of the window's text"))
          .add(column("mean_logprob", NUMBER, "of the window, per token"))
          .add(
              column(
                  "repeats",
                  DataTypes.BooleanType,
                  "whether the window's text ends with the same tokens three times in a row"));

  private static final StructType WORD =
      new StructType()
          .add(column("word", TEXT, "as it is in the text"))
          .add(column("start_s", NUMBER, "start, seconds from the start of the utterance"))
          .add(column("end_s", NUMBER, "end, seconds from the start of the utterance"))
          .add(column("confidence", NUMBER, "mean probability of its tokens by CTC, 0 to 1"));

  private static final StructType GATES =
      new StructType()
          .add(column("encoder", TEXT, "1 open, 0 closed: ffn1, att, cgmlp, ffn2 of each layer"))
          .add(column("decoder", TEXT, "1 open, 0 closed: self, src, ffn of each layer"))
          .add(column("open_encoder", NUMBER, "share of open encoder gates, 0 to 1"))
          .add(column("open_decoder", NUMBER, "share of open decoder gates, 0 to 1"));

  private static final StructType GFLOPS =
      new StructType()
          .add(column("subsampling", NUMBER, "convolutional subsampling, GFLOPs"))
          .add(column("encoder", NUMBER, "encoder layers, GFLOPs"))
          .add(column("decoder", NUMBER, "decoder, GFLOPs"))
          .add(column("ctc", NUMBER, "CTC, GFLOPs"))
          .add(column("gates", NUMBER, "gate predictors, GFLOPs"))
          .add(column("context", NUMBER, "context encoders, GFLOPs"))
          .add(column("total", NUMBER, "all parts together, GFLOPs"))
          .add(column("dense", NUMBER, "the same tokens with all gates open, GFLOPs"));

  private static final StructType TIMING =
      new StructType()
          .add(column("decode_ms", NUMBER, "reading and decoding the audio, milliseconds"))
          .add(
              column(
                  "encoder_ms",
                  NUMBER,
                  "the row's share of the batch's encoder time, milliseconds"))
          .add(
              column(
                  "decoder_ms", NUMBER, "the row's share of the batch's search time, milliseconds"))
          .add(column("batch_size", DataTypes.IntegerType, "utterances in the batch"));

  private static final StructType COLUMNS =
      new StructType()
          .add(column("utt_id", TEXT, "id of the manifest row, unique within a run"))
          .add(column("run_id", TEXT, "name of the run"))
          .add(column("status", TEXT, "ok or failed"))
          .add(column("error_code", TEXT, "why the row failed, from a closed list"))
          .add(column("error_message", TEXT, "why the row failed, with values and the fix"))
          .add(column("stage", TEXT, "stage of the job in which the row failed"))
          .add(column("language", TEXT, "given or identified, ISO 639-3"))
          .add(column("task", TEXT, "asr, st_eng, ..."))
          .add(column("hypothesis", TEXT, "the transcript; empty if nothing was said"))
          .add(column("segments", DataTypes.createArrayType(SEGMENT), "timed parts, if any"))
          .add(
              column(
                  "quality",
                  DataTypes.createArrayType(QUALITY),
                  "signs of what was not said, one for each segment or for the whole text"))
          .add(column("words", DataTypes.createArrayType(WORD), "words with times, if asked for"))
          .add(column("tokens", DataTypes.IntegerType, "generated tokens"))
          .add(column("score", NUMBER, "score of the best hypothesis, natural logarithm"))
          .add(column("mean_logprob", NUMBER, "decoder log-probability per token"))
          .add(column("no_speech_probability", NUMBER, "probability of no speech, 0 to 1"))
          .add(
              column(
                  "compression_ratio",
                  NUMBER,
                  "size of the text divided by its deflated size; above 2.4 the text repeats"
                      + " itself"))
          .add(column("duration_s", NUMBER, "length of the decoded audio, seconds"))
          .add(column("speaker_cluster", DataTypes.IntegerType, "cluster of the speaker, if known"))
          .add(column("gates", GATES, "which modules ran"))
          .add(column("gflops", GFLOPS, "cost; one multiply-add is two FLOPs"))
          .add(column("timing", TIMING, "time by part"))
          .add(column("rtfx", NUMBER, "seconds of audio per second of computing"))
          .add(column("device", TEXT, "cpu or cuda:N"))
          .add(column("precision", TEXT, "number format of the computation"))
          .add(column("fingerprint", TEXT, "SHA-256 of bundle, options and code version"))
          .add(column("attempt", DataTypes.IntegerType, "1, plus 1 for each earlier failure"))
          .add(column("reference", TEXT, "reference text of the manifest, if any"))
          .add(
              column(
                  "warnings",
                  DataTypes.createArrayType(TEXT),
                  "codes of problems in usable audio"));

  private TranscriptSchema() {}

  /** Names of the columns that every transcripts table has, in order. */
  public static List<String> columnNames() {
    return List.of(COLUMNS.fieldNames());
  }

  /**
   * The schema with copied columns at its end.
   *
   * @param keep names of columns of the manifest
   * @throws UsageException if one is missing, or is the name of a column of ours
   */
  public static StructType with(List<String> keep, StructType manifest) {
    List<String> ours = Arrays.asList(COLUMNS.fieldNames());
    List<String> theirs = Arrays.asList(manifest.fieldNames());
    List<String> mistakes =
        keep.stream()
            .filter(name -> !theirs.contains(name) || ours.contains(name.toLowerCase(Locale.ROOT)))
            .map(
                name ->
                    theirs.contains(name)
                        ? "Cannot keep column: %s is already a column of every transcripts table"
                            .formatted(name)
                        : "Cannot keep column: %s is not in the manifest, which has %s"
                            .formatted(name, theirs.stream().collect(Collectors.joining(", "))))
            .toList();
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
    StructType schema = COLUMNS;
    for (String name : keep) {
      schema = schema.add(column(name, manifest.apply(name).dataType(), "from the manifest"));
    }
    return schema;
  }

  private static StructField column(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }
}
