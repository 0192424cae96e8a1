/**
 * Training in Java: objective and gradient, optimiser and schedules, batches, checkpoints, recipes.
 * See {@code docs/training.md}.
 */
package io.espalier.training;
