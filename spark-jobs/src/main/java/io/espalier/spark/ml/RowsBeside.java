package io.espalier.spark.ml;

import io.espalier.nn.Watch;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.ManifestRow;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Hands on the rows as they came, and beside each of them the row that a stage made of it.
 *
 * <p>Ids of a manifest are unique; those of a DataFrame may repeat or be null. A row whose id is
 * under way in its task goes to the stage under an id with a number behind it.
 *
 * @param stage makes the rows
 * @param schema of the rows that it makes
 * @param kept what the stage expects of columns that pass through
 * @param invalid what becomes of rows that fail
 */
record RowsBeside(RowMaker stage, StructType schema, List<Object> kept, InvalidRows invalid)
    implements RowMaker {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> rows(
      Iterator<DecodedRow> audio,
      TaskDevice device,
      TaskScope scope,
      TaskCounters counters,
      Watch watch)
      throws IOException {
    Arrivals arrivals = new Arrivals(audio, kept);
    return new Departures(stage.rows(arrivals, device, scope, counters, watch), arrivals);
  }

  /** The rows on their way into the stage; remembers them as they came. */
  private static final class Arrivals implements Iterator<DecodedRow> {
    private final Iterator<DecodedRow> audio;
    private final List<Object> kept;
    private final Map<String, Object> underWay = new HashMap<>();
    private long renamed;

    Arrivals(Iterator<DecodedRow> audio, List<Object> kept) {
      this.audio = audio;
      this.kept = kept;
    }

    @Override
    public boolean hasNext() {
      return audio.hasNext();
    }

    @Override
    public DecodedRow next() {
      DecodedRow decoded = audio.next();
      ManifestRow row = decoded.row();
      String id = row.id();
      while (id == null || underWay.containsKey(id)) {
        id = (row.id() == null ? "row" : row.id()) + "#" + renamed++;
      }
      underWay.put(id, row.kept().get(0));
      ManifestRow named = named(row, id);
      if (decoded instanceof DecodedRow.Ready ready) {
        return new DecodedRow.Ready(
            named, ready.samples(), ready.sampleRate(), ready.warnings(), ready.decodeMs());
      }
      DecodedRow.Refused refused = (DecodedRow.Refused) decoded;
      return new DecodedRow.Refused(
          named, refused.code(), refused.stage(), refused.message(), refused.decodeMs());
    }

    Object depart(String id) {
      if (!underWay.containsKey(id)) {
        throw new IllegalStateException("Unexpected row: the stage was not given " + id);
      }
      return underWay.remove(id);
    }

    private ManifestRow named(ManifestRow row, String id) {
      return new ManifestRow(
          id,
          row.bytes(),
          row.path(),
          row.startS(),
          row.endS(),
          row.language(),
          row.task(),
          row.textPrev(),
          row.reference(),
          row.attempt(),
          row.context(),
          row.speakerCluster(),
          kept);
    }
  }

  /** The rows on their way out. */
  private final class Departures implements Iterator<Row> {
    private final Iterator<Row> made;
    private final Arrivals arrivals;
    private final int id = schema.fieldIndex("utt_id");
    private Row next;

    Departures(Iterator<Row> made, Arrivals arrivals) {
      this.made = made;
      this.arrivals = arrivals;
    }

    @Override
    public boolean hasNext() {
      while (next == null && made.hasNext()) {
        Row row = made.next();
        Object came = arrivals.depart(row.getString(id));
        if (invalid.passes(row, schema)) {
          next = RowFactory.create(came, row);
        }
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }
  }
}
