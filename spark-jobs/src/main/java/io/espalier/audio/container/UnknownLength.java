package io.espalier.audio.container;

/**
 * The lengths that writers leave in a header which they cannot go back to: to a pipe, a socket, or
 * a file that was never closed.
 *
 * <p>They are the largest numbers that a field or a reader's signed integer holds, and SoX's
 * 0x7f000000 for AIFF; less by the size of the header or rounded to whole blocks, or more by the
 * size of the header. No length in between, and none below, can be one: it is what the writer
 * counted, so the bytes must be there.
 */
public final class UnknownLength {
  /** More than a header of a streaming writer, or one block of samples. */
  private static final long SLACK = 8192;

  private static final long SOX_AIFF = 0x7f00_0000L;
  private static final long SIGNED_32 = 0x8000_0000L;
  private static final long UNSIGNED_32 = 0xffff_ffffL;

  private UnknownLength() {}

  /**
   * Whether a length says nothing. 0 is not one here: a file may be empty.
   *
   * @param declared an unsigned number of 32 bits or a signed one of 64
   */
  public static boolean is(long declared) {
    return declared < 0
        || near(declared, SOX_AIFF)
        || near(declared, SIGNED_32)
        || near(declared, UNSIGNED_32)
        || declared >= Long.MAX_VALUE - SLACK;
  }

  private static boolean near(long declared, long placeholder) {
    return Math.abs(declared - placeholder) <= SLACK;
  }
}
