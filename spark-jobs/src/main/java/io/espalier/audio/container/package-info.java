/** Structure of audio files, read without a decoder: kinds, tags, cut ends, unfinished headers. */
package io.espalier.audio.container;
