/** AdamW, learning-rate schedules, and parameters as long vectors. */
package io.espalier.training.optimizer;
