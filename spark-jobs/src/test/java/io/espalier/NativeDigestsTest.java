package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.files.Sha256;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * The jars with native code of ours are those that {@code natives.sha256} names: a repository that
 * gives others is found out before they run anywhere else.
 */
class NativeDigestsTest {
  private static final Path PINNED = Path.of("src/test/resources/natives.sha256");

  @Test
  void jarsWithNativeCodeAreThoseThatWereReviewed() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "digests are those for Linux");
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "digests are those for x86-64");
    Map<String, String> pinned = new HashMap<>();
    for (String line : Files.readAllLines(PINNED)) {
      String[] words = line.split(" +", 2);
      pinned.put(words[1], words[0]);
    }
    Map<String, String> found = new HashMap<>();
    for (Path jar : nativeJars()) {
      found.put(jar.getFileName().toString(), Sha256.of(jar));
    }

    assertThat(found).hasSizeGreaterThanOrEqualTo(6);
    assertThat(pinned)
        .as("Compare a new jar with its maker's signature, then put its digest into " + PINNED)
        .containsAllEntriesOf(found);
  }

  /** Jars of DJL, JavaCPP and JNA that hold libraries; Spark answers for its own. */
  private static List<Path> nativeJars() throws Exception {
    List<Path> jars = new ArrayList<>();
    ClassLoader loader = NativeDigestsTest.class.getClassLoader();
    for (URL url : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
      if (url.openConnection() instanceof JarURLConnection jar) {
        Path path = Path.of(jar.getJarFileURL().toURI());
        if (path.toString().matches(".*/(ai/djl|org/bytedeco|net/java/dev/jna)/.*")
            && holdsLibraries(path)) {
          jars.add(path);
        }
      }
    }
    return jars;
  }

  private static boolean holdsLibraries(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.stream().anyMatch(entry -> entry.getName().matches(".*\\.so(\\.\\d+)*"));
    }
  }
}
