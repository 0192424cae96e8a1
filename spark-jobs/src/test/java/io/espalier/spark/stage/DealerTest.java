package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class DealerTest {
  private static final StructType AUDIO =
      new StructType().add("bytes", "binary").add("path", "string");
  private static final StructType ROW =
      new StructType().add("utt_id", "string").add("audio", AUDIO).add(RowSeconds.COLUMN, "double");

  @Test
  void theLongestRecordingIsAloneInTheFirstTask() {
    List<Row> rows = new ArrayList<>(List.of(row("long", 600, null)));
    IntStream.range(0, 100).forEach(i -> rows.add(row("short-" + i, 5.5, null)));
    Map<Integer, List<String>> dealt = deal(new Dealer(11, 20), rows);
    assertThat(dealt.get(0)).containsExactly("long");
    assertThat(dealt.values()).filteredOn(ids -> ids.size() > 1).hasSize(10);
    assertThat(dealt.values()).allSatisfy(ids -> assertThat(ids.size()).isIn(1, 10));
  }

  @Test
  void everyRowGoesToOneTaskAndAlwaysToTheSame() {
    List<Row> rows =
        IntStream.range(0, 1000).mapToObj(i -> row("r" + i, 30.0 - i % 30, null)).toList();
    Dealer dealer = new Dealer(7, 200);
    Map<Integer, List<String>> dealt = deal(dealer, rows);
    assertThat(dealt.values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(
            rows.stream().map(row -> row.<String>getAs("utt_id")).toList());
    assertThat(deal(dealer, rows)).isEqualTo(dealt);
  }

  @Test
  void noTaskHoldsManyMoreRowsThanItsShare() {
    List<Row> rows = new ArrayList<>(List.of(row("long", 10_000, null)));
    IntStream.range(0, 40).forEach(i -> rows.add(row("short-" + i, 0, null)));
    assertThat(deal(new Dealer(4, 16), rows).values())
        .allSatisfy(ids -> assertThat(ids).hasSizeLessThanOrEqualTo(16));
    assertThat(deal(new Dealer(2, 3), rows).values().stream().mapToInt(List::size).sum())
        .as("rows beyond the limit are dealt too")
        .isEqualTo(41);
  }

  @Test
  void soundFilesArePassedOnAsTheyCome() {
    byte[] sound = new byte[20 << 20];
    Iterator<Row> rows =
        List.of(row("a", 3, sound), row("b", 2, sound), row("c", 1, sound)).iterator();
    Iterator<Tuple2<Integer, byte[]>> dealt = new Dealer(1, 10).call(rows);
    assertThat(PackedRows.unpack(dealt.next()._2())).hasSize(2);
    assertThat(rows.hasNext()).as("the third is not yet read").isTrue();
    assertThat(PackedRows.unpack(dealt.next()._2())).hasSize(1);
    assertThat(dealt.hasNext()).isFalse();
  }

  private static Map<Integer, List<String>> deal(Dealer dealer, List<Row> rows) {
    Map<Integer, List<String>> dealt = new TreeMap<>();
    dealer
        .call(rows.iterator())
        .forEachRemaining(
            pack ->
                PackedRows.unpack(pack._2())
                    .forEach(
                        row ->
                            dealt
                                .computeIfAbsent(pack._1(), unused -> new ArrayList<>())
                                .add(row.getAs("utt_id"))));
    return dealt;
  }

  private static Row row(String id, double seconds, byte[] sound) {
    Row audio = new GenericRowWithSchema(new Object[] {sound, null}, AUDIO);
    return new GenericRowWithSchema(new Object[] {id, audio, seconds}, ROW);
  }
}
