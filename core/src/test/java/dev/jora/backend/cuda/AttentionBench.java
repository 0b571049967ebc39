package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Attention;
import dev.jora.backend.KvSpec;
import dev.jora.backend.PassInput;
import dev.jora.backend.Rows;
import dev.jora.backend.SequenceState;
import dev.jora.backend.Span;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.backend.state.LayeredState;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** Attention over random texts: on a device in software, and exactly. */
final class AttentionBench implements AutoCloseable {
  /**
   * A layer.
   *
   * @param a without sinks
   * @param values null where they are the beginnings of keys
   */
  record Layer(Attention a, GgmlType keys, GgmlType values, boolean sinks) {
    @Override
    public String toString() {
      return "%s/%s %d/%d heads of %d/%d%s%s%s%s%s"
          .formatted(
              keys,
              values,
              a.heads(),
              a.kvHeads(),
              a.keyDim(),
              a.valueDim(),
              a.causal() ? "" : ", both ways",
              a.window() == 0 ? "" : ", window " + a.window(),
              a.softcap() == 0 ? "" : ", cap " + a.softcap(),
              a.maxBias() == 0 ? "" : ", bias " + a.maxBias(),
              sinks ? ", sinks" : "");
    }
  }

  /**
   * What a pass has of a text: rows from its end on.
   *
   * @param seed of all values of the text
   */
  record Part(int seed, SequenceState state, int count, boolean single) {}

  /**
   * Rows that a pass made.
   *
   * @param out [n][heads · valueDim]
   * @param expected likewise, exactly
   * @param most of each row the largest size of a value
   * @param codes of the rows in int8, then their scales; empty if there are none
   * @param wanted what {@code quantize_q8} makes of the same rows
   */
  record Result(float[][] out, double[][] expected, double most, byte[] codes, byte[] wanted) {}

  final SoftwareDriver driver;
  private final Layer layer;
  private final CudaDevice device;
  private final CudaPass pass;
  private final CudaWeights weights;
  private final CudaRoom room;
  private final CudaAttention attention;
  private final float[] sinks;
  private final long sinksAt;
  private final Attention own;

  AttentionBench(Layer layer, int target) {
    this.layer = layer;
    driver = new SoftwareDriver(1, 1L << 30, target);
    device = new CudaDevice(driver, 0);
    pass = new CudaPass(device);
    weights = new CudaWeights(device);
    room = new CudaRoom(device, weights, () -> {});
    attention = new CudaAttention(device);
    Attention a = layer.a();
    sinks = random(-1, 0, a.heads());
    sinksAt = device.send(MemorySegment.ofArray(sinks));
    CudaWeight weight =
        new CudaWeight("sinks", GgmlType.F32, Shape.of(a.heads()), new long[] {sinksAt}, 0);
    own =
        new Attention(
            a.heads(),
            a.kvHeads(),
            a.keyDim(),
            a.valueDim(),
            a.scale(),
            a.softcap(),
            a.window(),
            a.causal(),
            a.maxBias(),
            layer.sinks() ? weight : null);
  }

  private KvSpec spec() {
    Attention a = layer.a();
    int window = a.causal() ? a.window() : 0;
    return new KvSpec(
        a.kvHeads(), a.keyDim(), a.valueDim(), layer.keys(), layer.values(), window, null);
  }

