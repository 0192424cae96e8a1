/**
 * Runs inside the decoder process: FFmpeg, timelines, mixdown and resampling. Needs no libtorch.
 */
package io.espalier.audio.worker;
