/**
 * Measures speed and memory on the current machine. Things that are compared run side by side in
 * one process, since machines are noisy.
 */
package io.espalier.tools.benchmark;