  private static float[] random(int seed, int position, int n) {
    SplittableRandom random = new SplittableRandom(7919L * seed + 31L * position + n);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A text of so many tokens. */
  SequenceState text(int seed, int length) {
    SequenceState state = room.newState(List.of(spec()));
    if (length > 0) {
      Attention a = layer.a();
      MemorySegment saved = Arena.ofAuto().allocate(spec().savedBytes(0, length), 64);
      long next = 0;
      for (int part = 0; part < (layer.values() == null ? 1 : 2); part++) {
        GgmlType type = part == 0 ? layer.keys() : layer.values();
        int dim = part == 0 ? a.keyDim() : a.valueDim();
        for (int head = 0; head < a.kvHeads(); head++) {
          for (int i = 0; i < length; i++, next += type.rowBytes(dim)) {
            float[] row = random(3 * seed + part, i * a.kvHeads() + head, dim);
            for (int e = 0; e < dim; e += type.blockSize()) {
              long at = next + (long) e / type.blockSize() * type.blockBytes();
              BlockFormats.findEncoder(type).orElseThrow().encodeBlock(row, e, saved, at);
            }
          }
        }
      }
      ((LayeredState) state).load(0, 0, length, saved);
    }
    return state;
  }

  /** A pass of parts, those with single rows first. */
  Result run(Part... parts) {
    Attention a = layer.a();
    List<Span> spans = new ArrayList<>();
    List<SequenceState> states = new ArrayList<>();
    int n = 0;
    int single = 0;
    for (Part part : parts) {
      spans.add(new Span(n, part.count(), part.state().length(), part.single()));
      states.add(part.state());
      n += part.count();
      single += part.single() ? part.count() : 0;
    }
    float[][] q = new float[n][];
    CudaBuffer queries = room.allocate(n, a.heads() * a.keyDim());
    CudaBuffer k = room.allocate(n, a.kvHeads() * a.keyDim());
    CudaBuffer v = room.allocate(n, a.kvHeads() * a.valueDim());
    int width = a.heads() * a.valueDim();
    CudaBuffer out = room.allocate(n, width);
    for (int p = 0; p < parts.length; p++) {
      for (int i = 0; i < parts[p].count(); i++) {
        int row = spans.get(p).row() + i;
        int position = spans.get(p).position() + i;
        int seed = parts[p].seed();
        q[row] = random(3 * seed + 2, position, a.heads() * a.keyDim());
        put(q[row], queries.row(row));
        put(random(-3 * seed, position, a.kvHeads() * a.keyDim()), k.row(row));
        put(random(-3 * seed - 1, position, a.kvHeads() * a.valueDim()), v.row(row));
      }
    }
    int[] none = new int[n];
    Rows rows = new Rows(n, single, new BitSet());
    pass.begin(new PassInput(none, none, spans, states, rows, new int[0], Rows.single(0)));
    CudaHeads heads = new CudaHeads(device);
    assertTrue(heads.store(pass, 0, k, layer.values() == null ? null : v));
    heads.issue();
    boolean coded = width % 32 == 0;
    long codes = coded ? device.allocate((long) n * width) : 0;
    long scales = coded ? device.allocate((long) n * width / 4) : 0;
    attention.attend(pass, 0, own, queries, new CudaInput(out, codes, scales));
    byte[] made = {};
    byte[] wanted = {};
    if (coded) {
      made = codes(codes, scales, n * width);
      CudaRounding.round(device, out, new CudaInput(out, codes, scales), n);
      wanted = codes(codes, scales, n * width);
      device.free(codes, (long) n * width);
      device.free(scales, (long) n * width / 4);
    }
    float[][] found = new float[n][];
    for (int i = 0; i < n; i++) {
      found[i] = floats(out.row(i), width);
    }
    double[][] expected = new double[n][];
    double most = 0;
    for (int p = 0; p < parts.length; p++) {
      Cached cached = cached((LayeredState) parts[p].state());
      most = Math.max(most, cached.most());
      for (int i = 0; i < parts[p].count(); i++) {
        int row = spans.get(p).row() + i;
        expected[row] = expected(q[row], spans.get(p).position() + i, cached);
      }
    }
    pass.texts().forEach(text -> text.state().commit(text.count()));
    return new Result(found, expected, most, made, wanted);
  }

  private void put(float[] values, long address) {
    device.upload(MemorySegment.ofArray(values), 0, address, 4L * values.length);
  }

  private float[] floats(long address, int n) {
    float[] values = new float[n];
    device.download(address, MemorySegment.ofArray(values), 0, 4L * n);
    return values;
  }

  private byte[] codes(long codes, long scales, int n) {
    byte[] all = new byte[n + n / 4];
    device.download(codes, MemorySegment.ofArray(all), 0, n);
    device.download(scales, MemorySegment.ofArray(all), n, n / 4);
    return all;
  }

  /** What a layer holds of a text, [head][position - first][dim]. */
  private record Cached(float[] keys, float[] values, int first, int length) {
    double most() {
      double most = 0;
      for (float value : values) {
        most = Math.max(most, Math.abs(value));
      }
      return most;
    }
  }

  private Cached cached(LayeredState state) {
    Attention a = layer.a();
    int first = state.first(0);
    int length = ((CudaPages) state.layer(0)).length();
    MemorySegment saved = Arena.ofAuto().allocate(spec().savedBytes(first, length), 64);
    state.save(0, saved);
    float[] keys = new float[a.kvHeads() * (length - first) * a.keyDim()];
    BlockFormats.of(layer.keys()).dequantize(saved, 0, keys, 0, keys.length);
    if (layer.values() == null) {
      return new Cached(keys, keys, first, length);
    }
    float[] values = new float[a.kvHeads() * (length - first) * a.valueDim()];
    long from = layer.keys().rowBytes(keys.length);
    BlockFormats.of(layer.values()).dequantize(saved, from, values, 0, values.length);
    return new Cached(keys, values, first, length);
  }

  private double[] expected(float[] q, int position, Cached cached) {
    Attention a = layer.a();
    double[] out = new double[a.heads() * a.valueDim()];
    int from = a.seesFrom(position);
    int to = a.seesTo(position, cached.length());
    int held = cached.length() - cached.first();
    int valueDim = layer.values() == null ? a.keyDim() : a.valueDim();
    for (int h = 0; h < a.heads(); h++) {
      int kv = h / (a.heads() / a.kvHeads());
      double[] weights = new double[to - from];
      double most = layer.sinks() ? sinks[h] : Double.NEGATIVE_INFINITY;
      for (int j = from; j < to; j++) {
        int key = (kv * held + j - cached.first()) * a.keyDim();
        double score = 0;
        for (int e = 0; e < a.keyDim(); e++) {
          score += (double) q[h * a.keyDim() + e] * cached.keys()[key + e];
        }
        score *= a.scale();
        if (a.softcap() != 0) {
          score = a.softcap() * Math.tanh(score / a.softcap());
        }
        if (a.maxBias() != 0) {
          score -= a.slope(h) * Math.abs(position - j);
        }
        weights[j - from] = score;
        most = Math.max(most, score);
      }
      double total = layer.sinks() ? Math.exp(sinks[h] - most) : 0;
      for (int j = 0; j < weights.length; j++) {
        weights[j] = Math.exp(weights[j] - most);
        total += weights[j];
      }
      for (int j = from; j < to; j++) {
        int value = (kv * held + j - cached.first()) * valueDim;
        for (int e = 0; e < a.valueDim(); e++) {
          double share = weights[j - from] / total;
          out[h * a.valueDim() + e] += share * cached.values()[value + e];
        }
      }
    }
    return out;
  }

  @Override
  public void close() {
    room.close();
    attention.close();
    weights.close();
    pass.close();
    device.free(sinksAt, 4L * sinks.length);
    device.close();
    List<String> leaks = driver.leaks();
    driver.close();
    if (!leaks.isEmpty()) {
      throw new AssertionError("left on the device: " + leaks);
    }
  }

  /** The bits of a row's values. */
  static int[] bits(float[] row) {
    return MemorySegment.ofArray(row).toArray(ValueLayout.JAVA_INT_UNALIGNED);
  }
}
