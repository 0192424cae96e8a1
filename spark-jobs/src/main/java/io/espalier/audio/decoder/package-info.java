/** Opens audio files: a pool of decoder processes in front of FFmpeg, and WAV read directly. */
package io.espalier.audio.decoder;
