/** Files and directories as a whole, and the version of the jar. Knows no other package. */
package io.espalier.files;
