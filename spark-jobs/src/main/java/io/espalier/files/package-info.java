/** Files of any kind: digests, strict text, directories that appear whole or not at all. */
package io.espalier.files;
