package dev.jora.cli.bench;

/** Writes one run. */
interface BenchWriter {
  /** What comes before the first result. */
  void begin();

  /** A result. */
  void result(BenchResult result);

  /** What comes after the last result. */
  void end();
}
