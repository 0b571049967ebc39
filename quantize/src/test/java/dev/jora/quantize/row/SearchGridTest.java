package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.IqGrids;
import dev.jora.tensor.GgmlType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchGridTest {
  /** Counts, and mean and longest list, as llama.cpp has them. */
  @ParameterizedTest
  @CsvSource({
    "IQ2_XXS, 6305, 18, 150",
    "IQ2_XS, 6049, 30, 292",
    "IQ2_S, 5537, 8, 70",
    "IQ1_S, 4513, 73, 205",
    "IQ3_XXS, 3840, 5, 36",
    "IQ3_S, 3584, 7, 38"
  })
  void lists(GgmlType type, int offGrid, int mean, int longest) {
    SearchGrid grid = SearchGrid.of(type);
    int[] starts = IntStream.of(grid.entries).filter(entry -> entry > 0).toArray();
    assertEquals(offGrid, starts.length);
    int[] lengths = IntStream.of(starts).map(start -> grid.lists[start]).toArray();
    assertEquals(mean, IntStream.of(lengths).average().orElseThrow(), 0.5);
    assertEquals(longest, IntStream.of(lengths).max().orElseThrow());
  }

  @Test
  void bothIq1TypesShareOne() {
    assertSame(SearchGrid.of(GgmlType.IQ1_S), SearchGrid.of(GgmlType.IQ1_M));
  }

  /** By sorting, for some codes of every grid. */
  @ParameterizedTest
  @CsvSource({"IQ2_XXS, 2", "IQ2_XS, 2", "IQ2_S, 1", "IQ1_M, 3", "IQ3_XXS, 2", "IQ3_S, 3"})
  void neighboursAreSortedByDistanceAndIndex(GgmlType type, int distances) {
    SearchGrid grid = SearchGrid.of(type);
    int[] codes = IqGrids.codes(type);
    int compared = 0;
    for (int code = 0; code < grid.entries.length; code += 7) {
      int entry = grid.entries[code];
      if (entry > 0) {
        assertEquals(sorted(grid, codes, code, distances), list(grid, entry), "code " + code);
        compared++;
      }
    }
    assertTrue(compared > 300, compared + " lists compared");
    for (int index = 0; index < codes.length; index++) {
      assertEquals(index, grid.index(codes[index]));
      assertEquals(codes[index], grid.code(index));
    }
  }

  private static List<Integer> list(SearchGrid grid, int entry) {
    List<Integer> list = new ArrayList<>();
    for (int k = 1; k <= grid.lists[entry]; k++) {
      list.add(grid.lists[entry + k]);
    }
    return list;
  }

  private static List<Integer> sorted(SearchGrid grid, int[] codes, int code, int distances) {
    int[] nearest =
        IntStream.of(codes).map(c -> distance(grid, c, code)).sorted().distinct().toArray();
    return IntStream.of(codes)
        .filter(c -> distance(grid, c, code) <= nearest[distances - 1])
        .boxed()
        .sorted(Comparator.comparingInt(c -> distance(grid, c, code)))
        .toList();
  }

  private static int distance(SearchGrid grid, int one, int other) {
    int sum = 0;
    for (int i = 0; i < grid.size; i++) {
      int difference = grid.digit(one, i) - grid.digit(other, i);
      sum += difference * difference;
    }
    return sum;
  }
}
