/**
 * Configuration keys, the values they resolve to, fields of recipes, and what is said of mistakes.
 */
package io.espalier.conf;
