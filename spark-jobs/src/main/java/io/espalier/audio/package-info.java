/** Audio without decoders: samples, segments, limits, warnings and errors. */
package io.espalier.audio;
