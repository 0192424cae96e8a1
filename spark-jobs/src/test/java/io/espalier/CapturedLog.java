package io.espalier;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What one class logs at info while this is open. */
public final class CapturedLog extends AbstractAppender implements AutoCloseable {
  private final String logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private CapturedLog(String logger) {
    super("captured " + logger, null, null, true, Property.EMPTY_ARRAY);
    this.logger = logger;
    start();
  }

  /** Begins to listen. */
  public static CapturedLog of(Class<?> type) {
    CapturedLog captured = new CapturedLog(type.getName());
    LoggerConfig config = new LoggerConfig(type.getName(), Level.INFO, false);
    config.addAppender(captured, Level.INFO, null);
    LoggerContext context = context();
    context.getConfiguration().addLogger(type.getName(), config);
    context.updateLoggers();
    return captured;
  }

  /** The messages so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
  }

  @Override
  public void close() {
    LoggerContext context = context();
    context.getConfiguration().removeLogger(logger);
    context.updateLoggers();
    stop();
  }

  private static LoggerContext context() {
    return (LoggerContext) LogManager.getContext(false);
  }
}
