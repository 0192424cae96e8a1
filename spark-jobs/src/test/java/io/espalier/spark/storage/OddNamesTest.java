package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.TestSpark;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import io.espalier.spark.transcribe.FakeTranscribers;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OddNamesTest {
  private static final List<String> SCHEMES =
      List.of("file", "hdfs", "viewfs", "s3", "s3a", "gs", "unknown", "thrown");

  /** What a name alone can be refused for; the rest is for the decoder to find. */
  private static final Set<ErrorCode> OF_NAMES =
      Set.of(
          ErrorCode.INVALID_ROW,
          ErrorCode.AUDIO_SCHEME_REFUSED,
          ErrorCode.AUDIO_STORAGE_UNAVAILABLE,
          ErrorCode.AUDIO_NOT_FOUND,
          ErrorCode.AUDIO_NOT_A_FILE,
          ErrorCode.AUDIO_UNREADABLE,
          ErrorCode.AUDIO_EMPTY,
          ErrorCode.AUDIO_TOO_LARGE);

  @TempDir Path directory;

  @Test
  @Timeout(60)
  void everyNameGivesBytesOrACode() throws Exception {
    List<String> names = new ArrayList<>(OddNames.BY_HAND);
    names.addAll(OddNames.random(13, 3_000));
    AudioSource source =
        new AudioSource(new Configuration(), new AudioRules(SCHEMES, AudioLimits.defaults()));
    for (String name : names) {
      try {
        assertThat(source.read(null, name)).isNotNull();
      } catch (AudioException e) {
        assertThat(e.code()).as(name).isIn(OF_NAMES);
        assertThat(e.getMessage()).hasSizeLessThan(1200).doesNotContainPattern("\\p{Cntrl}");
      }
    }
  }

  @Test
  void everyNameCostsItsRowAndNoOther(TestInfo test) {
    SparkSession spark = TestSpark.session();
    TranscribeJob job = new TranscribeJob(spark, directory);
    for (int i = 0; i < OddNames.BY_HAND.size(); i++) {
      job.row(String.format(Locale.ROOT, "odd-%03d", i), OddNames.BY_HAND.get(i));
    }
    job.utterances(3).run(FakeTranscribers.sound(test.getDisplayName()));
    List<Row> rows = job.assertOneRowPerInput();
    assertThat(rows).hasSize(OddNames.BY_HAND.size() + 3);
    assertThat(rows)
        .filteredOn(row -> row.getAs("status").equals("ok"))
        .extracting(row -> row.<String>getAs("utt_id"))
        .containsExactly(
            String.format(Locale.ROOT, "utt-%03d", OddNames.BY_HAND.size()),
            String.format(Locale.ROOT, "utt-%03d", OddNames.BY_HAND.size() + 1),
            String.format(Locale.ROOT, "utt-%03d", OddNames.BY_HAND.size() + 2));
  }

  @Test
  void whateverAFileSystemThrowsCostsTheRow() throws ReflectiveOperationException {
    for (int i = 0; i < throwables().size(); i++) {
      int thrown = i;
      assertThatThrownBy(() -> throwing(thrown).read(null, "thrown:/a.wav"))
          .isInstanceOfSatisfying(
              AudioException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_UNREADABLE));
    }
  }

  @Test
  void memoryThatIsNotThereIsNoNamesFault() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.thrown.impl", OutOfMemory.class.getName());
    assertThatThrownBy(
            () ->
                new AudioSource(hadoop, new AudioRules(SCHEMES, AudioLimits.defaults()))
                    .read(null, "thrown://memory/a.wav"))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aFileUriOfThisMachineIsReadInEachSpelling() throws Exception {
    Path file = Files.writeString(directory.resolve("a b.wav"), "bytes");
    AudioSource source =
        new AudioSource(new Configuration(), new AudioRules(SCHEMES, AudioLimits.defaults()));
    for (String prefix : List.of("", "file:", "FILE:", "file://", "file://localhost", "//", "/")) {
      assertThat(source.read(null, prefix + file)).as(prefix).isEqualTo(Files.readAllBytes(file));
    }
    assertThat(source.read(null, file.toUri().toString())).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void aLiteralNameWinsOverTheOneBehindItsEscapes() throws Exception {
    Path literal = Files.writeString(directory.resolve("a%20b.wav"), "literal");
    AudioSource source =
        new AudioSource(new Configuration(), new AudioRules(SCHEMES, AudioLimits.defaults()));
    String uri = "file://" + directory + "/a%20b.wav";
    Files.writeString(directory.resolve("a b.wav"), "decoded");
    assertThat(source.read(null, uri)).asString().isEqualTo("literal");
    Files.delete(literal);
    assertThat(source.read(null, uri)).asString().isEqualTo("decoded");
    // A path is no URI.
    assertThatThrownBy(() -> source.read(null, directory + "/a%20b.wav"))
        .hasMessageContaining("/a%20b.wav does not exist");
  }

  @Test
  void sparksOwnNamesOfFilesAreRead() throws Exception {
    Path file = Files.writeString(directory.resolve("mein Käse #1.wav"), "bytes");
    Row names =
        TestSpark.session()
            .read()
            .format("binaryFile")
            .load(directory.toString())
            .selectExpr("input_file_name()", "_metadata.file_path", "path")
            .first();
    AudioSource source =
        new AudioSource(new Configuration(), new AudioRules(SCHEMES, AudioLimits.defaults()));
    for (int i = 0; i < names.size(); i++) {
      assertThat(source.read(null, names.getString(i))).isEqualTo(Files.readAllBytes(file));
    }
    assertThat(names.getString(0)).contains("mein%20K");
  }

  private static AudioSource throwing(int thrown) {
    ThrowingStorage.next = thrown;
    Configuration hadoop = new Configuration();
    hadoop.set("fs.thrown.impl", ThrowingStorage.class.getName());
    hadoop.set("fs.thrown.impl.disable.cache", "true");
    return new AudioSource(hadoop, new AudioRules(SCHEMES, AudioLimits.defaults()));
  }

  private static List<Throwable> throwables() throws ReflectiveOperationException {
    // Hadoop alone may make one of these.
    Constructor<FSError> diskError = FSError.class.getDeclaredConstructor(Throwable.class);
    diskError.setAccessible(true);
    return List.of(
        new IllegalArgumentException("Wrong FS"),
        new IllegalStateException("closed"),
        new NullPointerException(),
        new UnsupportedOperationException(),
        new NoClassDefFoundError("com/amazonaws/AmazonClientException"),
        new NoSuchMethodError("x"),
        diskError.newInstance(new IOException("Input/output error")));
  }

  /** A storage that throws what it is told to. */
  public static class ThrowingStorage extends RawLocalFileSystem {
    /** Which of {@link #throwables}. */
    private static volatile int next;

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) {
      Throwable thrown;
      try {
        thrown = throwables().get(next);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("Cannot make the errors to throw", e);
      }
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) thrown;
    }
  }

  /** A storage that finds no memory. */
  public static final class OutOfMemory extends RawLocalFileSystem {
    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) {
      throw new OutOfMemoryError("Java heap space");
    }
  }
}
