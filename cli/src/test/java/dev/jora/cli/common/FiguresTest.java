package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "%.4f, -1e-9, '0.0000'",
    "%.0f, -0.3, '0'",
    "%9.5f, -1e-9, '  0.00000'",
    "%.4f, -0.0001, '-0.0001'",
    "%.1f, -10, '-10.0'",
    "'Mean: %7.3f%%', -1e-9, 'Mean:   0.000%'",
    "%.2f, 0, '0.00'"
  })
  void nothingIsBelowZeroByRounding(String format, double value, String text) {
    assertEquals(text, Figures.rounded(format, value));
  }

  @Test
  void aBoundThatIsNoNumberIsLeftOut() {
    assertEquals("1.00 +/- 0.50", Figures.bounded("%.2f", " +/- %.2f", 1, 0.5));
    for (double bound : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertEquals("1.00", Figures.bounded("%.2f", " +/- %.2f", 1, bound));
    }
  }
}
