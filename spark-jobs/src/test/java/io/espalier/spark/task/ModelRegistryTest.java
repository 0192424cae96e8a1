package io.espalier.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private final ModelRegistry registry = new ModelRegistry();
  private final List<Model> models = new ArrayList<>();

  @Test
  void tasksOfOneDeviceShareOneModel() throws Exception {
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    Callable<Model> task = () -> acquire("cpu", "a").value();
    try {
      for (Future<Model> model : tasks.invokeAll(Collections.nCopies(8, task))) {
        assertThat(model.get()).isSameAs(models.get(0));
      }
    } finally {
      tasks.shutdown();
    }
    assertThat(models).hasSize(1);
  }

  @Test
  void eachDeviceHasItsOwn() {
    acquire("cuda:0", "a");
    acquire("cuda:1", "a");
    assertThat(models).hasSize(2);
  }

  @Test
  void aModelStaysOpenBetweenTasks() {
    acquire("cpu", "a").close();
    acquire("cpu", "a").close();
    assertThat(models).hasSize(1);
    assertThat(models.get(0).closed).isZero();
  }

  @Test
  void anIdleModelMakesRoomForAnother() {
    acquire("cpu", "a").close();
    acquire("cpu", "b");
    assertThat(models).extracting(model -> model.closed).containsExactly(1, 0);
  }

  @Test
  void aModelInUseIsNotClosedForAnother() {
    Lease<Model> used = acquire("cpu", "a");
    acquire("cpu", "b");
    assertThat(used.value().closed).isZero();
  }

  @Test
  void givingBackTwiceCountsOnce() {
    acquire("cpu", "a");
    Lease<Model> second = acquire("cpu", "a");
    second.close();
    second.close();
    acquire("cpu", "b");
    assertThat(models.get(0).closed).isZero();
  }

  @Test
  void aFailedOpeningIsTriedAgain() throws IOException {
    assertThatThrownBy(
            () ->
                registry.<Model, IOException>acquire(
                    "cpu",
                    "a",
                    () -> {
                      throw new IOException("not there yet");
                    }))
        .hasMessage("not there yet");
    acquire("cpu", "a");
    assertThat(models).hasSize(1);
  }

  @Test
  void theEndClosesEverything() {
    acquire("cuda:0", "a");
    acquire("cuda:1", "a").close();
    registry.closeAll();
    assertThat(models).extracting(model -> model.closed).containsExactly(1, 1);
  }

  private Lease<Model> acquire(String device, String bundle) {
    return registry.acquire(
        device,
        bundle,
        () -> {
          Model model = new Model();
          models.add(model);
          return model;
        });
  }

  private static final class Model implements AutoCloseable {
    private int closed;

    @Override
    public void close() {
      closed++;
    }
  }
}
