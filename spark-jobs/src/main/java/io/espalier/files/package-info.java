/**
 * Files of any kind, and the version of the jar: digests, strict text, directories that appear
 * whole or not at all.
 */
package io.espalier.files;
