/** Bundles: a model's files in Espalier's format. */
package io.espalier.checkpoint;
