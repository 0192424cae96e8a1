/** ESPnet checkpoints in, bundles in and out. */
package io.espalier.checkpoint;
