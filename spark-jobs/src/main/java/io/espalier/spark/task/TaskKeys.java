package io.espalier.spark.task;

import io.espalier.conf.ConfKey;
import java.util.List;

/** The configuration keys of the tasks of every stage. */
public final class TaskKeys {
  /** Meaning of a GPU address. */
  public static final ConfKey<GpuAddress> GPU_ADDRESS =
      ConfKey.choice(
          "gpu-address",
          GpuAddress.AUTO,
          "Meaning of Spark's GPU address: index is the CUDA index, visible the position in"
              + " CUDA_VISIBLE_DEVICES, first always device 0; auto is visible if that variable"
              + " names the address, and index otherwise.");

  /** Intra-op threads. */
  public static final ConfKey<Integer> THREADS =
      ConfKey.integer(
          "threads",
          0,
          0,
          1024,
          "Threads of one task on the CPU; 0 means spark.task.cpus, and in local mode an equal"
              + " share of the cores for each task.");

  /** Decoding threads. */
  public static final ConfKey<Integer> DECODE_THREADS =
      ConfKey.integer(
          "decode-threads", 2, 1, 256, "Audio files that one task decodes ahead at the same time.");

  /** Memory of decoded audio. */
  public static final ConfKey<Integer> DECODE_AHEAD_MB =
      ConfKey.integer(
          "decode-ahead-mb",
          256,
          1,
          65_536,
          "Decoded audio that one task holds ready, in MiB; 1 MiB is 16 seconds.");

  /** Memory for samples between the stages. */
  public static final ConfKey<Integer> SAMPLES_MB =
      ConfKey.integer(
          "samples-mb",
          512,
          0,
          1 << 20,
          "Decoded audio that each executor keeps between contexts and transcripts, in MiB; 16"
              + " minutes of audio take 60. Audio that does not fit is decoded again.");

  /** All of them, in the order of the help pages. */
  public static final List<ConfKey<?>> KEYS =
      List.of(GPU_ADDRESS, THREADS, DECODE_THREADS, DECODE_AHEAD_MB);

  private TaskKeys() {}
}
