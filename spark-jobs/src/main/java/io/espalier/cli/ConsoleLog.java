package io.espalier.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.DefaultConfiguration;

/**
 * The log of the driver. Where nobody has configured one, Spark writes hundreds of lines to
 * standard error, in which warnings are lost; then the configuration of {@code
 * conf/log4j2.properties} is used, which comes with the jar too. A log that the user has configured
 * stays as it is.
 */
final class ConsoleLog {
  private static final String QUIET = "log4j2.properties";
  private static final String SPARKS_OWN = "org/apache/spark/log4j2-defaults.properties";

  private ConsoleLog() {}

  /** Chooses the configuration for the rest of the process. */
  static void configure() {
    // Spark may be set up with another back end, which is the user's choice.
    if (LogManager.getContext(false) instanceof LoggerContext context
        && isNobodys(context.getConfiguration())) {
      context.setConfigLocation(quiet());
    }
  }

  private static boolean isNobodys(Configuration configuration) {
    String location = configuration.getConfigurationSource().getLocation();
    return configuration instanceof DefaultConfiguration
        || (location != null && location.endsWith(SPARKS_OWN));
  }

  private static URI quiet() {
    URL resource = ConsoleLog.class.getResource(QUIET);
    try {
      return resource.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The jar is at a place that is no URI: " + resource, e);
    }
  }
}
