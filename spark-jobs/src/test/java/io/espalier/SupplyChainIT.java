package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bill of materials and the list of licences name the same libraries. */
class SupplyChainIT {
  private static final Pattern LIBRARY = Pattern.compile("\\(([^ :()]+:[^ :()]+):[^ ()]+ - ");

  @Test
  void bothListsNameTheSameLibraries() throws IOException {
    Path classes = BuildUnderTest.directory().resolve("classes");
    String licences = Files.readString(classes.resolve("META-INF/THIRD-PARTY.txt"));
    Set<String> licensed = new TreeSet<>();
    Matcher matcher = LIBRARY.matcher(licences);
    while (matcher.find()) {
      licensed.add(matcher.group(1));
    }

    assertThat(licensed)
        .contains("org.bytedeco:ffmpeg", "ai.djl.pytorch:pytorch-native-cpu", "org.yaml:snakeyaml")
        .doesNotContain("org.apache.spark:spark-core_2.12", "org.assertj:assertj-core")
        .isEqualTo(components());
    assertThat(classes.resolve("META-INF/NATIVE-LICENCES.txt")).isNotEmptyFile();
  }

  private static Set<String> components() throws IOException {
    Path bill =
        BuildUnderTest.directory()
            .resolve(
                "espalier-spark-%s_%s.cdx.json"
                    .formatted(BuildUnderTest.spark(), BuildUnderTest.scala()));
    Set<String> components = new TreeSet<>();
    try (Reader reader = Files.newBufferedReader(bill)) {
      for (JsonElement each :
          JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("components")) {
        JsonObject library = each.getAsJsonObject();
        String group = library.get("group").getAsString();
        if (!group.equals("io.espalier")) {
          components.add(group + ":" + library.get("name").getAsString());
        }
      }
    }
    return components;
  }
}
