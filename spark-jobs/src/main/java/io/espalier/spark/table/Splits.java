package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** Recognises splits of data sets by the names that Hugging Face gives to files and folders. */
final class Splits {
  /** The split of a file whose name has none. */
  static final String NONE = "";

  private static final Set<String> NAMES =
      Set.of(
          "train",
          "training",
          "validation",
          "valid",
          "val",
          "dev",
          "test",
          "testing",
          "eval",
          "evaluation");
  private static final Pattern SHARD = Pattern.compile("(.+?)-\\d{5}-of-\\d{5}\\b.*");
  private static final Pattern FILE = Pattern.compile("([A-Za-z]+)([-_.]?\\d+)?\\.[^0-9].*");

  private Splits() {}

  /** The split that a file belongs to. */
  static String of(TableFiles.Entry entry) {
    String name = entry.path().getName();
    Matcher shard = SHARD.matcher(name);
    if (shard.matches()) {
      return shard.group(1);
    }
    for (String folder : entry.folders()) {
      if (isName(folder)) {
        return folder;
      }
    }
    Matcher file = FILE.matcher(name);
    return file.matches() && isName(file.group(1)) ? file.group(1) : NONE;
  }

  private static boolean isName(String name) {
    return NAMES.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Refuses several splits. */
  static void requireOne(Path root, Map<String, List<TableFiles.Entry>> splits) {
    if (splits.size() > 1) {
      String example =
          splits.keySet().stream().filter(name -> !name.equals(NONE)).findFirst().get();
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot mix splits: %s has %s. Make a manifest of one: espalier manifest %s --split"
                  + " %s",
              root,
              names(splits),
              root,
              example));
    }
  }

  /** The splits as text. */
  static String names(Map<String, List<TableFiles.Entry>> splits) {
    return splits.entrySet().stream()
        .map(
            split ->
                String.format(
                    Locale.ROOT,
                    "%s (%d files)",
                    split.getKey().equals(NONE) ? "files of no split" : split.getKey(),
                    split.getValue().size()))
        .collect(Collectors.joining(", "));
  }
}
