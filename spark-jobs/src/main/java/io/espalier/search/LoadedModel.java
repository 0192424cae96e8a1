package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.conf.UsageException;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import java.util.List;

/**
 * An OWSM of either kind in the memory of one device, with all that it takes to transcribe. Safe
 * for use by many threads.
 */
public interface LoadedModel extends AutoCloseable {
  /** The model's tokens. */
  TokenTable tokens();

  /** The model's shape. */
  OwsmConfig config();

  /**
   * A transcriber for one thread.
   *
   * @throws UsageException if the model cannot do what the decoding asks for
   */
  Transcriber transcriber(Decoding decoding);

  /**
   * Samples to encoder output, with every module.
   *
   * @param samples (rows, samples) of mono 16 kHz samples in [-1, 1), all of them real
   * @return (rows, {@link #frames}, width), owned by {@code owner}
   */
  NDArray encode(NDManager owner, NDArray samples);

  /** Frames of encoder output for that many samples. */
  int frames(int samples);

  /**
   * The languages of recordings as the model itself finds them, from the first window, padded to
   * its full length.
   *
   * @param recordings mono 16 kHz samples in [-1, 1), none empty
   * @return one for each recording, in order
   * @throws UsageException if the model knows no languages
   */
  default List<SpokenLanguage> languages(List<float[]> recordings) {
    if (tokens().languages().isEmpty()) {
      throw new UsageException("Cannot identify languages: the model has no language tokens");
    }
    return identify(recordings);
  }

  /** {@link #languages} of a model that knows some. */
  List<SpokenLanguage> identify(List<float[]> recordings);

  /** Releases the device's memory. */
  @Override
  void close();
}
