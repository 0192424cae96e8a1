package io.espalier.training;

import com.google.gson.Gson;
import io.espalier.checkpoint.tensors.TensorFile;
import io.espalier.files.Directories;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a training run: {@code model/}, {@code features/}, {@code checkpoints/step-N/} to go
 * on from, {@code best/step-N.safetensors} to average, {@code metrics.jsonl}, {@code bundle/}.
 * Everything appears whole or not at all.
 */
public final class RunDirectory {
  private static final String STATE = "state.json";
  private static final String TENSORS = "tensors.safetensors";
  private static final String PARAMETERS = "parameters";
  private static final String FIRST = "first_moment";
  private static final String SECOND = "second_moment";
  private static final String STATISTICS = "statistics";
  private static final int CHECKPOINTS_KEPT = 2;

  private final Path root;

  /**
   * The state from which a run resumes.
   *
   * @param statistics of batch norms; empty for a model without
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Checkpoint(
      RunState state, float[] parameters, float[] first, float[] second, float[] statistics) {}

  /** Creates what is missing. */
  public RunDirectory(Path root) throws IOException {
    // Tasks write features to it, and their working directories are others.
    this.root = root.toAbsolutePath();
    for (String name : List.of("model", "features", "checkpoints", "best")) {
      Files.createDirectories(this.root.resolve(name));
    }
  }

  /** Configuration, tokenizer and first parameters. */
  public Path model() {
    return root.resolve("model");
  }

  /** Features of a part of the corpus, {@code train} or {@code valid}. */
  public Path features(String part) throws IOException {
    return Files.createDirectories(root.resolve("features").resolve(part));
  }

  /** One line of JSON for each logged step and each validation. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** The result. */
  public Path bundle() {
    return root.resolve("bundle");
  }

  /** Writes a checkpoint and removes older ones. */
  public void save(Checkpoint checkpoint) throws IOException {
    Path checkpoints = root.resolve("checkpoints");
    String name = name(checkpoint.state().step());
    Path unfinished = checkpoints.resolve("." + name);
    Directories.deleteRecursively(unfinished);
    Files.createDirectories(unfinished);
    Map<String, float[]> tensors = new TreeMap<>();
    tensors.put(PARAMETERS, checkpoint.parameters());
    tensors.put(FIRST, checkpoint.first());
    tensors.put(SECOND, checkpoint.second());
    if (checkpoint.statistics().length > 0) {
      tensors.put(STATISTICS, checkpoint.statistics());
    }
    TensorFile.write(unfinished.resolve(TENSORS), tensors);
    Files.writeString(unfinished.resolve(STATE), new Gson().toJson(checkpoint.state()));
    Path target = checkpoints.resolve(name);
    Directories.deleteRecursively(target);
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    List<Path> all = checkpoints();
    for (Path old : all.subList(0, Math.max(0, all.size() - CHECKPOINTS_KEPT))) {
      Directories.deleteRecursively(old);
    }
  }

  /** The newest checkpoint, if there is any. */
  public Optional<Checkpoint> latest() throws IOException {
    List<Path> all = checkpoints();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Path newest = all.get(all.size() - 1);
    RunState state = new Gson().fromJson(Utf8Text.read(newest.resolve(STATE)), RunState.class);
    Map<String, float[]> tensors = TensorFile.read(newest.resolve(TENSORS));
    return Optional.of(
        new Checkpoint(
            state,
            tensors.get(PARAMETERS),
            tensors.get(FIRST),
            tensors.get(SECOND),
            tensors.getOrDefault(STATISTICS, new float[0])));
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("checkpoints"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("step-"))
          .sorted()
          .toList();
    }
  }

  /** Keeps the parameters of a good validation. */
  void keep(long step, float[] parameters) throws IOException {
    Path file = kept(step);
    Path unfinished = file.resolveSibling("." + file.getFileName());
    Files.deleteIfExists(unfinished);
    TensorFile.write(unfinished, Map.of(PARAMETERS, parameters));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Parameters that were kept. */
  float[] kept(RunState.Kept kept) throws IOException {
    return TensorFile.read(kept(kept.step())).get(PARAMETERS);
  }

  /** Removes parameters that are no longer among the best. */
  void dropAllBut(List<RunState.Kept> best) throws IOException {
    List<Path> wanted = best.stream().map(kept -> kept(kept.step())).toList();
    try (Stream<Path> files = Files.list(root.resolve("best"))) {
      for (Path file : files.toList()) {
        if (!wanted.contains(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private Path kept(long step) {
    return root.resolve("best").resolve(name(step) + ".safetensors");
  }

  private static String name(long step) {
    return String.format(Locale.ROOT, "step-%08d", step);
  }
}
