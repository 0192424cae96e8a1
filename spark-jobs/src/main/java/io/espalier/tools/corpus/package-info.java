/**
 * Makes synthetic speech corpora: sentences from a grammar in four languages, voices from a speech
 * synthesizer, noise and rooms added here, every choice drawn from the recipe's seed.
 */
package io.espalier.tools.corpus;
