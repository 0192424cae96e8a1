package io.espalier.spark.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.outcome.ErrorCode;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of Spark 3.5's and 4.1's cluster managers. */
class LossTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Command exited with code 139                                                 | NATIVE_CRASH
          Command exited with code 134                                                 | NATIVE_CRASH
          Command exited with code 137                                                 | OUT_OF_MEMORY_KILLED
          Command exited with code 52                                                  | OUT_OF_MEMORY_KILLED
          Command exited with code 75                                                  | INFERENCE_TIMEOUT
          Command exited with code 143                                                 |
          The executor with id 3 exited with exit code 137(SIGKILL, possible container OOM). | OUT_OF_MEMORY_KILLED
          The executor with id 3 exited with exit code 139(SIGSEGV).                   | NATIVE_CRASH
          The executor with id 3 was deleted by a user or the framework.               |
          Container marked as failed: container_1 on host: h. Exit status: 134. Diagnostics: x | NATIVE_CRASH
          Container marked as failed: container_1 on host: h. Exit status: -104. Diagnostics: x | OUT_OF_MEMORY_KILLED
          Container killed by YARN for exceeding physical memory limits. 2 GB of 2 GB used | OUT_OF_MEMORY_KILLED
          Container container_1 on host: h was preempted.                              |
          Executor heartbeat timed out after 130000 ms                                 |
          Executor decommission finished: Finished decommissioning                     |
          worker lost: 10.0.0.1:7078 got disassociated                                 |
          Executor killed by driver.                                                   |
          Remote RPC client disassociated. Likely due to containers exceeding thresholds, or network issues. | NATIVE_CRASH
          """)
  void aReasonIsReadAsFarAsItTells(String reason, ErrorCode code) {
    assertThat(Loss.of(reason).code()).isEqualTo(Optional.ofNullable(code));
    assertThat(Loss.of(reason).text()).isEqualTo(reason);
  }
}
