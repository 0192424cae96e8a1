package io.espalier;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.espnet.NpyArray;
import io.espalier.checkpoint.espnet.NpzFile;
import io.espalier.checkpoint.importer.Importer;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One model with the outputs that ESPnet computed from it.
 *
 * @param dir holds {@code meta.yaml} and {@code golden}
 * @param audioDir the recordings that all sets share
 */
public record ReferenceSet(Path dir, Path audioDir) {

  /** The directory's name. */
  public String name() {
    return dir.getFileName().toString();
  }

  /** A recording by its file name. */
  public Path audio(String wav) {
    return audioDir.resolve(wav);
  }

  /** Every recording that the sets share. */
  public List<String> recordings() {
    return names(audioDir, ".*");
  }

  /** Samples of a recording at 16 kHz. */
  public float[] samples(String wav) {
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1)) {
      return decoder.decode(Files.readAllBytes(audio(wav))).samples();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AudioException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Files of reference outputs whose whole names match, sorted. */
  public List<String> goldenFiles(String pattern) {
    return names(golden(""), pattern);
  }

  private static List<String> names(Path directory, String pattern) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(pattern))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of reference outputs. */
  public Path golden(String file) {
    return dir.resolve("golden").resolve(file);
  }

  /** Reference tensors by name. */
  public Map<String, NpyArray> npz(String file) {
    try {
      return NpzFile.read(golden(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of reference outputs that is a JSON object. */
  public JsonObject json(String file) {
    try (Reader reader = Files.newBufferedReader(golden(file))) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Imports the model into a directory that does not exist yet. */
  public Bundle importTo(Path bundle) {
    try {
      return Importer.importModel(dir, bundle, ImportOptions.DEFAULTS, line -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
