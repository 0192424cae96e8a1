package io.espalier.training.data;

import io.espalier.features.LogMelSettings;
import io.espalier.features.MelSpectrogramConfig;
import io.espalier.features.SpeakerFrames;
import java.io.Serializable;

/** Which features a model is trained on. */
public sealed interface FrameSource extends Serializable {
  /** Turns samples into features; used by one thread. */
  interface Extractor extends AutoCloseable {
    /**
     * Features of a recording, (frames, mels), row-major.
     *
     * @param samples mono 16 kHz, not empty
     */
    float[] extract(float[] samples);

    @Override
    void close();
  }

  /** Filters of one frame. */
  int mels();

  /** Fewest samples that can be used. */
  default int minSamples() {
    return 1;
  }

  /** Opens the extractor. */
  Extractor open();

  /** An OWSM's front end, behind which its window is filled with silence. */
  record Owsm(LogMelSettings settings) implements FrameSource {
    private static final long serialVersionUID = 1L;

    @Override
    public int mels() {
      return settings.nMels();
    }

    @Override
    public Extractor open() {
      return new FeatureExtractor(settings);
    }
  }

  /** The front end of an ECAPA-TDNN. */
  record Ecapa(MelSpectrogramConfig settings) implements FrameSource {
    private static final long serialVersionUID = 1L;

    @Override
    public int mels() {
      return settings.nMels();
    }

    @Override
    public int minSamples() {
      return settings.nFft() / 2 + 1;
    }

    @Override
    public Extractor open() {
      SpeakerFrames frames = new SpeakerFrames(settings);
      return new Extractor() {
        @Override
        public float[] extract(float[] samples) {
          return frames.extract(samples);
        }

        @Override
        public void close() {
          frames.close();
        }
      };
    }
  }
}
