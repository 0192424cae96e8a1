package io.espalier;

import ai.djl.ndarray.NDManager;
import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Kernels;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.search.LoadedOwsm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The model of a reference set, imported and opened as a user's model would be. */
public final class ReferenceModel implements AutoCloseable {
  private final ReferenceSet set;
  private final ImportedReference imported;
  private final OwsmModel model;

  private ReferenceModel(ReferenceSet set, Function<NDManager, Kernels> kernels)
      throws IOException {
    this.set = set;
    this.imported = new ImportedReference(set);
    Bundle bundle = imported.bundle();
    NDManager manager = imported.manager();
    this.model =
        new OwsmModel(bundle.config(), bundle.loadWeights(manager), kernels.apply(manager));
    // From here on an array that belongs to no scope is an error.
    manager.cap();
  }

  /** Imports and opens a model; it is deleted when it is closed. */
  public static ReferenceModel open(ReferenceSet set) {
    return open(set, Kernels::load);
  }

  /** Imports and opens a model with other kernels than those that suit the device best. */
  public static ReferenceModel open(ReferenceSet set, Function<NDManager, Kernels> kernels) {
    try {
      return new ReferenceModel(set, kernels);
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
    return imported.manager();
  }

  /** The model. */
  public OwsmModel model() {
    return model;
  }

  /** Its tokens. */
  public TokenTable tokens() {
    return imported.tokens();
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return imported.tokenizer();
  }

  /** All of it, without gate predictors. */
  public LoadedOwsm owsm() {
    return new LoadedOwsm(model, imported.tokens(), imported.tokenizer(), Optional.empty());
  }

  /** Golden files of one utterance that is not padded. */
  public List<String> singleTensorFiles() {
    List<String> names = set.goldenFiles("tensors_(?!batch|pad30).*\\.npz");
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
    imported.close();
  }
}
