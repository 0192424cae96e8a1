/** The library of the program that speaks. */
package io.espalier.tools.corpus.voice;
