package io.espalier.owsm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Text to ids and back against SentencePiece through ESPnet. */
class TokenizerParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void textsBecomeTheSameIdsAndTheSameTexts(ReferenceSet set) throws IOException {
    JsonArray cases =
        JsonParser.parseString(Files.readString(set.golden("tokenizer.json"))).getAsJsonArray();
    assertThat(cases).isNotEmpty();
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      for (JsonElement element : cases) {
        JsonObject one = element.getAsJsonObject();
        String text = one.get("text").getAsString();
        int[] ids =
            StreamSupport.stream(one.getAsJsonArray("ids").spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray();
        assertThat(reference.tokenizer().encode(text)).as(text).isEqualTo(ids);
        String back = one.get("back").getAsString();
        List<String> pieces =
            StreamSupport.stream(one.getAsJsonArray("tokens").spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
        assertThat(reference.tokenizer().join(pieces)).as(text).isEqualTo(back);
        int unknown = reference.tokens().unknown();
        if (Arrays.stream(ids).noneMatch(id -> id == unknown)) {
          assertThat(reference.tokenizer().decode(ids)).as(text).isEqualTo(back);
        }
      }
    }
  }
}
