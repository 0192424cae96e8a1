/** Greedy and beam search over many utterances at once, timestamp rules, long form. */
package io.espalier.search;
