package io.espalier.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.DefaultConfiguration;

/**
 * The driver's log. Without a configuration, Spark writes hundreds of lines to standard error, and
 * warnings get lost among them; so this class applies {@code conf/log4j2.properties}, which is also
 * in the jar. A log that the user has configured stays as it is.
 */
final class ConsoleLog {
  private static final String QUIET = "log4j2.properties";
  private static final String SPARKS_OWN = "org/apache/spark/log4j2-defaults.properties";

  private ConsoleLog() {}

  /** Chooses the configuration for the rest of the process. */
  static void configure() {
    // The user may have chosen another logging back end for Spark.
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
      throw new IllegalStateException("The location of the jar is not a valid URI: " + resource, e);
    }
  }
}
