package io.espalier.spark.storage;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The result of listing a directory.
 *
 * @param files audio files that become rows
 * @param leftOut names that were left out, each with the reason
 */
public record ListedAudio(List<File> files, List<String> leftOut) {
  /** Names that audio goes by. What is inside is for the decoder to judge. */
  private static final Pattern AUDIO =
      Pattern.compile(
          "[^.].*\\.(wav|wave|bwf|rf64|bw64|w64|flac|mp2|mp3|mpga|ogg|oga|opus|spx|m4a|m4b|mp4|aac"
              + "|adts|webm|mka|mkv|mov|qt|3gp|3g2|aif|aiff|aifc|au|snd|caf|amr|awb|wma|asf|wv)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** One file: its path below the directory, and what opens it again. */
  public record File(String id, String audio) {}

  public static boolean isAudio(String name) {
    return AUDIO.matcher(name).matches();
  }
}
