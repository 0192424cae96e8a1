/** Converts ESPnet directories to bundles. */
package io.espalier.checkpoint.importer;
