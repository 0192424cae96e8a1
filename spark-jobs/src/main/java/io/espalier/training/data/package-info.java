/** Examples, feature shards, batches, augmentation and targets. */
package io.espalier.training.data;
