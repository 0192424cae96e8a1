/** Makes a small SentencePiece model: what a model that is trained from scratch needs. */
package io.espalier.training.tokenizer;
