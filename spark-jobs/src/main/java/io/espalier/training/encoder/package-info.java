/** Training of speaker encoders. */
package io.espalier.training.encoder;
