package io.espalier.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateChoice.Learned;
import io.espalier.search.Decoding;
import io.espalier.search.Padding;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fingerprints of version 0.1: tables that hold them are still resumed. */
class FingerprintTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          learned|all|NaN|75b2f1f190ab23c90ae0783ee5bd1f14e67154ac96257a9af65483cab5d9149c
          learned|none|0.3|aa57e4fadf76a3daf08b30020a2dd4723dc9b7934e71e9bfbd3d60669c416165
          learned|speaker,language|0.75|2f26456e08e4a8b3fb5e2086d179fba68a53932a72828871148f7a84545dccc0
          learned|language,speaker|0|00c4b47da73010ba9a607f81e1500b4e56f8fefcae37ac526d73371ab7c1da74
          learned|task,event|NaN|2218e73d62403ebe22361a05059cffe9b455594e6648223a04990496005c1bcf
          open|all|NaN|cad59ae7b6fedbac83c8e98d6b468009358d98649ea0debd71d28e449bf3bcc4
          open|none|0.5|327b71e56edf0f7a4f52bd235c19c6668fddaa34cbe677b8204eadef0c3c52c3
          fixed:10110111/101|all|NaN|b6c6860add2c21523aed336d1b7e7cd998ab2619973c702ea6eb86ca615c2a62
          fixed:10110111/101|speaker|0.5|b31aacb9f316049821cfa4f31c9b93b5869ea38fd7bc275070cb0f55f0325b70
          random:0.5/0.6:7|all|NaN|f16cc06fea6ca7816143380fff3d52dc90a204f0db8a77556a74f8e8bd7ee1df
          random:0.50/0.6:07|all|NaN|04ebe89725100f6d1db61606a47465829b82552c3a345153ab9866ccab037280
          random:0.5000/0.6000:1|all|NaN|b6da7ef630441543abe14a902bd8dca5e33be097db89914114ce87ce343494cb
          random:1/0:0|speaker,task|0.25|2f903329968e7a2e5847924c60b1bd6cf2f7f4e3d721a23fb144191189bcbca4
          """)
  void gatesKeepTheirFingerprint(String gates, String contexts, double target, String expected) {
    Learned learned = new Learned(ContextKind.setOf(contexts), target);
    assertThat(
            Fingerprint.ofModel(
                "bundle",
                "float32",
                new Decoding(
                    DecodingOptions.DEFAULTS, GateChoice.parse(gates, learned), Padding.FULL, 240),
                learned))
        .isEqualTo(expected);
  }

  @Test
  void decodingOptionsKeepTheirFingerprint() {
    DecodingOptions options =
        new DecodingOptions(
            3, 0.25, -30, 0.1, 0.5, true, false, true, 25, 0.5, SearchRelease.ESPNET_202511);
    assertThat(
            Fingerprint.ofModel(
                "b2",
                "float32",
                new Decoding(options, Learned.DEFAULTS, Padding.NONE, 90),
                Learned.DEFAULTS))
        .isEqualTo("f2ca54c63bbd89538b23d53781cd05dd4a0ac0538d917676c555b83a80a82706");
  }

  @Test
  void fewerFramesAreAnotherWayToDecode() {
    Set<String> fingerprints = new HashSet<>();
    for (String frames : List.of("keep", "drop:0.4@2", "drop:0.4@1", "merge:0.4@2")) {
      Decoding decoding =
          new Decoding(
              DecodingOptions.DEFAULTS,
              new GateChoice.Open(),
              Padding.FULL,
              240,
              FrameChoice.parse(frames));
      fingerprints.add(Fingerprint.ofModel("b", "float32", decoding, Learned.DEFAULTS));
    }
    assertThat(fingerprints)
        .hasSize(4)
        .contains(
            Fingerprint.ofModel(
                "b",
                "float32",
                new Decoding(DecodingOptions.DEFAULTS, new GateChoice.Open(), Padding.FULL, 240),
                Learned.DEFAULTS));
  }
}
