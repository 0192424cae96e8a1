package io.espalier.owsm;

/** One row of a batch that is being decoded, wherever in the batch it is. */
final class DecodedRow {
  private final CostMeter meter;
  private final int row;
  private final int frames;
  private final int allFrames;
  private final boolean[] open;
  private RowSlots slots = new RowSlots(0);

  /**
   * @param row of the meter
   * @param frames of the encoder's output that are real
   * @param allFrames that there would be if the encoder had taken none away
   * @param open whether a module runs, in the order of {@link DecoderModule#gate}
   */
  DecodedRow(CostMeter meter, int row, int frames, int allFrames, boolean[] open) {
    this.meter = meter;
    this.row = row;
    this.frames = frames;
    this.allFrames = allFrames;
    this.open = open;
  }

  int frames() {
    return frames;
  }

  int allFrames() {
    return allFrames;
  }

  boolean isOpen(int layer, DecoderModule module) {
    return open[module.gate(layer)];
  }

  RowSlots slots() {
    return slots;
  }

  void begin(int promptLength) {
    slots = new RowSlots(promptLength);
  }

  /** Counts what every model computes. */
  void count(CostPart part, long flops) {
    meter.spend(part, row, flops);
    meter.dense(part, row, flops);
  }

  /** Counts a module's work. */
  void count(CostPart part, int layer, DecoderModule module, long flops) {
    count(part, layer, module, flops, flops);
  }

  /** Counts a module's work, and what it would be with all frames. */
  void count(CostPart part, int layer, DecoderModule module, long flops, long dense) {
    if (isOpen(layer, module)) {
      meter.spend(part, row, flops);
    }
    meter.dense(part, row, dense);
  }
}
