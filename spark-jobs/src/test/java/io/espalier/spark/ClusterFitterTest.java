package io.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ClusterFitterTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("utt_id", DataTypes.StringType)
          .add("speaker_id", DataTypes.StringType)
          .add(SpeakerClusters.FEATURES, SQLDataTypes.VectorType())
          .add(SpeakerClusters.WEIGHT, DataTypes.DoubleType);
  private static final int CLUSTERS = 7;

  @Test
  void clustersDoNotDependOnTheOrderOfTheRows() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 150; i++) {
      rows.add(RowFactory.create("u" + i, null, direction(random), 1.0));
    }
    Vector[] centers = centers(rows);
    Collections.shuffle(rows, random);
    assertThat(centers(rows)).isEqualTo(centers);
  }

  /** No clusters at all, so that every start ends elsewhere. */
  private static Vector direction(Random random) {
    double[] values = random.doubles(4, -1, 1).toArray();
    Vector vector = Vectors.dense(values);
    double length = Vectors.norm(vector, 2);
    for (int i = 0; i < values.length; i++) {
      values[i] /= length;
    }
    return Vectors.dense(values);
  }

  private static Vector[] centers(List<Row> rows) {
    Dataset<Row> points = TestSpark.session().createDataFrame(List.copyOf(rows), SCHEMA);
    SpeakerClusters.Options options =
        new SpeakerClusters.Options(ClusterMethod.KMEANS, CLUSTERS, 2, 20, Optional.empty(), 1);
    return new ClusterFitter(options).fit(points, rows.size()).model().centers();
  }
}
