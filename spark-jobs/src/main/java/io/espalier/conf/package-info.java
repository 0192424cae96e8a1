/** Configuration keys, their resolved values, fields of recipes, and errors of usage. */
package io.espalier.conf;
