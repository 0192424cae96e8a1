package io.espalier.spark.report;

/** A note of the catalogue in the form of some notebook, without results. */
interface NoteFile {
  /** The file's name in {@code notebooks}. */
  String fileName();

  /** The file's text. */
  String json();
}
