/**
 * Samples to features: OWSM's log-mel, Kaldi's filterbank for sounds, mel spectrograms for
 * speakers.
 */
package io.espalier.features;
