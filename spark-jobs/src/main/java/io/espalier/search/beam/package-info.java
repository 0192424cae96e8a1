/**
 * Hypotheses and their scores: beams, CTC prefixes, timestamp rules, length rules, end detection.
 */
package io.espalier.search.beam;
