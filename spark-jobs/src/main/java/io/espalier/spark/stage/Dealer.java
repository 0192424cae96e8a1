package io.espalier.spark.stage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Deals the rows of a slice to tasks. Rows come longest first, and each goes to the task that has
 * the fewest seconds so far (Graham's rule), so that tasks are balanced and a long recording starts
 * with the first of them. The same rows in the same order are dealt in the same way.
 *
 * @param tasks that rows are dealt to, at least 1
 * @param mostRows of one task, as long as others have room
 */
record Dealer(int tasks, int mostRows)
    implements PairFlatMapFunction<Iterator<Row>, Integer, byte[]> {
  private static final long serialVersionUID = 1L;

  /** Rows that are held before they are handed on, in bytes of sound files. */
  private static final long MOST_HELD = 32L << 20;

  /** Stands for everything of a row but its sound file. */
  private static final long BYTES_OF_ROW = 500;

  /** What a row costs besides its audio. */
  private static final double SECONDS_OF_ROW = 0.5;

  /** What one task has got. */
  private static final class Hand {
    private final int task;
    private double seconds;
    private int count;
    private final List<Row> held = new ArrayList<>();

    Hand(int task) {
      this.task = task;
    }
  }

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Row> rows) {
    return new Dealing(rows);
  }

  private final class Dealing implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<Row> rows;
    private final List<Hand> hands = new ArrayList<>();
    private final PriorityQueue<Hand> open =
        new PriorityQueue<>(
            Comparator.<Hand>comparingDouble(hand -> hand.seconds)
                .thenComparingInt(hand -> hand.task));
    private final Deque<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();

    Dealing(Iterator<Row> rows) {
      this.rows = rows;
      for (int task = 0; task < tasks; task++) {
        hands.add(new Hand(task));
      }
      open.addAll(hands);
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && rows.hasNext()) {
        deal();
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.poll();
    }

    private void deal() {
      long held = 0;
      while (held < MOST_HELD && rows.hasNext()) {
        Row row = rows.next();
        held += BYTES_OF_ROW + bytes(row);
        give(row);
      }
      for (Hand hand : hands) {
        if (!hand.held.isEmpty()) {
          ready.add(new Tuple2<>(hand.task, PackedRows.pack(hand.held)));
          hand.held.clear();
        }
      }
    }

    private void give(Row row) {
      if (open.isEmpty()) {
        open.addAll(hands);
      }
      Hand least = open.poll();
      least.held.add(row);
      least.count++;
      least.seconds += SECONDS_OF_ROW + row.<Double>getAs(RowSeconds.COLUMN);
      if (least.count % mostRows != 0) {
        open.add(least);
      }
    }

    private long bytes(Row row) {
      Row audio = row.getAs("audio");
      byte[] bytes = audio == null ? null : audio.getAs("bytes");
      return bytes == null ? 0 : bytes.length;
    }
  }
}
