/**
 * OWSM-CTC: a prompt encoder, an encoder that attends to the prompt and to its own predictions, and
 * a CTC output layer in place of a decoder.
 */
package io.espalier.owsm.ctc;
