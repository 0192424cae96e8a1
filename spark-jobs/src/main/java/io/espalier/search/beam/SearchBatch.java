package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.owsm.DecoderState;
import io.espalier.search.beam.BeamSearch.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The utterances of a search that are under way, and those that are ready to follow. */
final class SearchBatch implements AutoCloseable {
  private final Kernels kernels;
  private final NDManager manager;
  private final Traffic traffic;
  private final int most;
  private final List<UtteranceBeam> active = new ArrayList<>();
  private Prefilled ready;
  private DecoderState decoder;
  private NDArray behind;

  /**
   * @param most utterances that are under way at once
   */
  SearchBatch(Kernels kernels, NDManager manager, Traffic traffic, int most) {
    this.kernels = kernels;
    this.manager = manager;
    this.traffic = traffic;
    this.most = most;
  }

  List<UtteranceBeam> active() {
    return active;
  }

  /** How many hypotheses each utterance has. */
  int[] hypotheses() {
    return active.stream().mapToInt(beam -> beam.running().size()).toArray();
  }

  /** Log-probabilities (hypotheses of all utterances, vocabulary) of their next tokens. */
  NDArray logProbs(NDManager scope) {
    try (NDArray hidden = behind) {
      NDArray all = decoder.logProbs(scope, hidden, hypotheses());
      return all.reshape(new Shape(all.getShape().get(0), all.getShape().get(2)));
    }
  }

  /** Lets those go that are done, runs the others' last tokens, and takes new ones in. */
  void turn() {
    for (int place = active.size() - 1; place >= 0; place--) {
      if (active.get(place).isDone()) {
        dismiss(place);
      }
    }
    if (!active.isEmpty()) {
      step();
    }
    fill();
  }

  private void dismiss(int place) {
    int last = active.size() - 1;
    UtteranceBeam beam = active.set(place, active.get(last));
    active.remove(last);
    decoder.drop(place);
    traffic.ended(beam);
  }

  private void step() {
    int[][] tokens = active.stream().map(UtteranceBeam::lastTokens).toArray(int[][]::new);
    int[][] parents = active.stream().map(UtteranceBeam::parents).toArray(int[][]::new);
    try (NDManager scope = manager.newSubManager()) {
      NDArray hidden = decoder.step(scope, tokens, parents);
      int width = (int) hidden.getShape().get(1);
      int[] places = places(tokens, width);
      NDArray index = HostData.of(scope, places, new Shape(places.length));
      behind = kernels.call("hypotheses").with(hidden).with(index).run(manager);
    }
  }

  /** Where the hypotheses are among those of (rows, width). */
  private static int[] places(int[][] tokens, int width) {
    int[] places = new int[Arrays.stream(tokens).mapToInt(row -> row.length).sum()];
    int at = 0;
    for (int row = 0; row < tokens.length; row++) {
      for (int h = 0; h < tokens[row].length; h++) {
        places[at++] = row * width + h;
      }
    }
    return places;
  }

  /** Takes in as many as there is room for. */
  void fill() {
    while (active.size() < most) {
      if (ready == null) {
        Optional<Prefilled> next = traffic.next(most);
        if (next.isEmpty()) {
          return;
        }
        ready = next.get();
      }
      if (active.isEmpty()) {
        adopt();
      } else {
        admit(Math.min(most - active.size(), ready.beams().size()));
      }
    }
  }

  private void adopt() {
    if (decoder != null) {
      decoder.close();
    }
    decoder = ready.decoder();
    behind = ready.hidden();
    active.addAll(ready.beams());
    ready = null;
  }

  private void admit(int count) {
    try (NDArray running = behind;
        NDArray entering = ready.move(kernels, count, decoder, active)) {
      behind = kernels.call("join_rows").with(running).with(entering).run(manager);
    }
    if (ready.beams().isEmpty()) {
      ready.close();
      ready = null;
    }
  }

  @Override
  public void close() {
    if (ready != null) {
      ready.close();
    }
    if (decoder != null) {
      decoder.close();
    }
  }
}
