/** Early frame reduction: the encoder's later blocks see fewer frames. */
package io.espalier.owsm.frames;
