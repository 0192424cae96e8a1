package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import java.util.Arrays;

/**
 * Which frames of a padded batch of (rows, channels, frames) are real.
 *
 * @param keep (rows, 1, frames) ones and zeros, or an empty array if all are real
 * @param count (rows, 1, 1) number of real frames
 */
record ChannelMask(NDArray keep, NDArray count) {
  static ChannelMask of(NDManager manager, int[] lengths, int frames) {
    float[] counts = new float[lengths.length];
    float[] ones = new float[lengths.length * frames];
    for (int row = 0; row < lengths.length; row++) {
      counts[row] = lengths[row];
      Arrays.fill(ones, row * frames, row * frames + lengths[row], 1);
    }
    boolean padded = Arrays.stream(lengths).anyMatch(length -> length < frames);
    return new ChannelMask(
        padded
            ? HostData.of(manager, ones, new Shape(lengths.length, 1, frames))
            : manager.zeros(new Shape(0)),
        HostData.of(manager, counts, new Shape(lengths.length, 1, 1)));
  }
}
