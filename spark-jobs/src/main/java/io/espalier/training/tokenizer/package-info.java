/** Trains the small SentencePiece model that a model trained from scratch needs. */
package io.espalier.training.tokenizer;
