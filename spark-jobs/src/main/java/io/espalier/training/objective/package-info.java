/** The training step: losses, gates drawn with Gumbel noise, sparsity, parameter layout. */
package io.espalier.training.objective;
