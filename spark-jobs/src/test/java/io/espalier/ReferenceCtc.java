package io.espalier;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.files.Directories;
import io.espalier.nn.Kernels;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.owsm.ctc.OwsmCtcModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The OWSM-CTC of a reference set, imported and opened as a user's model would be. */
public final class ReferenceCtc implements AutoCloseable {
  private final ReferenceSet set;
  private final Path directory;
  private final NDManager manager;
  private final OwsmCtcModel model;
  private final TokenTable tokens;
  private final Tokenizer tokenizer;

  private ReferenceCtc(ReferenceSet set, Function<NDManager, Kernels> kernels) throws IOException {
    this.set = set;
    this.directory = Files.createTempDirectory("espalier-reference-ctc");
    Bundle bundle = set.importTo(directory.resolve("bundle"));
    this.manager = NDManager.newBaseManager();
    JniUtils.setGradMode(false);
    // The models are so small that threads would only wait for each other.
    JniUtils.setNumThreads(1);
    this.model =
        new OwsmCtcModel(bundle.config(), bundle.loadWeights(manager), kernels.apply(manager));
    // From here on an array that belongs to no scope is an error.
    manager.cap();
    this.tokens = new TokenTable(bundle.tokens());
    this.tokenizer = new Tokenizer(bundle.bpeModel(), tokens);
  }

  /** Imports and opens a model; it is deleted when it is closed. */
  public static ReferenceCtc open(ReferenceSet set) {
    return open(set, Kernels::load);
  }

  /** Imports and opens a model with other kernels than those that suit the device best. */
  public static ReferenceCtc open(ReferenceSet set, Function<NDManager, Kernels> kernels) {
    try {
      return new ReferenceCtc(set, kernels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The set that it is of. */
  public ReferenceSet set() {
    return set;
  }

  /** Owns the model. */
  public NDManager manager() {
    return manager;
  }

  /** The model. */
  public OwsmCtcModel model() {
    return model;
  }

  /** Its tokens. */
  public TokenTable tokens() {
    return tokens;
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Names of the utterances with golden files without ({@code _na}) and with a text before. */
  public List<String> singleUtterances() {
    List<String> names =
        set.goldenFiles("tensors_.*_na\\.npz").stream()
            .map(name -> name.replaceFirst("tensors_(.*)_na\\.npz", "$1"))
            .toList();
    if (names.isEmpty()) {
      throw new IllegalStateException("Cannot find tensors of a single utterance in " + set);
    }
    return names;
  }

  /** The tensors of a golden file. */
  public Tensors golden(NDManager scope, String npz) {
    return Tensors.read(scope, set.golden(npz));
  }

  /** Every recording that the sets share. */
  public List<String> recordings() {
    return set.recordings();
  }

  /** The samples of a recording. */
  public float[] samples(String wav) {
    return set.samples(wav);
  }

  @Override
  public void close() {
    tokenizer.close();
    manager.close();
    try {
      Directories.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
