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
          "What Spark's GPU address means: index is the CUDA index, visible its place in"
              + " CUDA_VISIBLE_DEVICES, first always device 0; auto is visible where that variable"
              + " names the address, else index.");

  /** Intra-op threads. */
  public static final ConfKey<Integer> THREADS =
      ConfKey.integer(
          "threads",
          0,
          0,
          1024,
          "Threads that one task computes with on the CPU; 0 is spark.task.cpus, and in local mode"
              + " the cores shared among the tasks of a group.");

  /** Decoding threads. */
  public static final ConfKey<Integer> DECODE_THREADS =
      ConfKey.integer(
          "decode-threads", 2, 1, 256, "Audio files that one task decodes at once, ahead of need.");

  /** Memory of decoded audio. */
  public static final ConfKey<Integer> DECODE_AHEAD_MB =
      ConfKey.integer(
          "decode-ahead-mb",
          256,
          1,
          65_536,
          "Decoded audio that one task holds ready, in MiB; 1 MiB is 16 seconds.");

  /** Room for samples between the stages. */
  public static final ConfKey<Integer> SAMPLES_MB =
      ConfKey.integer(
          "samples-mb",
          512,
          0,
          1 << 20,
          "Decoded samples that run keeps in each executor between contexts and transcripts, in"
              + " MiB: 16 minutes of audio take 60. What does not fit is decoded again.");

  /** All of them, in the order of the help pages. */
  public static final List<ConfKey<?>> KEYS =
      List.of(GPU_ADDRESS, THREADS, DECODE_THREADS, DECODE_AHEAD_MB);

  private TaskKeys() {}
}
