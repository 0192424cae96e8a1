package io.espalier.spark.export.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/** Recordings with texts of several scripts, and segments that are empty, equal or overlap. */
final class RandomRecordings {
  private static final List<String> WORDS =
      List.of(
          "a",
          "the",
          "Straße,",
          "well-known",
          "(yes)",
          "naïve.",
          "No!",
          "über",
          "3.14",
          "don't",
          "“So?”",
          "Donaudampfschifffahrtsgesellschaftskapitänsmützenband",
          "مرحبا",
          "שלום,",
          "नमस्ते।",
          "한국어",
          "e.g.",
          "AT&T",
          "<b>",
          "-->");

  private static final List<String> SPACELESS =
      List.of(
          "今日は",
          "天気が",
          "いいですね。",
          "我们",
          "明天，",
          "去北京。",
          "สวัสดีครับ",
          "ภาษาไทย",
          "ພາສາລາວ",
          "「東京」",
          "コーヒー");

  private final Random random;

  RandomRecordings(long seed) {
    random = new Random(seed);
  }

  Recording next() {
    double durationS = 0.2 + random.nextInt(600) / 10.0;
    List<Segment> segments = new ArrayList<>();
    int parts = 1 + random.nextInt(3);
    for (int part = 0; part < parts; part++) {
      double startS = random.nextDouble() * durationS / 2;
      for (int i = random.nextInt(8); i >= 0; i--) {
        double endS = Math.min(durationS, startS + random.nextInt(4) * random.nextDouble() * 6);
        segments.add(segment(part, startS, Math.max(startS, endS)));
        // The next one begins with it, within it, where it ends, or later.
        double step = new double[] {0, (endS - startS) / 2, endS - startS, 2}[random.nextInt(4)];
        startS = Math.min(durationS, startS + Math.max(0, step));
      }
    }
    return new Recording("r", durationS, Optional.of("deu"), segments);
  }

  private Segment segment(int part, double startS, double endS) {
    String text = random.nextInt(4) == 0 ? spaceless() : words();
    Segment plain = Segment.of(part, startS, endS, text, Optional.of("Speaker " + part), List.of());
    if (random.nextInt(3) > 0) {
      return plain;
    }
    List<Word> words =
        plain.timedWords().stream()
            .map(
                word ->
                    new Word(
                        word.text(),
                        word.startS(),
                        (word.startS() + word.endS()) / 2,
                        OptionalDouble.of(0.5)))
            .toList();
    return plain.with(words);
  }

  private String words() {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(random.nextInt(5) == 0 ? 120 : 20); i >= 0; i--) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }

  private String spaceless() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i >= 0; i--) {
      text.append(SPACELESS.get(random.nextInt(SPACELESS.size())));
    }
    return text.toString();
  }
}
