package io.espalier.audio.worker;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.SampleRange;
import io.espalier.audio.container.AudioContainer;

/**
 * What a decoder process needs to know about a file, beside its bytes.
 *
 * @param segment samples at 16 kHz to hand back
 * @param length size of the file in bytes
 */
public record DecodeRequest(
    AudioContainer container, AudioLimits limits, SampleRange segment, int length) {}
