/** Training recipes, as YAML. */
package io.espalier.training.recipe;
