package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.KvSpec;
import dev.jora.backend.Rope;
import dev.jora.backend.SequenceState;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys that have moved, against those of tokens read at their new positions, and a double's turn.
 */
class ContextShiftTest {
  private static final int TOKENS = 200;
  private static final List<ContextShift> SHIFTS =
      List.of(
          new ContextShift(10, 75),
          new ContextShift(64, 64),
          new ContextShift(0, 1),
          new ContextShift(100, 63));

  private final Kernels fastest = KernelSelector.best().kernels();

  private static TestModel open(String name, Kernels kernels, GgmlType type) {
    return new TestModel(
        Shared.golden("architectures/" + name).resolve("model.gguf"), kernels, 2, type, 64, 512);
  }

  private static int[] text(TestModel m, int n) {
    return new Random(1).ints(n, 0, m.model.vocabularySize()).toArray();
  }

  private static Sequence read(TestModel m, int[] tokens) {
    Sequence s = m.decoder.newSequence();
    Batch batch = new Batch();
    for (int from = 0; from < tokens.length; from += 64) {
      batch.clear();
      batch.add(s, tokens, from, Math.min(64, tokens.length - from), Batch.Outputs.LAST);
      m.decoder.forward(batch);
    }
    return s;
  }

  /**
   * What a layer holds.
   *
   * @param keys [head][position][dim]
   * @param values bytes
   */
  private record Held(KvSpec spec, int first, int length, float[] keys, byte[] values) {
    static Held of(TestModel m, Sequence s, int il) {
      Places.Kept kept = m.decoder.kept().get(il);
      KvSpec spec = (KvSpec) kept.spec();
      int first = s.state(kept).first(il);
      int n = s.length() - first;
      MemorySegment all = MemorySegment.ofArray(new byte[(int) (n * spec.bytesPerPosition())]);
      s.state(kept).save(il, all);
      float[] keys = new float[spec.kvHeads() * n * spec.keyDim()];
      BlockFormats.of(spec.keyType()).dequantize(all, 0, keys, 0, keys.length);
      long keyBytes = spec.kvHeads() * n * spec.keyType().rowBytes(spec.keyDim());
      byte[] values = all.asSlice(keyBytes).toArray(ValueLayout.JAVA_BYTE);
      return new Held(spec, first, s.length(), keys, values);
    }

    float[] key(int head, int position) {
      int at = (head * (length - first) + position - first) * spec.keyDim();
      return Arrays.copyOfRange(keys, at, at + spec.keyDim());
    }

    byte[] value(int head, int position) {
      int row = (int) spec.valueType().rowBytes(spec.valueDim());
      int at = (head * (length - first) + position - first) * row;
      return Arrays.copyOfRange(values, at, at + row);
    }
  }

  /** By how much a stored row of these values may be off after so many roundings. */
  private static float bound(GgmlType type, float[] row, int roundings) {
    float max = 0;
    for (float x : row) {
      max = Math.max(max, Math.abs(x));
    }
    return switch (type) {
      case F32 -> 1e-4f * Math.max(1, max);
      case F16 -> roundings * max / 2048 + 1e-4f;
      case BF16 -> roundings * max / 256 + 1e-4f;
      default -> roundings * max / 127 * 0.75f + 1e-4f; // a block's largest may grow by √2
    };
  }

