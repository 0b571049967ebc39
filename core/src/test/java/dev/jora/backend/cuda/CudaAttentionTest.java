package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Attention;
import dev.jora.backend.SequenceState;
import dev.jora.backend.cuda.AttentionBench.Layer;
import dev.jora.backend.cuda.AttentionBench.Part;
import dev.jora.backend.cuda.AttentionBench.Result;
import dev.jora.backend.cuda.software.Traffic;
import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention of all kinds on a device in software, in the code of both targets. */
class CudaAttentionTest {
  private static final GgmlType F32 = GgmlType.F32;
  private static final GgmlType F16 = GgmlType.F16;
  private static final GgmlType BF16 = GgmlType.BF16;
  private static final GgmlType Q8 = GgmlType.Q8_0;

  private static Layer layer(int heads, int kvHeads, int dim, GgmlType type) {
    return layer(heads, kvHeads, dim, dim, type, type);
  }

  private static Layer layer(
      int heads, int kvHeads, int keyDim, int valueDim, GgmlType keys, GgmlType values) {
    float scale = (float) (1.5 / Math.sqrt(keyDim));
    return new Layer(
        new Attention(heads, kvHeads, keyDim, valueDim, scale, 0, 0, true, 0, null),
        keys,
        values,
        false);
  }

  private static Layer with(
      Layer l, float softcap, int window, boolean causal, float maxBias, boolean sinks) {
    Attention a = l.a();
    return new Layer(
        new Attention(
            a.heads(),
            a.kvHeads(),
            a.keyDim(),
            a.valueDim(),
            a.scale(),
            softcap,
            window,
            causal,
            maxBias,
            null),
        l.keys(),
        l.values(),
        sinks);
  }

  static List<Layer> layers() {
    return List.of(
        layer(8, 2, 64, F16),
        layer(8, 1, 128, F16),
        layer(2, 2, 80, F16),
        with(layer(4, 2, 256, F16), 5, 100, true, 0, false),
        with(layer(6, 2, 40, F16), 0, 0, true, 8, false),
        layer(2, 1, 192, 128, F16, F16),
        layer(9, 1, 576, 512, F16, null),
        with(layer(7, 1, 96, BF16), 0, 128, true, 0, true),
        layer(4, 2, 64, 48, BF16, BF16),
        with(layer(8, 2, 64, F32), 3, 0, true, 0, true),
        layer(2, 1, 112, F32),
        layer(3, 1, 20, 10, F32, F32),
        layer(3, 1, 10, 6, F16, F16),
        layer(3, 1, 576, 512, F32, null),
        layer(8, 1, 512, F32),
        layer(8, 2, 128, Q8),
        with(layer(4, 1, 64, Q8), 0, 300, true, 8, true),
        layer(2, 2, 96, Q8),
        layer(4, 1, 128, 64, F16, Q8),
        layer(4, 1, 64, 64, Q8, F32));
  }

  private static Stream<Arguments> onBothTargets(List<Layer> layers) {
    return layers.stream().flatMap(l -> Stream.of(Arguments.of(l, 61), Arguments.of(l, 80)));
  }

  static Stream<Arguments> some() {
    List<Layer> all = layers();
    return onBothTargets(List.of(all.get(0), all.get(3), all.get(7), all.get(12), all.get(15)));
  }

  static Stream<Arguments> all() {
    return onBothTargets(layers());
  }

  /** Layers that look both ways: all of a text is read in one pass. */
  static Stream<Arguments> bothWays() {
    return onBothTargets(
        List.of(
            with(layer(2, 2, 64, F16), 0, 0, false, 0, false),
            with(layer(4, 2, 64, F32), 0, 50, false, 0, false),
            with(layer(2, 1, 32, Q8), 0, 0, false, 8, true)));
  }

  private static void check(Result result, double bound) {
    double worst = 0;
    for (int i = 0; i < result.out().length; i++) {
      for (int e = 0; e < result.out()[i].length; e++) {
        double error = Math.abs(result.out()[i][e] - result.expected()[i][e]);
        assertTrue(error == error, "row " + i + ", value " + e + " is " + result.out()[i][e]);
        worst = Math.max(worst, error);
      }
    }
    assertTrue(worst <= bound * result.most(), "%.2e of the largest".formatted(worst));
    assertArrayEquals(result.wanted(), result.codes(), "codes");
  }

