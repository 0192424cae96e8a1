/** What a row of any table says of its utterance: the closed list of error codes. */
package io.espalier.outcome;
