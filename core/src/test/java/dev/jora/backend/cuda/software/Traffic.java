package dev.jora.backend.cuda.software;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a kernel moved, for each line of its source, over all its launches. */
public final class Traffic {
  /**
   * A line's.
   *
   * @param place the line, as {@code kernels.cu:12}
   * @param instructions of threads
   * @param sectors of 32 bytes of global memory that warps touched
   * @param fewest that hold the bytes they wanted
   * @param wavefronts of shared memory: the most words on one bank
   * @param fewestWavefronts those of as many words on all banks
   */
  public record Line(
      String place,
      long instructions,
      long sectors,
      long fewest,
      long wavefronts,
      long fewestWavefronts) {
    private Line plus(long[] row) {
      return new Line(
          place,
          instructions + row[0],
          sectors + row[1],
          fewest + row[2],
          wavefronts + row[3],
          fewestWavefronts + row[4]);
    }
  }

  /** Counters of an instruction. */
  static final int COUNTERS = 5;

  private final String kernel;

  /** Sums of the counters of each instruction, for every load of the kernel. */
  private final Map<Instruction[], long[][]> sums = new IdentityHashMap<>();

  Traffic(String kernel) {
    this.kernel = kernel;
  }

  synchronized void add(Instruction[] code, long[][] counts) {
    long[][] sum = sums.computeIfAbsent(code, c -> new long[c.length][COUNTERS]);
    for (int i = 0; i < code.length; i++) {
      for (int j = 0; j < COUNTERS; j++) {
        sum[i][j] += counts[i][j];
      }
    }
  }

  /** The kernel's name. */
  public String kernel() {
    return kernel;
  }

  /** Lines that did anything, by their names. */
  public synchronized List<Line> lines() {
    Map<String, Line> lines = new TreeMap<>();
    sums.forEach(
        (code, sum) -> {
          for (int i = 0; i < code.length; i++) {
            if (sum[i][0] != 0) {
              Line none = new Line(code[i].place, 0, 0, 0, 0, 0);
              lines.put(code[i].place, lines.getOrDefault(code[i].place, none).plus(sum[i]));
            }
          }
        });
    return new ArrayList<>(lines.values());
  }

  /** All lines together; its place is the kernel. */
  public Line total() {
    Line sum = new Line(kernel, 0, 0, 0, 0, 0);
    for (Line line : lines()) {
      sum =
          sum.plus(
              new long[] {
                line.instructions(),
                line.sectors(),
                line.fewest(),
                line.wavefronts(),
                line.fewestWavefronts()
              });
    }
    return sum;
  }

  /** Sectors for one of the fewest; 1 at best. */
  public double sectorsToFewest() {
    Line all = total();
    return all.fewest() == 0 ? 1 : (double) all.sectors() / all.fewest();
  }

  /** Wavefronts for one of the fewest; 1 at best. */
  public double wavefrontsToFewest() {
    Line all = total();
    return all.fewestWavefronts() == 0 ? 1 : (double) all.wavefronts() / all.fewestWavefronts();
  }

  /** A table, a row for each line that moved anything. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            "%-28s %12s %10s %10s %6s %10s %10s %6s%n"
                .formatted(
                    kernel, "instructions", "sectors", "fewest", "", "wavefronts", "fewest", ""));
    List<Line> rows = lines();
    rows.add(total());
    for (Line row : rows) {
      if (row.sectors() + row.wavefronts() > 0) {
        text.append(
            "%-28s %12d %10d %10d %6.2f %10d %10d %6.2f%n"
                .formatted(
                    row.place(),
                    row.instructions(),
                    row.sectors(),
                    row.fewest(),
                    (double) row.sectors() / Math.max(1, row.fewest()),
                    row.wavefronts(),
                    row.fewestWavefronts(),
                    (double) row.wavefronts() / Math.max(1, row.fewestWavefronts())));
      }
    }
    return text.toString();
  }
}
