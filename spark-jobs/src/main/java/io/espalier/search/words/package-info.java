/**
 * What can be told of a text besides its tokens: times and confidence of words, by aligning it with
 * what CTC says of each frame, and signs that parts of it were not said.
 */
package io.espalier.search.words;
