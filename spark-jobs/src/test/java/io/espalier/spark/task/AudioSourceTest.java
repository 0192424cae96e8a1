package io.espalier.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.CapturedLog;
import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.storage.StorageException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudioSourceTest {
  private static final byte[] BYTES = {1, 2, 3};

  @TempDir Path directory;

  @Test
  void bytesWinOverThePath() throws Exception {
    assertThat(source().read(BYTES, "nowhere")).isSameAs(BYTES);
  }

  @Test
  void aFileIsReadWithAndWithoutAScheme() throws Exception {
    Path file = Files.write(directory.resolve("a b%20c.wav"), BYTES);
    assertThat(source().read(null, file.toString())).isEqualTo(BYTES);
    assertThat(source().read(null, "file:" + file)).isEqualTo(BYTES);
  }

  @Test
  void webAddressesAreRefused() {
    fails(ErrorCode.AUDIO_SCHEME_REFUSED, () -> source().read(null, "http://example.org/a.wav"));
    fails(ErrorCode.AUDIO_SCHEME_REFUSED, () -> source().read(null, "HTTPS://example.org/a.wav"));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    fails(ErrorCode.AUDIO_NOT_FOUND, () -> source().read(null, directory + "/none.wav"));
  }

  @Test
  void aRelativePathIsRefusedWhereverATaskRuns() {
    fails(ErrorCode.INVALID_ROW, () -> source().read(null, "a/b.wav"));
    fails(ErrorCode.INVALID_ROW, () -> source().read(null, "sox x.flac -t wav - |"));
  }

  @Test
  void aDirectoryIsNoFile() {
    fails(ErrorCode.AUDIO_NOT_A_FILE, () -> source().read(null, directory.toString()));
  }

  @Test
  void aRowWithoutAudioIsInvalid() {
    fails(ErrorCode.INVALID_ROW, () -> source().read(null, null));
    fails(ErrorCode.INVALID_ROW, () -> source().read(null, " "));
    fails(ErrorCode.INVALID_ROW, () -> source().read(null, "file:a.wav"));
    fails(ErrorCode.INVALID_ROW, () -> source().read(null, "C:\\a.wav"));
  }

  @Test
  void aLargeFileIsNotOpened() {
    FaultyStorage.behave(Fault.LARGE);
    fails(ErrorCode.AUDIO_TOO_LARGE, () -> faulty().read(null, "faulty:/a.wav"));
    assertThat(FaultyStorage.OPENED).hasValue(0);
  }

  @Test
  void aRefusedFileIsUnreadable() {
    FaultyStorage.behave(Fault.REFUSED);
    fails(ErrorCode.AUDIO_UNREADABLE, () -> faulty().read(null, "faulty:/a.wav"));
  }

  @Test
  void aFileThatTheAnsweringStorageCannotReadIsUnreadable() {
    FaultyStorage.behave(Fault.BAD_FILE);
    fails(ErrorCode.AUDIO_UNREADABLE, () -> faulty().read(null, "faulty:/a.wav"));
    assertThat(FaultyStorage.OPENED).hasValue(3);
  }

  @Test
  void readingAgainIsLogged() {
    FaultyStorage.behave(Fault.BAD_FILE);
    try (CapturedLog log = CapturedLog.of(AudioSource.class)) {
      fails(ErrorCode.AUDIO_UNREADABLE, () -> faulty().read(null, "faulty:/a.wav"));
      assertThat(log.lines())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).startsWith("INFO Reading faulty:/a.wav again"));
    }
  }

  @Test
  void aStorageThatDoesNotAnswerIsNoRowsFault() {
    FaultyStorage.behave(Fault.DOWN);
    assertThatThrownBy(() -> faulty().read(null, "faulty:/a.wav"))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Cannot reach the storage of faulty:/a.wav");
  }

  @Test
  void aStorageThatNothingOpensCostsItsRow() {
    fails(ErrorCode.AUDIO_STORAGE_UNAVAILABLE, () -> source().read(null, "s3a://bucket/a.wav"));
    fails(ErrorCode.AUDIO_STORAGE_UNAVAILABLE, () -> source().read(null, "file://server/a.wav"));
  }

  @Test
  void whyNothingIsThereIsSaid() {
    assertThatThrownBy(() -> source().read(null, "~/a.wav")).hasMessageContaining("not expanded");
    assertThatThrownBy(() -> source().read(null, "a.wav"))
        .hasMessageContaining("is a relative path");
    assertThatThrownBy(() -> source().read(null, "/none/\uFFFD.wav"))
        .hasMessageContaining("wrong charset");
  }

  private static AudioSource source() {
    return new AudioSource(
        new Configuration(), new AudioRules(List.of("file", "s3a"), AudioLimits.defaults()));
  }

  private static AudioSource faulty() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.faulty.impl", FaultyStorage.class.getName());
    return new AudioSource(hadoop, new AudioRules(List.of("faulty"), AudioLimits.defaults()));
  }

  private static void fails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AudioException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private enum Fault {
    LARGE,
    REFUSED,
    BAD_FILE,
    DOWN
  }

  /** A storage that fails on purpose. */
  public static final class FaultyStorage extends RawLocalFileSystem {
    static final AtomicInteger OPENED = new AtomicInteger();
    private static volatile Fault fault = Fault.DOWN;

    static void behave(Fault wanted) {
      fault = wanted;
      OPENED.set(0);
    }

    @Override
    public URI getUri() {
      return URI.create("faulty:///");
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      if (fault == Fault.DOWN) {
        throw new ConnectException("Connection refused");
      }
      long length = fault == Fault.LARGE ? AudioLimits.DEFAULT_MAX_BYTES + 1 : 10;
      return new FileStatus(length, false, 1, 1, 0, path);
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      OPENED.incrementAndGet();
      if (fault == Fault.REFUSED) {
        throw new AccessControlException("Permission denied");
      }
      throw new IOException("Bad block");
    }
  }
}
