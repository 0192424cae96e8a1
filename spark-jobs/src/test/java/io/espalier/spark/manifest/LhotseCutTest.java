package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LhotseCutTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RECORDING =
      "'recording': {'id': 'r', 'duration': 4.0, 'sampling_rate': 16000, 'num_samples': 64000,"
          + " 'channel_ids': [0], 'sources': [{'type': 'file', 'channels': [0], 'source':"
          + " 'a.flac'}]}";

  @Test
  void aCutOfEverythingHasNoBorders() {
    LhotseCut cut = cut("'start': 0, 'duration': 3.9995, 'channel': 0, " + RECORDING);
    assertThat(cut).isEqualTo(new LhotseCut("c", "a.flac", null, null, LhotseLabels.NONE, null));
  }

  @Test
  void aPartHasBorders() {
    LhotseCut cut = cut("'start': 1.5, 'duration': 1, 'channel': 0, " + RECORDING);
    assertThat(cut.startS()).isEqualTo(1.5);
    assertThat(cut.endS()).isEqualTo(2.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Speed {'factor': 0.9}",
        "Tempo {'factor': 1.1}",
        "Volume {'factor': 2}",
        "ReverbWithImpulseResponse {'rir': null}",
        "DereverbWPE {'n_fft': 512}",
        "LoudnessNormalization {'target': -20}",
        "Narrowband {'codec': 'mulaw'}",
        "Resample {'target_sampling_rate': 8000}",
        "OneOfTomorrow {}"
      })
  void aTransformIsRefusedByItsName(String transform) {
    String[] parts = transform.split(" ", 2);
    String json = "[{'name': '%s', 'kwargs': %s}]".formatted(parts[0], parts[1]);
    LhotseCut cut = cut(part(recording("transforms", json)));
    assertThat(cut.mistake())
        .startsWith("has recording.transforms {\"name\":\"" + parts[0])
        .contains("save_audios()");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "[{'name': 'Resample', 'kwargs': {'source_sampling_rate': 44100, 'target_sampling_rate':"
            + " 16000}}]"
      })
  void aTransformThatChangesNothingIsNone(String transforms) {
    assertThat(cut(part(recording("transforms", transforms))).mistake()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0| [{'type':'file','channels':[0],'source':'a'}]| a",
        "[0,1]| [{'type':'file','channels':[0,1],'source':'a'}]| a",
        "1| [{'type':'file','channels':[0],'source':'a'},{'type':'url','channels':[1],'source':'b'}]|"
            + " b",
        "[2,3]|"
            + " [{'type':'file','channels':[0,1],'source':'a'},{'type':'file','channels':[2,3],'source':'b'}]|"
            + " b",
        "0| [{'type':'file','channels':[0],'source':'v.mp4','video':{'fps':25,'height':9,'width':16}}]|"
            + " v.mp4"
      })
  void theFileThatHasJustTheChannelsIsTaken(String channel, String sources, String audio) {
    assertThat(of(channel, sources).audio()).isEqualTo(audio);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0| [{'type':'file','channels':[0,1],'source':'a'}]| selects channel [0] of a file with"
            + " channels [0, 1]",
        "[0]| [{'type':'file','channels':[0,1],'source':'a'}]| channels cannot be selected",
        "[0,1]|"
            + " [{'type':'file','channels':[0],'source':'a'},{'type':'file','channels':[1],'source':'b'}]|"
            + " has audio in 2 sources",
        "0| []| has audio in 0 sources",
        "5| [{'type':'file','channels':[0],'source':'a'}]| has audio in 0 sources",
        "0| [{'type':'shar','channels':[0],'source':''}]| has audio of type shar",
        "0| [{'type':'memory','channels':[0],'source':'AAAA'}]| has audio of type memory"
      })
  void whatIsNotOneWholeFileIsRefused(String channel, String sources, String mistake) {
    assertThat(of(channel, sources).mistake()).contains(mistake);
  }

  @Test
  void aShellCommandIsNeverRun() {
    assertThat(of("0", "[{'type':'command','channels':[0],'source':'sox a -t wav - |'}]").mistake())
        .contains("shell commands are never run");
  }

  @Test
  void textsAreJoinedInTheOrderInWhichTheyAreSpoken() {
    LhotseLabels labels =
        supervised(
                "[{'start': 1, 'duration': 1, 'text': 'two', 'speaker': 'b', 'language': 'it'},"
                    + " {'start': 0, 'duration': 1, 'text': 'one', 'speaker': 'a', 'language':"
                    + " 'Italian'}, {'start': 1.5, 'duration': 0.5}]")
            .labels();
    assertThat(labels).isEqualTo(new LhotseLabels(null, null, null, "one two"));
  }

  @Test
  void oneSpeakerAndOneLanguageAreTheCuts() {
    LhotseLabels labels =
        supervised(
                "[{'start': 0, 'duration': 1, 'text': 'a', 'speaker': 's', 'language': 'it'},"
                    + " {'start': 1, 'duration': 1, 'text': 'b', 'speaker': 's'}]")
            .labels();
    assertThat(labels).isEqualTo(new LhotseLabels("ita", null, "s", "a b"));
  }

  @Test
  void aCutWithoutSupervisionsHasNoLabels() {
    assertThat(supervised("[]").labels()).isEqualTo(LhotseLabels.NONE);
    assertThat(supervised("[{'start': 0, 'duration': 1}]").labels()).isEqualTo(LhotseLabels.NONE);
  }

  @Test
  void canarysFieldsAreFoundInWhatIsCustom() {
    LhotseLabels labels =
        cut(part(RECORDING)
                + ", 'custom': {'taskname': 'ast', 'source_lang': 'de', 'target_lang': 'en'},"
                + " 'supervisions': [{'start': 0, 'duration': 2, 'text': 'good day',"
                + " 'language': 'en'}]")
            .labels();
    assertThat(labels).isEqualTo(new LhotseLabels("deu", "st_eng", null, "good day"));
    assertThat(
            supervised("[{'start': 0, 'duration': 2, 'text': 'x', 'custom': {'taskname': 'vqa'}}]")
                .mistake())
        .contains("taskname 'vqa' is neither asr nor ast");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'start': -0.5, 'duration': 1, 'text': 'x'}| has a supervision from -0.5 to 0.5 s",
        "{'start': 1, 'duration': 1.2, 'text': 'x'}| its text covers more than the cut",
        "{'start': 0, 'duration': 1, 'text': 'x', 'channel': 1}| a supervision of channel [1]",
        "{'start': 0, 'duration': 1, 'text': 'x', 'channel': [0, 1]}| a supervision of channel [1]"
      })
  void aTextOfOtherAudioIsRefused(String supervision, String mistake) {
    assertThat(supervised("[" + supervision + "]").mistake()).contains(mistake);
  }

  @Test
  void roundingOfSupervisionsIsNoMistake() {
    assertThat(supervised("[{'start': -0.01, 'duration': 2.05, 'text': 'x'}]").mistake()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'id': 'c', 'type': 'MixedCut', 'tracks': []}| has type MixedCut",
        "{'id': 'c', 'tracks': []}| has type MixedCut",
        "{'id': 'c', 'type': 'PaddingCut', 'duration': 1}| has type PaddingCut",
        "{'id': 'c', 'type': 'MonoCut', 'start': 0, 'duration': 1, 'features': {}}| has no"
            + " recording",
        "{'id': 'r', 'sources': [], 'duration': 1}| is a recording or a supervision",
        "{'id': 's', 'recording_id': 'r', 'start': 0, 'duration': 1}| is a recording or a"
            + " supervision",
        "[1]| is not a JSON object",
        "{'id': 'c'| is not JSON",
        "{'id': 'c'} {}| is not JSON"
      })
  void whatIsNoPlainCutIsRefused(String line, String mistake) {
    assertThat(LhotseCut.of(line.replace('\'', '"')).mistake()).contains(mistake);
  }

  @Test
  void everyFieldThatIsNeededIsAskedFor() throws JsonProcessingException {
    String whole = json("'id': 'c', " + part(RECORDING));
    assertThat(LhotseCut.of(whole).mistake()).isNull();
    for (String field : new String[] {"id", "start", "duration", "recording"}) {
      ObjectNode without = (ObjectNode) JSON.readTree(whole);
      without.remove(field);
      assertThat(LhotseCut.of(without.toString()).mistake()).as(field).contains(field);
    }
  }

  private static LhotseCut of(String channel, String sources) {
    return cut(
        "'start': 0, 'duration': 1, 'channel': %s, 'recording': {'duration': 4.0, 'sources': %s}"
            .formatted(channel, sources));
  }

  private static LhotseCut supervised(String supervisions) {
    return cut(part(RECORDING) + ", 'supervisions': " + supervisions);
  }

  private static String recording(String field, String value) {
    return RECORDING.substring(0, RECORDING.length() - 1) + ", '" + field + "': " + value + "}";
  }

  private static String part(String recording) {
    return "'type': 'MonoCut', 'start': 1, 'duration': 2, 'channel': 0, " + recording;
  }

  private static LhotseCut cut(String fields) {
    return LhotseCut.of(json("'id': 'c', " + fields));
  }

  private static String json(String fields) {
    return "{" + fields.replace('\'', '"') + "}";
  }
}
