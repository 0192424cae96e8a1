package io.espalier.context;

/**
 * One decoded utterance.
 *
 * @param id unique within one call
 * @param samples mono 16 kHz samples in [-1, 1), not empty
 * @param language ISO 639-3 code, or null to identify it
 */
@SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
public record ContextInput(String id, float[] samples, String language) {}
