/** {@code espalier compare}: variants of a model on one test set, in one table. */
package io.espalier.spark.compare;
