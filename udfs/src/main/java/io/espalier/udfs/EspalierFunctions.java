package io.espalier.udfs;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers the SQL functions in every Spark session. Spark finds this class through the
 * ServiceLoader, so no configuration is needed; {@code
 * spark.sql.extensions=io.espalier.udfs.EspalierFunctions} does the same.
 */
public final class EspalierFunctions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  /** Called by Spark and the ServiceLoader. */
  public EspalierFunctions() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (FunctionDefinition function : all()) {
      extensions.injectFunction(
          new Tuple3<>(
              new FunctionIdentifier(function.name()), function.info(), function.builder()));
    }
    return BoxedUnit.UNIT;
  }

  static List<FunctionDefinition> all() {
    return Stream.of(
            ErrorRateFunctions.all(),
            BleuFunctions.all(),
            ChrfFunctions.all(),
            OtherFunctions.all())
        .flatMap(List::stream)
        .toList();
  }
}
