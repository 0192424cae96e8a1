/**
 * OWSM itself: configuration, E-Branchformer encoder, Transformer decoder, CTC, tokens and prompt.
 */
package io.espalier.owsm;
