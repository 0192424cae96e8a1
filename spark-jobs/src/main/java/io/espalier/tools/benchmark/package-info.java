/**
 * Measures speed and memory on the machine at hand. What is compared runs side by side in one
 * process, since machines are noisy.
 */
package io.espalier.tools.benchmark;
