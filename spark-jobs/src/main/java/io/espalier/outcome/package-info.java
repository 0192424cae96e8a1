/** The outcome of a row in any table: the closed list of error codes. */
package io.espalier.outcome;
