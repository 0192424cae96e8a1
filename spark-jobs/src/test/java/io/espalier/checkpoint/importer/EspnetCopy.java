package io.espalier.checkpoint.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceSet;
import io.espalier.checkpoint.espnet.EspnetDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A copy of a published model that tests may spoil.
 *
 * @param dir holds {@code meta.yaml}
 */
record EspnetCopy(Path dir) {
  static EspnetCopy of(ReferenceSet set, Path dir) throws IOException {
    try (Stream<Path> files = Files.walk(set.dir())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = set.dir().relativize(file);
        if (!relative.startsWith("golden")) {
          Path copy = dir.resolve(relative.toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    return new EspnetCopy(dir);
  }

  Path config() throws IOException {
    return EspnetDirectory.open(dir).configFile();
  }

  /** The file that ends with that suffix. */
  Path file(String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files.filter(file -> file.toString().endsWith(suffix)).findFirst().orElseThrow();
    }
  }

  /** Sets a key of a section of {@code config.yaml}, as text so that all else stays as it is. */
  EspnetCopy set(String section, String key, String value) throws IOException {
    Path config = file("config.yaml");
    String text = Files.readString(config);
    Matcher block = Pattern.compile("(?m)^" + section + ":.*\\R((?:[ -].*\\R)*)").matcher(text);
    assertThat(block.find()).as("config.yaml has a section " + section).isTrue();
    String old = block.group(1);
    String line = "    " + key + ": " + value + "\n";
    String changed = old.replaceFirst("(?m)^ +" + key + ": .*\\R", Matcher.quoteReplacement(line));
    String body = changed.equals(old) ? line + old : changed;
    Files.writeString(
        config, text.substring(0, block.start(1)) + body + text.substring(block.end(1)));
    return this;
  }

  /** Replaces a top-level line of {@code config.yaml}, or adds it. */
  EspnetCopy set(String key, String value) throws IOException {
    Path config = file("config.yaml");
    String text = Files.readString(config);
    String line = key + ": " + value;
    Matcher matcher = Pattern.compile("(?m)^" + key + ":.*$").matcher(text);
    Files.writeString(
        config,
        matcher.find() ? matcher.replaceFirst(Matcher.quoteReplacement(line)) : line + "\n" + text);
    return this;
  }

  /** Replaces text of a file. */
  EspnetCopy replace(String suffix, String regex, String replacement) throws IOException {
    Path file = file(suffix);
    String text = Files.readString(file);
    String changed = text.replaceFirst(regex, replacement);
    assertThat(changed).as("what replaces " + regex).isNotEqualTo(text);
    Files.writeString(file, changed);
    return this;
  }
}
