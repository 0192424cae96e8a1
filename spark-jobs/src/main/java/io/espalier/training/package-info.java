/**
 * The trainer and its run: steps, validations, checkpoints that resume, metrics. See {@code
 * docs/training.md}.
 */
package io.espalier.training;
