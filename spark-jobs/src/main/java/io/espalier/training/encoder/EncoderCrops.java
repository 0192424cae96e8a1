package io.espalier.training.encoder;

import io.espalier.features.MelSpectrogramConfig;
import java.util.List;
import java.util.SplittableRandom;

/** Cuts pieces of equal length out of recordings' features, and varies how they were recorded. */
final class EncoderCrops {
  /** What the front end adds to powers before the logarithm. */
  private static final double FLOOR = 1e-6;

  private static final double DECIBELS_PER_NEPER = 10 / Math.log(10);

  /** Least and most power of the sound itself over that of its tail in a room, in dB. */
  private static final double[] DIRECT_DB = {0, 10};

  private final EncoderRecipe.Augment augment;
  private final int mels;
  private final boolean subtractMean;
  private final List<EncoderSpeed> speeds;
  private final EncoderRoom room;

  EncoderCrops(EncoderRecipe.Augment augment, MelSpectrogramConfig frontend) {
    this.augment = augment;
    this.mels = frontend.nMels();
    this.subtractMean = frontend.subtractMean();
    this.speeds =
        augment.speeds().stream().map(speed -> new EncoderSpeed(frontend, speed)).toList();
    this.room = new EncoderRoom(frontend);
  }

  /** In how many speeds recordings are heard, the own one included. */
  int versions() {
    return 1 + speeds.size();
  }

  /**
   * A piece to learn from.
   *
   * @param recording (frames, mels), row-major, logarithms of powers
   * @param version 0 for the recording's own speed
   * @param to receives (mels, {@code frames}) from {@code offset} on
   */
  void draw(
      float[] recording, int version, int frames, SplittableRandom random, float[] to, int offset) {
    float[] features = version == 0 ? recording : speeds.get(version - 1).apply(recording);
    int there = features.length / mels;
    int start = there > frames ? random.nextInt(there - frames + 1) : random.nextInt(there);
    float[] crop = new float[frames * mels];
    for (int frame = 0; frame < frames; frame++) {
      System.arraycopy(features, (start + frame) % there * mels, crop, frame * mels, mels);
    }
    if (random.nextDouble() < augment.reverbShare()) {
      double seconds = between(augment.reverbS().get(0), augment.reverbS().get(1), random);
      double direct = between(DIRECT_DB[0], DIRECT_DB[1], random) / DECIBELS_PER_NEPER;
      room.apply(crop, seconds, Math.exp(direct));
    }
    colour(crop, random);
    if (random.nextDouble() < augment.noiseShare()) {
      addFloor(crop, random);
    }
    write(crop, frames, to, offset);
    mask(frames, random, to, offset);
  }

  /**
   * A whole recording to measure with.
   *
   * @return (mels, frames)
   */
  float[] whole(float[] features) {
    float[] result = new float[features.length];
    write(features, features.length / mels, result, 0);
    return result;
  }

  private static double between(double low, double high, SplittableRandom random) {
    return low + (high - low) * random.nextDouble();
  }

  /** Another level and another microphone: a constant and a slope over the filters. */
  private void colour(float[] crop, SplittableRandom random) {
    double gain = augment.gain() * random.nextGaussian();
    double tilt = augment.tilt() * random.nextGaussian();
    double bend = augment.tilt() * random.nextGaussian();
    for (int i = 0; i < crop.length; i++) {
      double place = (double) (i % mels) / (mels - 1) - 0.5;
      crop[i] += (float) (gain + tilt * place + bend * (place * place - 1.0 / 12));
    }
  }

  /** A noise floor of a random slope: powers add up. */
  private void addFloor(float[] crop, SplittableRandom random) {
    double mean = 0;
    for (float value : crop) {
      mean += Math.exp(value) / crop.length;
    }
    double ratio = between(augment.noiseDb().get(0), augment.noiseDb().get(1), random);
    double level = Math.log(mean + FLOOR) - ratio / DECIBELS_PER_NEPER;
    double slope = 2 * (random.nextDouble() - 0.5);
    for (int i = 0; i < crop.length; i++) {
      double place = (double) (i % mels) / (mels - 1) - 0.5;
      // A filter's power in noise is spread about its mean as an exponential is, or narrower.
      double spread = 0.3 * random.nextGaussian();
      crop[i] = (float) Math.log(Math.exp(crop[i]) + Math.exp(level + slope * place + spread));
    }
  }

  private void write(float[] crop, int frames, float[] to, int offset) {
    for (int mel = 0; mel < mels; mel++) {
      double mean = 0;
      for (int frame = 0; subtractMean && frame < frames; frame++) {
        mean += crop[frame * mels + mel] / (double) frames;
      }
      for (int frame = 0; frame < frames; frame++) {
        to[offset + mel * frames + frame] = (float) (crop[frame * mels + mel] - mean);
      }
    }
  }

  private void mask(int frames, SplittableRandom random, float[] to, int offset) {
    int height = random.nextInt(augment.filterMaskWidth() + 1);
    int first = random.nextInt(mels - height + 1);
    int width = random.nextInt(augment.timeMaskWidth() + 1);
    int from = random.nextInt(frames - width + 1);
    double mean = 0;
    for (int i = 0; i < mels * frames; i++) {
      mean += to[offset + i] / (double) (mels * frames);
    }
    for (int mel = 0; mel < mels; mel++) {
      for (int frame = 0; frame < frames; frame++) {
        boolean blank = mel >= first && mel < first + height;
        if (blank || (frame >= from && frame < from + width)) {
          to[offset + mel * frames + frame] = (float) mean;
        }
      }
    }
  }
}
