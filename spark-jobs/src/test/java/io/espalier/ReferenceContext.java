package io.espalier;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.importer.ContextImporter;
import io.espalier.checkpoint.importer.ContextImporter.Source;
import io.espalier.nn.Kernels;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The context encoder of a reference set, imported and opened as a user's would be. */
public final class ReferenceContext implements AutoCloseable {
  private final ReferenceSet set;
  private final Path directory;
  private final NDManager manager;
  private final Kernels kernels;
  private final ContextBundle bundle;

  private ReferenceContext(ReferenceSet set, Source source) throws IOException {
    this.set = set;
    this.directory = Files.createTempDirectory("espalier-reference");
    this.bundle =
        ContextImporter.add(
            List.of(source), directory.resolve("bundle"), ImportOptions.DEFAULTS, line -> {});
    this.manager = NDManager.newBaseManager();
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(1);
    this.kernels = Kernels.load(manager);
  }

  /** Imports and opens an ECAPA-TDNN; it is deleted when it is closed. */
  public static ReferenceContext speaker(ReferenceSet set) {
    return open(set, new Source.Speaker(set.dir()));
  }

  /** Imports and opens a BEATs; it is deleted when it is closed. */
  public static ReferenceContext event(ReferenceSet set) {
    return open(set, new Source.Event(checkpoint(set)));
  }

  /** The checkpoint that a BEATs set's configuration names. */
  public static Path checkpoint(ReferenceSet set) {
    try (Reader reader = Files.newBufferedReader(set.dir().resolve("config.json"))) {
      JsonObject conf =
          JsonParser.parseReader(reader).getAsJsonObject().getAsJsonObject("encoder_conf");
      Path named = Path.of(conf.get("beats_ckpt_path").getAsString());
      return set.dir().resolve(named.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReferenceContext open(ReferenceSet set, Source source) {
    try {
      return new ReferenceContext(set, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Owns the encoder. */
  public NDManager manager() {
    return manager;
  }

  /** What it runs on. */
  public Kernels kernels() {
    return kernels;
  }

  /** The bundle that it was imported to. */
  public ContextBundle bundle() {
    return bundle;
  }

  /** The tensors of a golden file. */
  public Tensors golden(NDManager scope, String npz) {
    return Tensors.read(scope, set.golden(npz));
  }

  /** Golden files whose name has the form, sorted. */
  public List<String> goldenFiles(String pattern) {
    return set.goldenFiles(pattern);
  }

  /** The samples of a recording. */
  public float[] samples(String wav) {
    return set.samples(wav);
  }

  @Override
  public void close() {
    manager.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
