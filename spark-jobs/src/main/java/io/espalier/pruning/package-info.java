/** Modules that can be gated, gate predictors, and the account of what each utterance costs. */
package io.espalier.pruning;
