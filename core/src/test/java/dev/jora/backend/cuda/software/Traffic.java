package dev.jora.backend.cuda.software;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  private final Map<String, Line> lines = new LinkedHashMap<>();

  Traffic(String kernel) {
    this.kernel = kernel;
  }

  synchronized void add(Instruction[] code, long[][] counts) {
    for (int i = 0; i < code.length; i++) {
      long[] row = counts[i];
      if (row[0] != 0) {
        String place = code[i].place;
        lines.put(place, lines.computeIfAbsent(place, p -> new Line(p, 0, 0, 0, 0, 0)).plus(row));
      }
    }
  }

  /** The kernel's name. */
  public String kernel() {
    return kernel;
  }

  /** Lines that did anything. */
  public synchronized List<Line> lines() {
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
