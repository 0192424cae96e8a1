package io.espalier.spark.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import io.espalier.files.Sha256;
import java.util.Base64;

/** Escapes text for an HTML page. */
final class Html {
  // Gson writes <, >, &, = and ' as escapes, so no text can end a script element.
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private Html() {}

  /** For the content of an element and for attributes in double quotes. */
  static String text(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                  boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
                  escaped.appendCodePoint(control ? 0xFFFD : c);
                }
              }
            });
    return escaped.toString();
  }

  /** For a script element of type {@code application/json}. */
  static String json(JsonElement json) {
    return GSON.toJson(json);
  }

  /** A source expression that lets a policy admit exactly this inline text. */
  static String hash(String content) {
    return "'sha256-" + Base64.getEncoder().encodeToString(Sha256.bytes(content)) + "'";
  }
}
