package io.espalier.search;

/**
 * A language and its cost.
 *
 * @param language code without brackets, such as {@code "eng"}
 * @param probability among all languages of the model
 * @param flops spent, one multiply-add being two
 */
public record SpokenLanguage(String language, double probability, long flops) {}