  @ParameterizedTest
  @MethodSource("some")
  void someLayers(Layer layer, int target) {
    drawn(layer, target);
    read(layer, target);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void allLayers(Layer layer, int target) {
    drawn(layer, target);
    read(layer, target);
  }

  /** Several texts, near the ends of pages and stretches. */
  private static void drawn(Layer layer, int target) {
    int[] lengths = {700, 0, 63, 255, 256};
    try (AttentionBench bench = new AttentionBench(layer, target)) {
      Part[] parts = new Part[lengths.length];
      for (int t = 0; t < lengths.length; t++) {
        parts[t] = new Part(t, bench.text(t, lengths[t]), 1, true);
      }
      Result all = bench.run(parts);
      check(all, 5e-6);
      for (int t = 0; t < lengths.length; t++) {
        Result alone = bench.run(new Part(t, bench.text(t, lengths[t]), 1, true));
        assertArrayEquals(
            AttentionBench.bits(alone.out()[0]),
            AttentionBench.bits(all.out()[t]),
            "company changes a row at " + lengths[t]);
      }
    }
  }

  /** Several texts in a tile, and one of them cut in other ways. */
  private static void read(Layer layer, int target) {
    try (AttentionBench bench = new AttentionBench(layer, target)) {
      Result all =
          bench.run(
              new Part(9, bench.text(9, 70), 1, true),
              new Part(1, bench.text(1, 40), 90, false),
              new Part(2, bench.text(2, 0), 17, false),
              new Part(3, bench.text(3, 128), 2, false));
      check(all, 2e-5);
      SequenceState cut = bench.text(1, 40);
      int row = 1;
      for (int n : new int[] {1, 23, 65, 1}) {
        Result some =
            bench.run(new Part(1, cut, n, false), new Part(4, bench.text(4, 3), 4, false));
        for (int i = 0; i < n; i++, row++) {
          assertArrayEquals(
              AttentionBench.bits(all.out()[row]),
              AttentionBench.bits(some.out()[i]),
              "a cut changes row " + row);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bothWays")
  void rowsThatLookBothWays(Layer layer, int target) {
    try (AttentionBench bench = new AttentionBench(layer, target)) {
      Result all =
          bench.run(
              new Part(1, bench.text(1, 0), 5, false),
              new Part(2, bench.text(2, 0), 100, false),
              new Part(3, bench.text(3, 0), 64, false));
      check(all, 2e-5);
      Result alone = bench.run(new Part(2, bench.text(2, 0), 100, false));
      assertArrayEquals(Arrays.copyOfRange(all.out(), 5, 105), alone.out(), "company");
    }
  }

  @Test
  void stretchesAreLongerFarBehind() {
    Layer layer = layer(1, 1, 8, F16);
    try (AttentionBench bench = new AttentionBench(layer, 80)) {
      int length = 64 * 256 + 100;
      Result far = bench.run(new Part(1, bench.text(1, length), 1, true));
      check(far, 5e-6);
    }
    assertEquals(1, CudaAttention.stretches(1, 0));
    assertEquals(1, CudaAttention.stretches(256, 0));
    assertEquals(2, CudaAttention.stretches(257, 0));
    assertEquals(4, CudaAttention.stretches(600, 0));
    assertEquals(64, CudaAttention.stretches(1 << 20, 0));
    assertEquals(3, CudaAttention.stretches(1 << 20, 511));
  }

  static Stream<Arguments> traffic() {
    return Stream.of(F32, F16, BF16, Q8)
        .flatMap(type -> Stream.of(Arguments.of(type, 61), Arguments.of(type, 80)));
  }

  @ParameterizedTest
  @MethodSource("traffic")
  void keysAndValuesAreReadOnce(GgmlType type, int target) {
    Layer layer = layer(8, 2, 128, type);
    try (AttentionBench bench = new AttentionBench(layer, target)) {
      bench.run(
          new Part(1, bench.text(1, 511), 1, true), new Part(2, bench.text(2, 0), 128, false));
      Traffic drawn = bench.driver.traffic("attend_4");
      Traffic joined = bench.driver.traffic("join");
      String name = type == F16 ? "f16_128" : type == BF16 ? "bf16_128" : "mixed_any";
      Traffic read = bench.driver.traffic("read_" + name);
      long least = 512L * 2 * 2 * type.rowBytes(128) / 32;
      assertTrue(drawn.sectorsToFewest() <= 1.1, drawn.toString());
      assertTrue(joined.sectorsToFewest() <= 1.1, joined.toString());
      double most = type == F16 || type == BF16 ? 1.1 : 2.5; // others by steps of their own
      assertTrue(read.sectorsToFewest() <= most, read.toString());
      assertTrue(read.wavefrontsToFewest() <= 1.05, read.toString());
      assertTrue(drawn.total().sectors() <= 1.1 * least, least + " at least\n" + drawn);
    }
  }
}
