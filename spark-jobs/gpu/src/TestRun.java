import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test classes where there is no Maven. */
public final class TestRun implements TestExecutionListener {
  private static final int LONGEST = 400;

  private TestRun() {}

  /** Takes names of classes; ends with 1 if a test fails. */
  public static void main(String[] classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summary, new TestRun());
    summary.getSummary().printTo(new PrintWriter(System.out, true));
    boolean good = summary.getSummary().getTotalFailureCount() == 0;
    System.exit(good && summary.getSummary().getTestsSucceededCount() > 0 ? 0 : 1);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() != Status.SUCCESSFUL) {
      String why = result.getThrowable().map(Throwable::toString).orElse("").replace('\n', ' ');
      System.out.printf(
          "%s %s: %s%n",
          result.getStatus(),
          test.getUniqueId(),
          why.substring(0, Math.min(LONGEST, why.length())));
    }
  }
}
