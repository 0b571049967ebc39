package dev.jora.backend;

/**
 * Equal runs of values in every row of a buffer: run r are the {@code width} values from column
 * {@code from + r · step} on. Heads of q, or the part of each that turns.
 */
public record Runs(Buffer buffer, int count, int width, int from, int step) {
  /** Checks that they lie inside the rows. */
  public Runs {
    if (count < 1
        || width < 1
        || from < 0
        || step < width && count > 1
        || from + (count - 1L) * step + width > buffer.cols()) {
      throw new IllegalArgumentException(
          "%d runs of %d values, from %d every %d, in rows of %d"
              .formatted(count, width, from, step, buffer.cols()));
    }
  }

  /** A whole row cut into runs of {@code width} values. */
  public static Runs of(Buffer buffer, int width) {
    return new Runs(buffer, buffer.cols() / width, width, 0, width);
  }

  /** Of every run the {@code width} values from its value {@code from} on. */
  public Runs part(int from, int width) {
    return new Runs(buffer, count, width, this.from + from, step);
  }
}
