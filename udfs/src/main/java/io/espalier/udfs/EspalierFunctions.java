package io.espalier.udfs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers the SQL functions in every Spark session. Spark finds this class through the
 * ServiceLoader, so no configuration is needed; {@code
 * spark.sql.extensions=io.espalier.udfs.EspalierFunctions} does the same. PySpark 3.5 makes its
 * session without the ServiceLoader and needs the latter. On a Spark for which the jar is not
 * built, every function is there too, and a call of it says so.
 */
public final class EspalierFunctions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  /** Called by Spark and the ServiceLoader. */
  public EspalierFunctions() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    inject(extensions, all());
    return BoxedUnit.UNIT;
  }

  /**
   * Adds the functions that a session lacks, such as that of a notebook which somebody else starts.
   */
  public static void register(SparkSession session) {
    FunctionRegistry registry = session.sessionState().functionRegistry();
    SparkSessionExtensions lacking = new SparkSessionExtensions();
    inject(
        lacking,
        all().stream()
            .filter(function -> !registry.functionExists(new FunctionIdentifier(function.name())))
            .toList());
    lacking.registerFunctions(registry);
  }

  private static void inject(
      SparkSessionExtensions extensions, List<FunctionDefinition> functions) {
    Optional<String> mismatch = SparkBuild.mismatch();
    for (FunctionDefinition function : functions) {
      extensions.injectFunction(
          new Tuple3<>(
              new FunctionIdentifier(function.name()),
              function.info(),
              mismatch.isPresent()
                  ? new Refusal<>("Cannot call " + function.name() + ". " + mismatch.get())
                  : Catalyst.builder(function)));
    }
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