  private static GgmlType[] types(TestModel m) {
    boolean blocks = m.model.hyperparameters().keyLength() % 32 == 0;
    return blocks
        ? new GgmlType[] {GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0}
        : new GgmlType[] {GgmlType.F16, GgmlType.BF16};
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-linear",
        "llama-rope3",
        "llama-yarn",
        "mixtral",
        "qwen2",
        "qwen3",
        "gemma2",
        "gemma3",
        "cohere2",
        "glm4",
        "smollm3",
        "stablelm",
        "starcoder2",
        "phi2"
      })
  void keysAreThoseOfTokensReadAtTheirNewPositions(String name) {
    for (Kernels kernels : new Kernels[] {new ScalarKernels(), fastest}) {
      try (TestModel m = open(name, kernels, GgmlType.F32)) {
        assertFirstLayer(m, GgmlType.F32);
        for (GgmlType type : types(m)) {
          try (TestModel other = open(name, kernels, type)) {
            assertFirstLayer(other, type);
          }
        }
      }
    }
  }

  /** In the first layer a key knows its token and its position only. */
  private static void assertFirstLayer(TestModel m, GgmlType type) {
    int[] tokens = text(m, TOKENS);
    for (ContextShift shift : SHIFTS) {
      try (Sequence s = read(m, tokens)) {
        if (!s.canShift(shift.keep(), shift.discard())) {
          continue; // a window, and another test
        }
        s.shift(shift.keep(), shift.discard());
        int[] cut = shift.cut(tokens);
        assertArrayEquals(cut, s.tokens());
        try (Sequence anew = read(m, cut)) {
          Held expected = Held.of(m, anew, 0);
          Held found = Held.of(m, s, 0);
          assertEquals(cut.length, found.length());
          for (int p = Math.max(found.first(), expected.first()); p < cut.length; p++) {
            for (int h = 0; h < found.spec().kvHeads(); h++) {
              float[] key = expected.key(h, p);
              assertArrayEquals(key, found.key(h, p), bound(type, key, 3), shift + ", " + p);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-yarn", "gemma2", "cohere2", "phi2"})
  void everyLayerIsTurnedOrMovedAsItIs(String name) {
    for (GgmlType type : new GgmlType[] {GgmlType.F32, GgmlType.F16}) {
      try (TestModel m = open(name, fastest, type);
          Sequence s = read(m, text(m, TOKENS));
          Sequence shifted = s.fork()) {
        ContextShift shift = new ContextShift(10, 75);
        shifted.shift(10, 75);
        for (int il = 0; il < m.model.layers().size(); il++) {
          assertTurned(m, shift, il, Held.of(m, s, il), Held.of(m, shifted, il));
        }
      }
    }
  }

  private static void assertTurned(
      TestModel m, ContextShift shift, int il, Held before, Held after) {
    Rope rope = before.spec().rope();
    assertTrue(after.first() <= Math.max(before.first(), shift.keep()), "first of layer " + il);
    for (int p = after.first(); p < after.length(); p++) {
      int old = p < shift.keep() ? p : p + shift.discard();
      for (int h = 0; h < before.spec().kvHeads(); h++) {
        float[] key = before.key(h, old);
        boolean turned = rope != null && p != old;
        float[] expected = turned ? turn(key, rope, -shift.discard()) : key;
        float bound = turned ? bound(before.spec().keyType(), key, 1) * 1.5f : 0;
        assertArrayEquals(expected, after.key(h, p), bound, "layer " + il + ", position " + p);
        assertArrayEquals(before.value(h, old), after.value(h, p));
      }
    }
  }

  private static float[] turn(float[] key, Rope rope, int distance) {
    float[] turned = key.clone();
    int pairs = rope.frequencies().length;
    for (int i = 0; i < pairs; i++) {
      int a = rope.neox() ? i : 2 * i;
      int b = rope.neox() ? i + pairs : 2 * i + 1;
      double cos = Math.cos(distance * rope.frequencies()[i]);
      double sin = Math.sin(distance * rope.frequencies()[i]);
      turned[a] = (float) (key[a] * cos - key[b] * sin);
      turned[b] = (float) (key[a] * sin + key[b] * cos);
    }
    return turned;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2"})
  void forksStayAsTheyAre(String name) {
    try (TestModel m = open(name, fastest, GgmlType.F32);
        Sequence s = read(m, text(m, TOKENS));
        Sequence fork = s.fork();
        Sequence copy = s.fork()) {
      fork.shift(10, 75);
      int[] more = text(m, 30);
      float[][] afterShift = new float[30][m.model.vocabularySize()];
      m.read(fork, more, 30, afterShift);
      float[][] expected = new float[30][m.model.vocabularySize()];
      float[][] found = new float[30][m.model.vocabularySize()];
      m.read(s, more, 30, found);
      int[] all = Arrays.copyOf(copy.tokens(), TOKENS + 30);
      System.arraycopy(more, 0, all, TOKENS, 30);
      expected = Arrays.copyOfRange(m.logits(all, 64), TOKENS, TOKENS + 30);
      for (int i = 0; i < 30; i++) {
        assertArrayEquals(expected[i], found[i], 2e-4f);
      }
      assertEquals(TOKENS - 75 + 30, fork.length());
      assertFalse(Arrays.equals(expected[29], afterShift[29]));
    }
  }

  @Test
  void aShiftedWindowGoesOnWithWhatItHolds() {
    try (TestModel m = open("gemma2", fastest, GgmlType.F32);
        Sequence s = read(m, text(m, 300))) {
      s.shift(10, 101);
      try (Sequence other = s.fork()) {
        for (int il = 0; il < m.model.layers().size(); il++) {
          padToFirstPage(m, other, il);
        }
        float[][] a = new float[150][m.model.vocabularySize()];
        float[][] b = new float[150][m.model.vocabularySize()];
        int[] more = text(m, 150);
        m.read(s, more, 64, a);
        m.read(other, more, 64, b);
        for (int i = 0; i < 150; i++) {
          assertArrayEquals(a[i], b[i], 2e-4f);
        }
        assertEquals(349, s.length());
      }
    }
  }

  /** Puts zeros where a window has forgotten, so that rows begin where a page does. */
  private static void padToFirstPage(TestModel m, Sequence s, int il) {
    Places.Kept kept = m.decoder.kept().get(il);
    KvSpec spec = (KvSpec) kept.spec();
    SequenceState state = s.state(kept);
    int first = state.first(il);
    int held = s.length() - first;
    assertTrue(spec.window() == 0 ? first == 0 : first % 64 != 0, "not a page's beginning");
    MemorySegment rows = MemorySegment.ofArray(new byte[(int) (held * spec.bytesPerPosition())]);
    state.save(il, rows);
    int length = s.length();
    MemorySegment all = MemorySegment.ofArray(new byte[(int) (length * spec.bytesPerPosition())]);
    for (int run = 0; run < 2 * spec.kvHeads(); run++) { // keys and values are as long
      long row = spec.bytesPerPosition() / spec.kvHeads() / 2;
      MemorySegment.copy(rows, run * held * row, all, (run * length + first) * row, held * row);
    }
    state.load(il, 0, length, all);
    assertEquals(0, state.first(il));
  }

  @Test
  void whatCannotBeShiftedSaysSo() {
    try (TestModel m = open("gemma2", fastest, GgmlType.F32);
        Sequence s = read(m, text(m, 300))) {
      assertTrue(s.canShift(10, 275), "the window of 16 holds the 15 left behind 10 kept");
      assertFalse(s.canShift(10, 276), "the window has forgotten the last of 10 kept");
      assertFalse(s.canShift(10, 291), "more than there is");
      assertFalse(s.canShift(-1, 5));
      assertFalse(s.canShift(Integer.MAX_VALUE, 1));
      assertFalse(s.canShift(10, Integer.MAX_VALUE));
      assertThrows(IllegalArgumentException.class, () -> s.shift(10, 276));
      assertEquals(300, s.length());
      int[] cut = new ContextShift(10, 276).cut(s.tokens());
      assertArrayEquals(cut, new ContextShift(10, 276).apply(s), "all is to be read again");
      assertEquals(0, s.length());
    }
    try (TestModel m = open("gpt2", fastest, GgmlType.F32);
        Sequence s = read(m, text(m, 100))) {
      assertFalse(s.canShift(10, 20), "learned positions");
      int[] rest = new ContextShift(10, 20).apply(s);
      assertEquals(10, s.length());
      assertArrayEquals(Arrays.copyOfRange(text(m, 100), 30, 100), rest);
    }
    try (TestModel m = open("llama", fastest, GgmlType.F32);
        Sequence s = read(m, text(m, 100))) {
      s.shift(40, 60);
      assertArrayEquals(text(m, 40), s.tokens());
    }
  }

  @Test
  void halfOfWhatFollowsTheKeptTokensGoes() {
    assertEquals(new ContextShift(4, 46), ContextShift.half(96, 4).orElseThrow());
    assertEquals(new ContextShift(0, 1), ContextShift.half(3, 0).orElseThrow());
    assertTrue(ContextShift.half(5, 4).isEmpty());
    assertTrue(ContextShift.half(4, 40).isEmpty());
    assertThrows(IllegalArgumentException.class, () -> new ContextShift(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new ContextShift(-1, 1));
  }
}
