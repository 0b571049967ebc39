package dev.jora.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.Attention;
import dev.jora.backend.Buffer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.backend.Room;
import dev.jora.backend.Rows;
import dev.jora.backend.SequenceState;
import dev.jora.backend.Span;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attention of single tokens far into a text, whose positions threads share. */
class StretchesTest {
  private static final int HEADS = 6;
  private static final int KV_HEADS = 3;
  private static final int DIM = 32;

  /** Sums of 3000 weights and of as many values in float32. */
  private static final double BOUND = 2e-5;

  private record Case(int position, int window, float softcap) {}

  private static final List<Case> CASES =
      List.of(
          new Case(CpuAttention.STRETCH - 1, 0, 0),
          new Case(CpuAttention.STRETCH, 0, 0),
          new Case(3 * CpuAttention.STRETCH + 77, 0, 0),
          new Case(2 * CpuAttention.STRETCH + 5, CpuAttention.STRETCH + 300, 0),
          new Case(2 * CpuAttention.STRETCH + 5, 100, 0),
          new Case(2 * CpuAttention.STRETCH + 5, 0, 3));

  @Test
  void whatThreadsShareIsTheExactAttention() {
    for (Kernels kernels : KernelSets.all()) {
      for (Case c : CASES) {
        float[] alone = attend(kernels, 1, c);
        assertArrayEquals(alone, attend(kernels, 4, c), kernels.name() + ", threads, " + c);
        double[] exact = exact(c);
        for (int i = 0; i < exact.length; i++) {
          assertEquals(exact[i], alone[i], BOUND, kernels.name() + ", " + c + ", " + i);
        }
      }
    }
  }

  private static Attention attention(Case c) {
    return new Attention(HEADS, KV_HEADS, DIM, DIM, 0.3f, c.softcap(), c.window(), true, 0, null);
  }

  private static float[] attend(Kernels kernels, int threads, Case c) {
    Random random = new Random(c.position());
    int width = KV_HEADS * DIM;
    float[] keys = floats(random, width * (c.position() + 1));
    float[] values = floats(random, width * (c.position() + 1));
    try (WorkPool pool = new WorkPool(threads);
        CpuBackend backend = new CpuBackend(kernels, pool);
        Room room = backend.open()) {
      KvSpec spec = new KvSpec(KV_HEADS, DIM, DIM, GgmlType.F32, GgmlType.F32, c.window(), null);
      SequenceState state = room.newState(List.of(spec));
      int n = c.position() + 1;
      Buffer k = room.allocate(n, width);
      Buffer v = room.allocate(n, width);
      backend.write(MemorySegment.ofArray(keys), n, k);
      backend.write(MemorySegment.ofArray(values), n, v);
      if (n > 1) {
        Pass before = backend.begin(pass(n - 1, 0, state, false));
        backend.store(before, 0, k, v);
        backend.end(before);
      }
      Buffer q = room.allocate(1, HEADS * DIM);
      Buffer out = room.allocate(1, HEADS * DIM);
      backend.write(MemorySegment.ofArray(query()), 1, q);
      Pass pass = backend.begin(pass(1, n - 1, state, true));
      backend.store(pass, 0, k.rows(n - 1, 1), v.rows(n - 1, 1));
      backend.attend(pass, 0, attention(c), q, out);
      float[] result = new float[HEADS * DIM];
      backend.read(out, 1, MemorySegment.ofArray(result));
      return result;
    }
  }

  private static PassInput pass(int n, int position, SequenceState state, boolean single) {
    List<Span> spans = List.of(new Span(0, n, position, single));
    Rows rows = single ? Rows.single(n) : Rows.read(n);
    int[] none = new int[n];
    return new PassInput(none, none, spans, List.of(state), rows, new int[0], Rows.read(0));
  }

  private static float[] query() {
    return floats(new Random(7), HEADS * DIM);
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] exact(Case c) {
    Random random = new Random(c.position());
    int width = KV_HEADS * DIM;
    float[] keys = floats(random, width * (c.position() + 1));
    float[] values = floats(random, width * (c.position() + 1));
    float[] q = query();
    double[] out = new double[HEADS * DIM];
    int begin = c.window() == 0 ? 0 : Math.max(0, c.position() + 1 - c.window());
    for (int h = 0; h < HEADS; h++) {
      int kv = h / (HEADS / KV_HEADS) * DIM;
      double sum = 0;
      for (int p = begin; p <= c.position(); p++) {
        double score = 0;
        for (int i = 0; i < DIM; i++) {
          score += 0.3 * q[h * DIM + i] * keys[p * width + kv + i];
        }
        if (c.softcap() != 0) {
          score = c.softcap() * Math.tanh(score / c.softcap());
        }
        double weight = Math.exp(score);
        sum += weight;
        for (int i = 0; i < DIM; i++) {
          out[h * DIM + i] += weight * values[p * width + kv + i];
        }
      }
      for (int i = 0; i < DIM; i++) {
        out[h * DIM + i] /= sum;
      }
    }
    return out;
  }
}
