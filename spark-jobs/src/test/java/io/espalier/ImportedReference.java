package io.espalier;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.files.Directories;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundle of a reference set, with what every kind of model needs; deleted when closed. */
final class ImportedReference implements AutoCloseable {
  private final Path directory;
  private final Bundle bundle;
  private final NDManager manager;
  private final TokenTable tokens;
  private final Tokenizer tokenizer;

  ImportedReference(ReferenceSet set) throws IOException {
    this.directory = Files.createTempDirectory("espalier-reference");
    this.bundle = set.importTo(directory.resolve("bundle"));
    this.manager = NDManager.newBaseManager();
    JniUtils.setGradMode(false);
    // The models are so small that threads would only wait for each other.
    JniUtils.setNumThreads(1);
    this.tokens = new TokenTable(bundle.tokens());
    this.tokenizer = new Tokenizer(bundle.bpeModel(), tokens);
  }

  Bundle bundle() {
    return bundle;
  }

  NDManager manager() {
    return manager;
  }

  TokenTable tokens() {
    return tokens;
  }

  Tokenizer tokenizer() {
    return tokenizer;
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
