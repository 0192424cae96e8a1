package io.espalier;

import ai.djl.ndarray.NDManager;
import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Kernels;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.owsm.ctc.OwsmCtcModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

/** The OWSM-CTC of a reference set, imported and opened as a user's model would be. */
public final class ReferenceCtc implements AutoCloseable {
  private final ReferenceSet set;
  private final ImportedReference imported;
  private final OwsmCtcModel model;

  private ReferenceCtc(ReferenceSet set, Function<NDManager, Kernels> kernels) throws IOException {
    this.set = set;
    this.imported = new ImportedReference(set);
    Bundle bundle = imported.bundle();
    NDManager manager = imported.manager();
    this.model =
        new OwsmCtcModel(bundle.config(), bundle.loadWeights(manager), kernels.apply(manager));
    // From here on an array that belongs to no scope is an error.
    manager.cap();
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
    return imported.manager();
  }

  /** The model. */
  public OwsmCtcModel model() {
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
    imported.close();
  }
}
