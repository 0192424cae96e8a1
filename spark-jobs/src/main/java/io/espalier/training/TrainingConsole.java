package io.espalier.training;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** Prints the progress of a run as lines of text, with the remaining time. */
public final class TrainingConsole implements TrainingListener {
  private final PrintWriter out;

  /** Writes to {@code out}. */
  public TrainingConsole(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void started(long step, long maxSteps, long trainedParameters, long fixedParameters) {
    print(
        "%s step %,d of %,d: %,d parameters to train, %,d fixed",
        step == 0 ? "Training from" : "Resuming after",
        step,
        maxSteps,
        trainedParameters,
        fixedParameters);
  }

  @Override
  public void progress(long step, long maxSteps, Map<String, ? extends Number> values) {
    double secondsPerStep = value(values, "seconds_per_step");
    print(
        "%3d %%  step %d of %d  loss %.2f (CTC %.2f, %s)%s%s  rate %.1e  %.1f utterances/s  %s"
            + " left",
        100 * step / maxSteps,
        step,
        maxSteps,
        value(values, "loss"),
        value(values, "loss_ctc"),
        otherLoss(values),
        accuracy(values),
        openness(values),
        value(values, "learning_rate"),
        value(values, "utterances_per_s"),
        span(secondsPerStep * (maxSteps - step)));
  }

  @Override
  public void validated(long step, Map<String, ? extends Number> values) {
    print(
        "Validation at step %d: loss %.2f%s%s  WER %.1f %%  BLEU %.1f",
        step,
        value(values, "loss"),
        accuracy(values),
        openness(values),
        100 * value(values, "wer"),
        value(values, "bleu"));
  }

  private static String otherLoss(Map<String, ? extends Number> values) {
    return values.containsKey("loss_att")
        ? String.format(Locale.ROOT, "attention %.2f", value(values, "loss_att"))
        : String.format(Locale.ROOT, "intermediate CTC %.2f", value(values, "loss_interctc"));
  }

  /** Empty without a decoder. */
  private static String accuracy(Map<String, ? extends Number> values) {
    return values.containsKey("accuracy")
        ? String.format(Locale.ROOT, "  accuracy %.1f %%", 100 * value(values, "accuracy"))
        : "";
  }

  /** Empty without gate predictors. */
  private static String openness(Map<String, ? extends Number> values) {
    if (!values.containsKey("open_encoder")) {
      return "";
    }
    String decoder =
        values.containsKey("open_decoder")
            ? String.format(Locale.ROOT, "/%.0f", 100 * value(values, "open_decoder"))
            : "";
    double encoder = 100 * value(values, "open_encoder");
    return String.format(Locale.ROOT, "  open %.0f%s %%", encoder, decoder);
  }

  private static double value(Map<String, ? extends Number> values, String name) {
    return values.get(name).doubleValue();
  }

  private static String span(double seconds) {
    long minutes = Math.round(seconds / 60);
    return minutes < 60
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }

  private void print(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
    out.flush();
  }
}
