package io.espalier.audio.decoder;

import io.espalier.audio.worker.DecodeRequest;
import io.espalier.audio.worker.DecoderProtocol;
import io.espalier.audio.worker.DecoderProtocol.Report;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/** A decoder process that does what the last byte of a file tells it to. */
final class FaultyWorker {
  static final int GOOD = 0;
  static final int CRASH = 1;
  static final int HANG = 2;
  static final int TALK_NONSENSE = 3;
  static final int SEND_TOO_MUCH = 4;
  static final int EXIT = 5;

  private FaultyWorker() {}

  /** Serves files until standard input ends. */
  public static void main(String[] args) throws Exception {
    DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
    DataInputStream in = new DataInputStream(System.in);
    out.writeInt(DecoderProtocol.READY);
    Optional<DecodeRequest> request = DecoderProtocol.readRequest(in);
    while (request.isPresent()) {
      byte[] file = in.readNBytes(request.get().length());
      act(file[file.length - 1], out);
      request = DecoderProtocol.readRequest(in);
    }
  }

  private static void act(int order, DataOutputStream out)
      throws IOException, InterruptedException {
    switch (order) {
      case CRASH -> Pointer.memset(new Nowhere(), 1, 1);
      case HANG -> Thread.sleep(60_000);
      case TALK_NONSENSE -> out.writeInt(0x7f7f7f7f);
      case SEND_TOO_MUCH -> {
        for (int i = 0; i < 1_000; i++) {
          DecoderProtocol.writeSamples(out, FloatBuffer.allocate(1 << 16));
        }
      }
      case EXIT -> Runtime.getRuntime().halt(3);
      default -> {
        DecoderProtocol.writeSamples(out, FloatBuffer.allocate(160));
        DecoderProtocol.writeReport(out, new Report(16_000, 1, 160, true, List.of()));
      }
    }
  }

  private static final class Nowhere extends Pointer {
    private Nowhere() {
      address = 8;
    }
  }
}
