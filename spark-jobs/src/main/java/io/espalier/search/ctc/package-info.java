/** Transcribes with OWSM-CTC: windows of many recordings at once, and the best path of each. */
package io.espalier.search.ctc;
