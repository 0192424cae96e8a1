package io.espalier.cli;

import io.espalier.spark.TestSpark;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What one command did in this process.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained about
 */
public record CommandRun(int code, String out, String err) {
  /** Runs a command on the shared session. */
  public static CommandRun of(String... arguments) {
    TestSpark.session();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Espalier.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }
}
