package io.espalier.audio;

/**
 * What a decoder process needs to know about a file, beside its bytes.
 *
 * @param segment samples at 16 kHz to hand back
 * @param length size of the file in bytes
 */
record DecodeRequest(AudioContainer container, AudioLimits limits, Segment segment, int length) {}
