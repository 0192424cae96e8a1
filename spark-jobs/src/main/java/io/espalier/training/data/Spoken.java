package io.espalier.training.data;

import io.espalier.search.Utterance;

/** An utterance whose text is known. */
public record Spoken(Utterance utterance, String reference) {}
