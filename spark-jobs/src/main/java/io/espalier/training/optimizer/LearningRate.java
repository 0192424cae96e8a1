package io.espalier.training.optimizer;

import io.espalier.conf.UsageException;
import java.util.List;

/** The learning rate of each step; steps count from 1. */
public sealed interface LearningRate {
  /** Rate of that step. */
  double at(long step);

  /**
   * ESPnet's {@code WarmupLR}: linear to the peak, then with the inverse square root of the step.
   *
   * @param peak reached at step {@code warmup}
   * @param warmup steps, at least 1
   */
  record Warmup(double peak, long warmup) implements LearningRate {
    public Warmup {
      check(peak > 0, "peak", peak, "positive");
      check(warmup >= 1, "warmup", warmup, "at least 1");
    }

    @Override
    public double at(long step) {
      double knee = warmup;
      double now = step;
      return peak * Math.min(Math.sqrt(knee / now), now / knee);
    }
  }

  /**
   * ESPnet's {@code PiecewiseLinearWarmupLR}: linear from knot to knot, then with the inverse
   * square root of the step.
   *
   * @param steps of the knots, ascending from 0
   * @param rates at the knots
   */
  record PiecewiseLinearWarmup(List<Long> steps, List<Double> rates) implements LearningRate {
    public PiecewiseLinearWarmup {
      steps = List.copyOf(steps);
      rates = List.copyOf(rates);
      check(steps.size() >= 2 && steps.get(0) == 0, "steps", steps, "two or more, the first 0");
      check(rates.size() == steps.size(), "rates", rates, "one for each step of the knots");
      for (int i = 1; i < steps.size(); i++) {
        check(steps.get(i) > steps.get(i - 1), "steps", steps, "ascending");
      }
    }

    @Override
    public double at(long step) {
      int last = steps.size() - 1;
      if (step > steps.get(last)) {
        return rates.get(last) * Math.sqrt((double) steps.get(last) / step);
      }
      int i = 1;
      while (step > steps.get(i)) {
        i++;
      }
      double part = (double) (step - steps.get(i - 1)) / (steps.get(i) - steps.get(i - 1));
      return rates.get(i - 1) + part * (rates.get(i) - rates.get(i - 1));
    }
  }

  private static void check(boolean valid, String key, Object value, String expected) {
    if (!valid) {
      throw new UsageException(
          "Invalid learning rate: %s is %s, must be %s".formatted(key, value, expected));
    }
  }
}
