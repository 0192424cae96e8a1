package io.espalier.spark.table;

import java.util.List;

/** The columns that identify a row of every stage's table. */
public final class RowKey {
  public static final String RUN = "run_id";
  public static final String UTTERANCE = "utt_id";
  public static final List<String> COLUMNS = List.of(RUN, UTTERANCE);

  private RowKey() {}
}
