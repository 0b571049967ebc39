package dev.jora.kernel.x86;

import org.junit.jupiter.api.Assumptions;

/** What tests ask of the machine they run on. */
final class Machine {
  private Machine() {}

  /** True where code of this package can be called, if only plain instructions of x86-64. */
  static boolean runsCode() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  /** Skips the calling test where assembled kernels cannot run. */
  static void assumeVnni() {
    String obstacle = VnniProducts.obstacle();
    Assumptions.assumeTrue(obstacle == null, () -> "skipped, for assembled kernels: " + obstacle);
  }

  /** Skips the calling test where kernels on AVX2 cannot run. */
  static void assumeAvx2() {
    String obstacle = Avx2Products.obstacle();
    Assumptions.assumeTrue(obstacle == null, () -> "skipped, for kernels on AVX2: " + obstacle);
  }
}
