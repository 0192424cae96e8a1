package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowBuilderTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("a STRING, b DOUBLE, c STRUCT<d: INT, e: DOUBLE>, f INT");

  @Test
  void columnsAreSetByNameInAnyOrder() {
    Row row =
        RowBuilder.of(SCHEMA)
            .set("f", 7)
            .set("c", parts -> parts.set("e", 2.5).set("d", 1))
            .set("a", "text")
            .setKnown("b", 0.5)
            .build();
    assertThat(row).isEqualTo(RowFactory.create("text", 0.5, RowFactory.create(1, 2.5), 7));
  }

  @Test
  void whatIsNotSetOrNotKnownIsNull() {
    Row row = RowBuilder.of(SCHEMA).setKnown("b", Double.NaN).set("c", parts -> {}).build();
    assertThat(row).isEqualTo(RowFactory.create(null, null, RowFactory.create(null, null), null));
  }

  @Test
  void aColumnThatTheSchemaLacksIsAMistakeOfTheCaller() {
    assertThatThrownBy(() -> RowBuilder.of(SCHEMA).set("g", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("g");
  }
}
