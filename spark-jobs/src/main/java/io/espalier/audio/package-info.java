/** What is known of sound: samples, segments, limits, warnings, and why a file is refused. */
package io.espalier.audio;
