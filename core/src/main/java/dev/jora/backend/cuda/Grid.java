package dev.jora.backend.cuda;

/** Blocks of a launch. */
public record Grid(int x, int y, int z) {
  /** The most in y, and in z. */
  static final int MOST = 65535;

  /** In one dimension. */
  public static Grid of(int x) {
    return new Grid(x, 1, 1);
  }

  /** In two. */
  public static Grid of(int x, int y) {
    return new Grid(x, y, 1);
  }
}
