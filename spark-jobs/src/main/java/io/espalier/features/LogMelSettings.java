package io.espalier.features;

import java.io.Serializable;

/**
 * How features are computed.
 *
 * @param sampleRate in Hz
 * @param nFft points of the Fourier transform
 * @param winLength samples under the window, centred in {@code nFft}
 * @param hopLength samples between frames
 * @param nMels filters
 * @param fMin lowest frequency of the filterbank in Hz
 * @param fMax highest
 */
public record LogMelSettings(
    int sampleRate, int nFft, int winLength, int hopLength, int nMels, double fMin, double fMax)
    implements Serializable {}
