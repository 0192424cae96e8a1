/** Many utterances at once through the model: windows, batches, long form, languages, DJL. */
package io.espalier.search;
