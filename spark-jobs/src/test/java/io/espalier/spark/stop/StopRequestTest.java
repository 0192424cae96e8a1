package io.espalier.spark.stop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopRequestTest {
  private final StopRequest request = new StopRequest();

  @Test
  void aSignalThatFindsNoJobIsLeftToTheJvm() {
    assertThat(request.ask("SIGTERM")).isEmpty();
    request.begin(Duration.ofSeconds(1)).close();
    assertThat(request.ask("SIGTERM")).isEmpty();
    try (StopRequest.Job job = request.begin(Duration.ofSeconds(1))) {
      assertThat(job.asked()).isEmpty();
    }
  }

  @Test
  void jobsAreAskedOnceAndTheLongestTimeHolds() {
    try (StopRequest.Job first = request.begin(Duration.ofSeconds(1));
        StopRequest.Job second = request.begin(Duration.ofSeconds(5))) {
      assertThat(request.ask("SIGINT")).contains(Duration.ofSeconds(5));
      assertThat(first.asked()).contains("SIGINT");
      assertThat(second.asked()).contains("SIGINT");
      assertThat(request.ask("SIGTERM")).as("a second signal").isEmpty();
      assertThat(first.asked()).contains("SIGINT");
    }
  }

  @Test
  void noFurtherJobBegins() {
    try (StopRequest.Job job = request.begin(Duration.ofSeconds(1))) {
      assertThat(request.ask("SIGTERM")).isPresent();
      assertThat(job.asked()).isPresent();
    }
    assertThatThrownBy(() -> request.begin(Duration.ofSeconds(1)))
        .isInstanceOf(StoppedException.class)
        .hasMessage("Stopped by SIGTERM before the job began");
  }
}
