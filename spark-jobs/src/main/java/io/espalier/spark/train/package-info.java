/** Training jobs: features of a manifest, models, gates and encoders. */
package io.espalier.spark.train;
