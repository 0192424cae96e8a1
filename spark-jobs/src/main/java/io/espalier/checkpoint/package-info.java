/** Bundles: the files of a model as Espalier keeps them. */
package io.espalier.checkpoint;
