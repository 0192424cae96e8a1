package io.espalier.checkpoint;

import io.espalier.conf.Fields;
import io.espalier.conf.Shown;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.files.YamlFile;
import io.espalier.owsm.OwsmConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The contents of {@code bundle.yaml}: the kind of a bundle, its card and its files.
 *
 * @param kind of model
 * @param card name, source and size, for readers
 * @param files files by name, sorted
 */
public record BundleManifest(String kind, Map<String, Object> card, Map<String, FileDigest> files) {
  public static final String NAME = "bundle.yaml";
  public static final String OWSM_AED = "owsm-aed";

  /** An OWSM without a decoder. */
  public static final String OWSM_CTC = "owsm-ctc";

  /** A bundle without an OWSM: context encoders alone. */
  public static final String CONTEXT = "context";

  private static final List<String> KINDS = List.of(OWSM_AED, OWSM_CTC, CONTEXT);
  private static final int FORMAT = 1;
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** Size in bytes and SHA-256 of one file. */
  public record FileDigest(long size, String sha256) {
    static FileDigest of(Path file) throws IOException {
      return new FileDigest(Files.size(file), Sha256.of(file));
    }
  }

  /** The kind of a bundle with a model of that shape. */
  public static String kindOf(OwsmConfig config) {
    return config.ctcOnly().isPresent() ? OWSM_CTC : OWSM_AED;
  }

  /** Digests the files, which must be there, and writes {@code bundle.yaml} beside them. */
  public static void write(
      Path directory, String kind, Map<String, Object> card, List<String> names)
      throws IOException {
    Map<String, Object> files = new TreeMap<>();
    for (String name : names) {
      FileDigest digest = FileDigest.of(directory.resolve(name));
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("size", digest.size());
      entry.put("sha256", digest.sha256());
      files.put(name, entry);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("format", FORMAT);
    values.put("kind", kind);
    values.put("card", card);
    values.put("files", files);
    YamlFile.write(directory.resolve(NAME), values);
  }

  /**
   * Reads {@code bundle.yaml}, no other file.
   *
   * @throws MalformedFileException if there is none, or it is of another format
   */
  public static BundleManifest read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new MalformedFileException(
          "Cannot open bundle %s: there is no %s. Make a bundle with: espalier import ESPNET_DIR %s"
              .formatted(directory, NAME, directory));
    }
    return of("Cannot open bundle " + directory, YamlFile.read(file));
  }

  /**
   * Reads the text of a {@code bundle.yaml}.
   *
   * @param source its name in messages
   * @throws MalformedFileException if it is of another format
   */
  public static BundleManifest parse(String source, String text) throws MalformedFileException {
    return of("Cannot read " + source, YamlFile.parse(source, text));
  }

  private static BundleManifest of(String complaint, Map<String, Object> values)
      throws MalformedFileException {
    Object format = values.get("format");
    if (!Integer.valueOf(FORMAT).equals(format)) {
      throw new MalformedFileException(
          String.format(
                  Locale.ROOT,
                  "%s: its format is %s, but this version reads format %d. Use the version of",
                  complaint,
                  Shown.of(format),
                  FORMAT)
              + " Espalier that made it, or import the model again");
    }
    Fields fields = Fields.of(complaint, values);
    fields.raw("format");
    Object kind = fields.raw("kind");
    if (!KINDS.contains(kind)) {
      fields.problem(
          "its kind is %s, known are %s".formatted(Shown.of(kind), String.join(", ", KINDS)));
    }
    Map<String, Object> card = fields.map("card");
    Map<String, FileDigest> files = files(fields.child("files"));
    fields.finish(MalformedFileException::new);
    return new BundleManifest(String.valueOf(kind), card, files);
  }

  /**
   * Checks every file's size and SHA-256.
   *
   * @throws MalformedFileException naming the first file that is missing or differs
   */
  public void verify(Path directory) throws IOException {
    for (Map.Entry<String, FileDigest> entry : files.entrySet()) {
      Path file = directory.resolve(entry.getKey());
      if (!Files.isRegularFile(file)) {
        throw new MalformedFileException(
            "Cannot open bundle %s: %s is missing".formatted(directory, entry.getKey()));
      }
      FileDigest expected = entry.getValue();
      long size = Files.size(file);
      String what = size == expected.size() ? "SHA-256" : "size";
      String found = size == expected.size() ? Sha256.of(file) : size + " bytes";
      String wanted = size == expected.size() ? expected.sha256() : expected.size() + " bytes";
      if (!found.equals(wanted)) {
        throw new MalformedFileException(
            ("Cannot open bundle %s: %s has %s %s, expected %s. The file is damaged"
                    + " or was changed")
                .formatted(directory, entry.getKey(), what, found, wanted));
      }
    }
  }

  /** SHA-256 over names and digests of all files: equal for equal contents. */
  String fingerprint() {
    StringBuilder text = new StringBuilder(kind).append('\n');
    files.forEach((name, digest) -> text.append(digest.sha256() + "  " + name + "\n"));
    return Sha256.of(text.toString());
  }

  private static Map<String, FileDigest> files(Fields fields) {
    Map<String, FileDigest> files = new TreeMap<>();
    for (String name : fields.names()) {
      if (!FILE_NAME.matcher(name).matches()) {
        fields.problem(fields.path(name) + " is not a plain file name");
      }
      Fields digest = fields.child(name);
      String sha256 = digest.string("sha256");
      if (digest.has("sha256") && !SHA_256.matcher(sha256).matches()) {
        digest.wrong("sha256", "64 hexadecimal digits", sha256);
      }
      files.put(name, new FileDigest(digest.longInteger("size"), sha256));
    }
    return files;
  }
}
