/** Audio files to 16 kHz mono samples, and samples to log-mel features. */
package io.espalier.audio;
