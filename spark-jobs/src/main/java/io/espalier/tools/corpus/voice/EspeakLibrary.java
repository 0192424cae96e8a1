package io.espalier.tools.corpus.voice;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The library of espeak-ng, which tells more than the program: where each word begins and ends. It
 * has one voice at a time, so one thread at a time uses it.
 */
public final class EspeakLibrary {
  private static final String NAME = "espeak-ng";
  private static final int SYNCHRONOUS = 2;
  private static final int PHONEME_EVENTS = 1;
  private static final int RATE = 1;
  private static final int PITCH = 3;
  private static final int WORD_GAP = 7;

  /** As the program reads a text: UTF-8, phonemes in brackets, a pause at the end. */
  private static final int FLAGS = 0x1101;

  /** Of {@code espeak_EVENT} in {@code speak_lib.h}, with pointers of 64 bits. */
  private static final int EVENT_BYTES = 40;

  private static final int EVENT_POSITION = 8;
  private static final int EVENT_SAMPLE = 20;
  private static final int EVENT_NAME = 32;
  private static final int EVENT_LIST_TERMINATED = 0;
  private static final int EVENT_WORD = 1;
  private static final int EVENT_END = 5;
  private static final int EVENT_PHONEME = 7;

  /** Names of pauses and of the gaps between words begin with it. */
  private static final byte PAUSE = '_';

  private static final int UNKNOWN = -1;

  private final Functions functions;
  private final int sampleRate;
  private final List<Word> words = new ArrayList<>();

  /** Of the word that is being said, or unknown between words. */
  private int position;

  private int start;

  /** Where its latest pause begins, unknown while it sounds. */
  private int pause;

  private int samples;

  /** Held, so that it is not collected while the library has its address. */
  private final Heard heard = this::hear;

  private EspeakLibrary(Functions functions, int sampleRate) {
    this.functions = functions;
    this.sampleRate = sampleRate;
    functions.espeak_SetSynthCallback(heard);
  }

  /**
   * A word, or several that are said as one.
   *
   * @param position characters of the text in front of it
   * @param startS when it begins, in seconds from the first sample
   * @param endS when its last sound ends
   */
  public record Word(int position, double startS, double endS) {}

  /**
   * What is said.
   *
   * @param lengthS seconds of sound and silence
   */
  public record Said(List<Word> words, double lengthS) {}

  /** Functions of {@code speak_lib.h}. */
  private interface Functions extends Library {
    int espeak_Initialize(int output, int bufferMs, String path, int options);

    void espeak_SetSynthCallback(Heard callback);

    int espeak_SetVoiceByName(String name);

    int espeak_SetParameter(int parameter, int value, int relative);

    int espeak_Synth(
        byte[] text,
        long bytes,
        int position,
        int positionType,
        int endPosition,
        int flags,
        Pointer identifier,
        Pointer userData);
  }

  /** Is given samples and what happens in them. */
  private interface Heard extends Callback {
    @SuppressWarnings("UnusedMethod") // The library calls it.
    int heard(Pointer samples, int count, Pointer events);
  }

  /**
   * Opens the installed library.
   *
   * @throws IOException if there is none
   */
  public static EspeakLibrary open() throws IOException {
    try {
      Functions functions = Native.load(NAME, Functions.class);
      int sampleRate = functions.espeak_Initialize(SYNCHRONOUS, 0, null, PHONEME_EVENTS);
      if (sampleRate <= 0) {
        throw new IOException("Cannot use the library of espeak-ng: its voices are missing");
      }
      return new EspeakLibrary(functions, sampleRate);
    } catch (UnsatisfiedLinkError e) {
      throw new IOException(
          "Cannot open the library of espeak-ng. Install it (apt-get install libespeak-ng1)", e);
    }
  }

  /**
   * When the words of a text are said.
   *
   * @param voice the library's name of it
   * @param pitch 0 to 99
   * @param speed words per minute
   * @param gap pause between words in units of 10 ms
   */
  public synchronized Said say(String text, String voice, int pitch, int speed, int gap) {
    words.clear();
    position = UNKNOWN;
    samples = 0;
    functions.espeak_SetVoiceByName(voice);
    functions.espeak_SetParameter(RATE, speed, 0);
    functions.espeak_SetParameter(PITCH, pitch, 0);
    functions.espeak_SetParameter(WORD_GAP, gap, 0);
    byte[] bytes = (text + "\0").getBytes(UTF_8);
    functions.espeak_Synth(bytes, bytes.length, 0, 1, 0, FLAGS, null, null);
    return new Said(List.copyOf(words), seconds(samples));
  }

  private int hear(Pointer sound, int count, Pointer events) {
    samples += count;
    for (long at = 0; events.getInt(at) != EVENT_LIST_TERMINATED; at += EVENT_BYTES) {
      int sample = events.getInt(at + EVENT_SAMPLE);
      switch (events.getInt(at)) {
        case EVENT_WORD -> {
          endWord(sample);
          // The library counts characters from 1.
          position = events.getInt(at + EVENT_POSITION) - 1;
          start = sample;
          pause = UNKNOWN;
        }
        case EVENT_PHONEME -> {
          if (events.getByte(at + EVENT_NAME) != PAUSE) {
            pause = UNKNOWN;
          } else if (pause == UNKNOWN) {
            pause = sample;
          }
        }
        case EVENT_END -> endWord(sample);
        default -> {}
      }
    }
    return 0;
  }

  /** Ends where its last sound does, if there is a pause behind it. */
  private void endWord(int next) {
    if (position != UNKNOWN) {
      words.add(new Word(position, seconds(start), seconds(pause == UNKNOWN ? next : pause)));
      position = UNKNOWN;
    }
  }

  private double seconds(int count) {
    return count / (double) sampleRate;
  }
}
