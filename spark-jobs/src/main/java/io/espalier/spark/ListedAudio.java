package io.espalier.spark;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a listing of a directory has found.
 *
 * @param files to be rows
 * @param leftOut names that could not be taken, each with the reason
 */
record ListedAudio(List<File> files, List<String> leftOut) {
  /** Names that audio goes by. What is inside is for the decoder to judge. */
  private static final Pattern AUDIO =
      Pattern.compile(
          "[^.].*\\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|m4b|mp4|aac|webm|mka|mkv|mov|3gp|aif|aiff"
              + "|aifc|au|caf|amr|wma)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** One file: its path below the directory, and what opens it again. */
  record File(String id, String audio) {}

  static boolean isAudio(String name) {
    return AUDIO.matcher(name).matches();
  }
}
