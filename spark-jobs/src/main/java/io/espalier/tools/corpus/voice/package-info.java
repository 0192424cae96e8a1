/** The voices of a corpus and the programs that speak with them. */
package io.espalier.tools.corpus.voice;
