/**
 * What is known of an utterance besides its words: who speaks, what it sounds like, and in which
 * language. Speaker encoder (ECAPA-TDNN), event encoder (BEATs), and the batches in which they run.
 */
package io.espalier.context;
