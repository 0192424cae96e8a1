/** Times and confidence of words: a text aligned with what CTC says of each frame. */
package io.espalier.search.words;
