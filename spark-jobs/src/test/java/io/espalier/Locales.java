package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Machines set up for people with other digits, letters, calendars and decimal marks. */
public final class Locales {
  /** Arabic, Persian, Thai and Devanagari digits; a dotless i; another year; a decimal comma. */
  public static final List<String> TAGS =
      List.of(
          "ar-EG-u-nu-arab",
          "fa-IR",
          "tr-TR",
          "th-TH-u-ca-buddhist-nu-thai",
          "de-DE",
          "hi-IN-u-nu-deva");

  private Locales() {}

  /** Runs something with a default locale, and puts back the one before. */
  public static <T> T in(Locale locale, Callable<T> what) throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      return what.call();
    } finally {
      Locale.setDefault(before);
    }
  }

  /** What is made must be the same with each default locale as with none. */
  public static void assertSameInAll(Callable<?> made) throws Exception {
    Object expected = in(Locale.ROOT, made);
    for (String tag : TAGS) {
      assertThat(in(Locale.forLanguageTag(tag), made)).as(tag).isEqualTo(expected);
    }
  }
}
