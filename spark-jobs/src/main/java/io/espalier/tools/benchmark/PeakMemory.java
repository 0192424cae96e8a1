package io.espalier.tools.benchmark;

/** The most memory that this process has while some work runs for the first time. */
final class PeakMemory {
  private static final long EVERY_MS = 50;

  private double mib = Double.NaN;

  /** Runs some work. Later runs are not measured: what the first has taken is not given back. */
  void during(Runnable work) {
    if (!Double.isNaN(mib)) {
      work.run();
      return;
    }
    Peak peak = new Peak();
    Thread sampler = new Thread(peak, "espalier-peak-memory");
    sampler.setDaemon(true);
    sampler.start();
    try {
      work.run();
    } finally {
      sampler.interrupt();
    }
    mib = peak.most;
  }

  /** All of the process, in MiB. */
  double mib() {
    return mib;
  }

  private static final class Peak implements Runnable {
    private volatile double most;

    @Override
    public void run() {
      try {
        while (true) {
          most = Math.max(most, ProcessMemory.now().resident());
          Thread.sleep(EVERY_MS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // The work is done.
      }
    }
  }
}
