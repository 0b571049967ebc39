package dev.jora.quantize.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BitAllocatorTest {
  private static final List<GgmlType> TYPES =
      List.of(
          GgmlType.Q2_K, GgmlType.Q3_K, GgmlType.Q4_K, GgmlType.Q5_K, GgmlType.Q6_K, GgmlType.Q8_0);

  private static Candidate of(long bytes, double error) {
    return new Candidate(GgmlType.F32, bytes, error);
  }

  private static long least(List<List<Candidate>> tensors) {
    return tensors.stream()
        .mapToLong(all -> all.stream().mapToLong(Candidate::bytes).min().orElseThrow())
        .sum();
  }

  private static long most(List<List<Candidate>> tensors) {
    return tensors.stream()
        .mapToLong(all -> all.stream().mapToLong(Candidate::bytes).max().orElseThrow())
        .sum();
  }

  /** The smallest error within the budget, by trying all. */
  private static double optimum(List<List<Candidate>> tensors, int from, long budget) {
    if (budget < 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (from == tensors.size()) {
      return 0;
    }
    double best = Double.POSITIVE_INFINITY;
    for (Candidate candidate : tensors.get(from)) {
      double rest = optimum(tensors, from + 1, budget - candidate.bytes());
      best = Math.min(best, candidate.error() + rest);
    }
    return best;
  }

  /** What holds for every result. */
  private static Allocation checked(List<List<Candidate>> tensors, long budget) {
    Allocation result = BitAllocator.allocate(tensors, budget);
    assertEquals(tensors.size(), result.choices().size());
    long bytes = 0;
    double error = 0;
    for (int i = 0; i < tensors.size(); i++) {
      assertTrue(tensors.get(i).contains(result.choices().get(i)));
      bytes += result.choices().get(i).bytes();
      error += result.choices().get(i).error();
    }
    assertEquals(bytes, result.bytes());
    assertEquals(error, result.error(), 1e-9 * (1 + error));
    assertTrue(bytes <= budget);
    assertTrue(result.lowerBound() <= result.error());
    return result;
  }

  /** Any bytes and errors, also such as no sane type has. */
  @Test
  void bestOfAllWhateverTheCandidates() {
    Random random = new Random(1);
    for (int n = 0; n < 2000; n++) {
      List<List<Candidate>> tensors = new ArrayList<>();
      for (int i = 0; i < 2 + random.nextInt(5); i++) {
        List<Candidate> all = new ArrayList<>();
        for (int k = 0; k < 1 + random.nextInt(5); k++) {
          all.add(of(1 + random.nextInt(50), random.nextInt(1000)));
        }
        tensors.add(all);
      }
      long least = least(tensors);
      long budget = least + (long) ((most(tensors) - least) * random.nextDouble());
      double best = optimum(tensors, 0, budget);
      Allocation result = checked(tensors, budget);
      assertEquals(best, result.error(), 1e-9);
      assertTrue(result.lowerBound() <= best + 1e-9, "bound above the optimum");
    }
  }

  /** Tensors of a model: four sizes, errors that fall by a factor with every bit. */
  private static List<List<Candidate>> model(int layers, Random random) {
    long[] elements = {4096 * 4096, 4096 * 1024, 4096 * 14336, 4096 * 14336};
    List<List<Candidate>> tensors = new ArrayList<>();
    for (int i = 0; i < layers * elements.length; i++) {
      long n = elements[i % elements.length];
      double scale = n * Math.exp(random.nextGaussian());
      List<Candidate> all = new ArrayList<>();
      for (GgmlType type : TYPES) {
        double error = scale * Math.exp(-1.3 * type.bitsPerWeight() + 0.1 * random.nextGaussian());
        all.add(new Candidate(type, type.rowBytes(n), error));
      }
      tensors.add(all);
    }
    return tensors;
  }

  /** The smallest error within the budget, exact, where all bytes are multiples of a unit. */
  private static double optimum(List<List<Candidate>> tensors, long budget, long unit) {
    double[] best = new double[(int) (budget / unit) + 1];
    for (List<Candidate> all : tensors) {
      double[] with = new double[best.length];
      Arrays.fill(with, Double.POSITIVE_INFINITY);
      for (Candidate candidate : all) {
        assertEquals(0, candidate.bytes() % unit);
        int units = (int) (candidate.bytes() / unit);
        for (int spent = units; spent < with.length; spent++) {
          with[spent] = Math.min(with[spent], best[spent - units] + candidate.error());
        }
      }
      best = with;
    }
    return best[best.length - 1];
  }

  @ParameterizedTest
  @ValueSource(doubles = {2.65, 2.7, 3.1, 3.5, 4.2, 4.9, 5.7, 6.5, 7.5, 8.2, 8.45})
  void bestOfAllForModels(double bitsPerWeight) {
    int layers = 24;
    List<List<Candidate>> tensors = model(layers, new Random(2));
    long elements = layers * (4096L * 4096 + 4096 * 1024 + 2 * 4096 * 14336);
    long budget = (long) (elements * bitsPerWeight / 8);
    Allocation result = checked(tensors, budget);
    double best = optimum(tensors, budget, 4096 * 1024 / 256 * 2);
    assertEquals(best, result.error(), 1e-9 * best);
    assertTrue(result.lowerBound() <= best * (1 + 1e-9), "bound above the optimum");
    assertEquals(result, BitAllocator.allocate(tensors, budget));
  }

  /** Too many combinations to keep them all, perhaps; the bound says what can have been missed. */
  @ParameterizedTest
  @ValueSource(doubles = {2.8, 4.2, 7.5})
  void largeModels(double bitsPerWeight) {
    List<List<Candidate>> tensors = new ArrayList<>(model(126, new Random(5)));
    tensors.addAll(model(126, new Random(6)));
    long elements = 252 * (4096L * 4096 + 4096 * 1024 + 2 * 4096 * 14336);
    long budget = (long) (elements * bitsPerWeight / 8);
    Allocation result = checked(tensors, budget);
    assertTrue(result.error() <= 1.0001 * result.lowerBound());
  }

  @Test
  void orderOfCandidatesDoesNotMatter() {
    List<List<Candidate>> tensors = model(4, new Random(3));
    List<List<Candidate>> reversed = new ArrayList<>();
    tensors.forEach(all -> reversed.add(new ArrayList<>(all)));
    reversed.forEach(Collections::reverse);
    long budget = (least(tensors) + most(tensors)) / 2;
    assertEquals(BitAllocator.allocate(tensors, budget), BitAllocator.allocate(reversed, budget));
  }

  @Test
  void ends() {
    List<List<Candidate>> tensors = model(2, new Random(4));
    Allocation smallest = checked(tensors, least(tensors));
    assertTrue(smallest.choices().stream().allMatch(c -> c.type() == GgmlType.Q2_K));
    Allocation largest = checked(tensors, Long.MAX_VALUE);
    assertTrue(largest.choices().stream().allMatch(c -> c.type() == GgmlType.Q8_0));
    assertEquals(largest.error(), largest.lowerBound(), 1e-9 * largest.error());
    assertEquals(0, BitAllocator.allocate(List.of(), 0).bytes());
  }

  /** The hull leaps over the middle candidate, but what is left buys it. */
  @Test
  void leftBytesBuyWhatTheHullLeftOut() {
    List<Candidate> tensor = List.of(of(10, 100), of(14, 80), of(20, 0));
    assertEquals(80, checked(List.of(tensor), 19).error());
    assertEquals(0, checked(List.of(tensor), 20).error());
  }

  /** Climbing takes the small step first, and then the one that gains most is too large. */
  @Test
  void climbingIsNotTheLastWord() {
    List<Candidate> small = List.of(of(10, 100), of(11, 80));
    List<Candidate> large = List.of(of(10, 100), of(20, 0));
    assertEquals(100, checked(List.of(small, large), 30).error());
  }

  @Test
  void candidatesThatOthersBeatAreNotChosen() {
    List<Candidate> tensor = List.of(of(10, 5), of(12, 5), of(12, 6), of(11, 5));
    assertEquals(List.of(of(10, 5)), checked(List.of(tensor), 100).choices());
  }

  @Test
  void refuses() {
    List<List<Candidate>> tensors = List.of(List.of(of(10, 1), of(20, 0)), List.of(of(7, 1)));
    assertEquals(
        "16 bytes are too few: with the smallest types the tensors take 17",
        assertThrows(IllegalArgumentException.class, () -> BitAllocator.allocate(tensors, 16))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> BitAllocator.allocate(List.of(List.of()), 16));
    assertThrows(IllegalArgumentException.class, () -> of(1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> of(1, -1));
    assertThrows(IllegalArgumentException.class, () -> of(-1, 1));
  }
}
