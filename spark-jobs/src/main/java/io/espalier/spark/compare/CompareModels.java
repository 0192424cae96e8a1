package io.espalier.spark.compare;

import io.espalier.checkpoint.Bundle;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The models of a recipe by their names. */
record CompareModels(Map<String, CompareRecipe.Model> byName) {
  CompareRecipe.Model get(String name) {
    return byName.get(name);
  }

  Path bundle(String name) {
    return Path.of(get(name).bundle());
  }

  boolean exists(String name) {
    return Files.exists(bundle(name));
  }

  /** The bundle's place as the stages take it. */
  String uri(String name) {
    return Storage.uri(bundle(name));
  }

  Bundle open(String name) throws IOException {
    return Bundle.open(bundle(name));
  }
}
