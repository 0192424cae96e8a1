package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.Locales;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class CurvePictureTest {
  private static final List<Map<String, Object>> ROWS =
      List.of(
          row("dense & <all>", null, 0.0, 0.08, 62.0),
          row("target 0.20", 0.2, 0.15, 0.085, 61.5),
          row("target 0.60", 0.6, 0.45, 0.21, 40.0));

  @Test
  void everyTargetIsAPointOfBothLines() throws Exception {
    Document svg = parsed(picture());
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(4);
    assertThat(svg.getElementsByTagName("title").item(1).getTextContent()).isEqualTo("target 0.60");
    String[] wer =
        ((Element) svg.getElementsByTagName("polyline").item(0))
            .getAttribute("points")
            .split(" ", -1);
    assertThat(x(wer[0])).isLessThan(x(wer[1]));
  }

  @Test
  void axesHaveRoundFiguresAndTheErrorsBeginAtZero() throws Exception {
    assertThat(picture())
        .contains(">0</text>", ">10</text>", ">50</text>", ">GFLOPs saved, %</text>")
        .contains(">dense &amp; &lt;all></text>")
        .doesNotContain("NaN", ">110</text>");
  }

  @Test
  void thePictureIsTheSameInEveryLocale() throws Exception {
    Locales.assertSameInAll(CurvePictureTest::picture);
  }

  private static String picture() {
    return CurvePicture.of(ROWS, List.of("target 0.20", "target 0.60"));
  }

  private static double x(String point) {
    return Double.parseDouble(point.substring(0, point.indexOf(',')));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, Object> row(
      String variant, Double target, double saved, double wer, double bleu) {
    Map<String, Object> row = new HashMap<>();
    row.put("variant", variant);
    row.put("target", target);
    row.put("saved_fraction", saved);
    row.put("wer", wer);
    row.put("wer_low", wer - 0.01);
    row.put("wer_high", wer + 0.01);
    row.put("bleu", bleu);
    row.put("bleu_low", bleu - 3);
    row.put("bleu_high", bleu + 3);
    return row;
  }
}
