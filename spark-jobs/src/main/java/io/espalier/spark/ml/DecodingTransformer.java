package io.espalier.spark.ml;

import io.espalier.conf.ConfKey;
import io.espalier.search.DecodingKeys;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/**
 * A transformer with the parameters of the search.
 *
 * @param <T> the transformer itself
 */
abstract class DecodingTransformer<T extends DecodingTransformer<T>> extends AudioTransformer<T> {
  private static final long serialVersionUID = 1L;

  private final Param<String> search = keyParams().text("search", DecodingKeys.SEARCH);
  private final IntParam beam = keyParams().integer("beam", DecodingKeys.BEAM);
  private final DoubleParam ctcWeight = keyParams().decimal("ctcWeight", DecodingKeys.CTC_WEIGHT);
  private final DoubleParam maxLenRatio =
      keyParams().decimal("maxLenRatio", DecodingKeys.MAX_LEN_RATIO);
  private final DoubleParam minLenRatio =
      keyParams().decimal("minLenRatio", DecodingKeys.MIN_LEN_RATIO);
  private final DoubleParam penalty = keyParams().decimal("penalty", DecodingKeys.PENALTY);
  private final BooleanParam normalizeLength =
      keyParams().flag("normalizeLength", DecodingKeys.NORMALIZE_LENGTH);
  private final BooleanParam timestamps = keyParams().flag("timestamps", DecodingKeys.TIMESTAMPS);
  private final BooleanParam words = keyParams().flag("words", DecodingKeys.WORDS);
  private final BooleanParam skipSilence =
      keyParams().flag("skipSilence", DecodingKeys.SKIP_SILENCE);
  private final BooleanParam conditionOnPrevText =
      keyParams().flag("conditionOnPrevText", DecodingKeys.CONDITION_ON_PREV_TEXT);
  private final DoubleParam endTimeThresholdS =
      keyParams().decimal("endTimeThresholdS", DecodingKeys.END_TIME_THRESHOLD_S);
  private final DoubleParam skipLastChunkS =
      keyParams().decimal("skipLastChunkS", DecodingKeys.SKIP_LAST_CHUNK_S);
  private final DoubleParam windowContextS =
      keyParams().decimal("windowContextS", DecodingKeys.WINDOW_CONTEXT_S);
  private final Param<String> pad = keyParams().text("pad", DecodingKeys.PAD);
  private final DoubleParam batchSeconds =
      keyParams().decimal("batchSeconds", DecodingKeys.BATCH_SECONDS);

  DecodingTransformer(String uid, String outputCol, ConfKey<String> deviceKey) {
    super(uid, outputCol, deviceKey);
  }

  /** ESPnet release whose search to follow. */
  public Param<String> search() {
    return search;
  }

  public String getSearch() {
    return getOrDefault(search);
  }

  public T setSearch(String value) {
    return with(search, value);
  }

  /** Beam width. */
  public IntParam beam() {
    return beam;
  }

  public int getBeam() {
    return (Integer) getOrDefault(beam);
  }

  public T setBeam(int value) {
    return with(beam, value);
  }

  /** Weight of the CTC prefix score. */
  public DoubleParam ctcWeight() {
    return ctcWeight;
  }

  public double getCtcWeight() {
    return (Double) getOrDefault(ctcWeight);
  }

  public T setCtcWeight(double value) {
    return with(ctcWeight, value);
  }

  /** Maximum number of tokens. */
  public DoubleParam maxLenRatio() {
    return maxLenRatio;
  }

  public double getMaxLenRatio() {
    return (Double) getOrDefault(maxLenRatio);
  }

  public T setMaxLenRatio(double value) {
    return with(maxLenRatio, value);
  }

  /** Minimum number of tokens. */
  public DoubleParam minLenRatio() {
    return minLenRatio;
  }

  public double getMinLenRatio() {
    return (Double) getOrDefault(minLenRatio);
  }

  public T setMinLenRatio(double value) {
    return with(minLenRatio, value);
  }

  /** Added to the score for each token. */
  public DoubleParam penalty() {
    return penalty;
  }

  public double getPenalty() {
    return (Double) getOrDefault(penalty);
  }

  public T setPenalty(double value) {
    return with(penalty, value);
  }

  /** Whether hypotheses are ranked by score per token. */
  public BooleanParam normalizeLength() {
    return normalizeLength;
  }

  public boolean getNormalizeLength() {
    return (Boolean) getOrDefault(normalizeLength);
  }

  public T setNormalizeLength(boolean value) {
    return with(normalizeLength, value);
  }

  /** Whether short audio has timestamps too. */
  public BooleanParam timestamps() {
    return timestamps;
  }

  public boolean getTimestamps() {
    return (Boolean) getOrDefault(timestamps);
  }

  public T setTimestamps(boolean value) {
    return with(timestamps, value);
  }

  /** Whether words have times. */
  public BooleanParam words() {
    return words;
  }

  public boolean getWords() {
    return (Boolean) getOrDefault(words);
  }

  public T setWords(boolean value) {
    return with(words, value);
  }

  /** Whether audio without speech is left out. */
  public BooleanParam skipSilence() {
    return skipSilence;
  }

  public boolean getSkipSilence() {
    return (Boolean) getOrDefault(skipSilence);
  }

  public T setSkipSilence(boolean value) {
    return with(skipSilence, value);
  }

  /** Whether windows of long audio see the text before them. */
  public BooleanParam conditionOnPrevText() {
    return conditionOnPrevText;
  }

  public boolean getConditionOnPrevText() {
    return (Boolean) getOrDefault(conditionOnPrevText);
  }

  public T setConditionOnPrevText(boolean value) {
    return with(conditionOnPrevText, value);
  }

  /** Seconds in a window after which a segment may be cut off. */
  public DoubleParam endTimeThresholdS() {
    return endTimeThresholdS;
  }

  public double getEndTimeThresholdS() {
    return (Double) getOrDefault(endTimeThresholdS);
  }

  public T setEndTimeThresholdS(double value) {
    return with(endTimeThresholdS, value);
  }

  /** Seconds below which the end of long audio is skipped. */
  public DoubleParam skipLastChunkS() {
    return skipLastChunkS;
  }

  public double getSkipLastChunkS() {
    return (Double) getOrDefault(skipLastChunkS);
  }

  public T setSkipLastChunkS(double value) {
    return with(skipLastChunkS, value);
  }

  /** Seconds at both ends of a window of long audio that an OWSM-CTC hears only. */
  public DoubleParam windowContextS() {
    return windowContextS;
  }

  public double getWindowContextS() {
    return (Double) getOrDefault(windowContextS);
  }

  public T setWindowContextS(double value) {
    return with(windowContextS, value);
  }

  /** Silence behind short audio. */
  public Param<String> pad() {
    return pad;
  }

  public String getPad() {
    return getOrDefault(pad);
  }

  public T setPad(String value) {
    return with(pad, value);
  }

  /** Seconds of padded audio in a batch. */
  public DoubleParam batchSeconds() {
    return batchSeconds;
  }

  public double getBatchSeconds() {
    return (Double) getOrDefault(batchSeconds);
  }

  public T setBatchSeconds(double value) {
    return with(batchSeconds, value);
  }
}
