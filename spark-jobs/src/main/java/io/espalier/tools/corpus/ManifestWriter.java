package io.espalier.tools.corpus;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the manifest: one JSON object per line, audio paths relative to the manifest's directory.
 */
final class ManifestWriter {
  private ManifestWriter() {}

  static void write(Path file, Split split, List<PlannedUtterance> utterances) throws IOException {
    Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (PlannedUtterance utterance : utterances) {
        writer.write(gson.toJson(row(split, utterance)));
        writer.write('\n');
      }
    }
  }

  private static JsonObject row(Split split, PlannedUtterance utterance) {
    JsonObject row = new JsonObject();
    row.addProperty("utt_id", utterance.id());
    row.addProperty("audio", utterance.audio());
    row.addProperty("language", utterance.voice().language());
    row.addProperty("task", utterance.task().label());
    row.addProperty("speaker_id", utterance.voice().id());
    row.addProperty("reference", utterance.reference());
    row.addProperty("transcript", utterance.transcript());
    row.addProperty("translation", utterance.translation());
    row.addProperty("condition", utterance.condition().label());
    utterance.snrDb().ifPresent(snrDb -> row.addProperty("snr_db", Math.round(snrDb * 10) / 10.0));
    row.addProperty("maker", utterance.voice().maker().label());
    row.addProperty("voice", utterance.voice().fullName());
    row.addProperty("format", utterance.format().label());
    row.addProperty("split", split.label());
    return row;
  }
}
