package dev.jora.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.Activation;
import dev.jora.kernel.Xielu;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;

/**
 * Every operation of {@link Backend}, on random values of awkward shapes: what any backend makes of
 * them against what another one, the oracle, makes of them. The measure is the normalised mean
 * squared error, Σ(x − x₀)² / Σx₀², as in llama.cpp's test of its backends.
 */
public final class Operations {
  /** What moves values about changes no bit. */
  private static final double EXACT = 0;

  /** Sums and functions in float32, in whatever order. */
  private static final double FLOAT = 1e-11;

  /** The product of one token, which is drawn from: activations have 16 bits. */
  private static final double DRAWN = 1e-7;

  /** Three such products, one after the other. */
  private static final double DRAWN_EXPERTS = 1e-6;

  /** Products of tokens that are only read: 8 bits, llama.cpp's own bound. */
  private static final double READ = 5e-4;

  /** Attention over what a cache of at least 16 bits holds. */
  private static final double ATTENTION = 1e-6;

  /** A backend with the values of a test. */
  private final class Side {
    final Backend backend;
    final Room room;

    Side(Backend backend) {
      this.backend = backend;
      this.room = backend.open();
    }

    Buffer buffer(float[] values, int cols) {
      Buffer buffer = room.allocate(values.length / cols, cols);
      backend.write(MemorySegment.ofArray(values), values.length / cols, buffer);
      return buffer;
    }

    float[] read(Buffer x, int n) {
      float[] all = new float[n * x.cols()];
      backend.read(x, n, MemorySegment.ofArray(all));
      return all;
    }

    /** A pass over tokens of one or more texts, all of them read. */
    Pass begin(int[] ids, int[] positions, List<Span> spans, List<SequenceState> states) {
      return begin(ids, positions, spans, states, new int[0]);
    }

    Pass begin(
        int[] ids, int[] positions, List<Span> spans, List<SequenceState> states, int[] outputs) {
      int n = ids.length;
      int single = (int) spans.stream().filter(Span::single).count();
      return backend.begin(
          new PassInput(
              ids,
              positions,
              spans,
              states,
              new Rows(n, single, new BitSet()),
              outputs,
              Rows.single(outputs.length)));
    }

    Weight weight(Tensor tensor) {
      return tensor == null ? null : room.upload(tensor);
    }
  }

  /** What a backend makes of a case: the same steps for both. */
  private interface Steps extends Function<Side, float[]> {}

  /** A case: what the oracle makes of it is found once, whoever is measured against it. */
  private final class Case {
    private final String name;
    private final double bound;
    private final Steps steps;
    private float[] expected;

    Case(String name, double bound, Steps steps) {
      this.name = name;
      this.bound = bound;
      this.steps = steps;
    }

    void check(Side tested, double drawn) {
      if (expected == null) {
        expected = steps.apply(oracle);
      }
      double error = error(expected, steps.apply(tested));
      double bound = this.bound;
      if (bound == DRAWN || bound == DRAWN_EXPERTS) {
        bound = Math.max(bound, drawn / DRAWN * bound);
      }
      assertTrue(
          error <= bound,
          String.format(Locale.ROOT, "%s: NMSE %.2e, bound %.0e", name, error, bound));
    }
  }

  private final Side oracle;
  private final Arena arena;
  private final Random random = new Random(1);
  private final Map<GgmlType, byte[][]> blocks = new EnumMap<>(GgmlType.class);
  private final List<Case> cases = new ArrayList<>();

  /** One token that was drawn, or several that are read. */
  static Rows rows(int n) {
    return n == 1 ? Rows.single(1) : Rows.read(n);
  }

  /**
   * Every case, on values of its own.
   *
   * @param arena holds weights until all tests have run
   */
  public Operations(Backend oracle, Arena arena) {
    this.oracle = new Side(oracle);
    this.arena = arena;
    moves();
    products();
    runs();
    norms();
    rotations();
    units();
    attention();
    caches();
    recurrences();
    experts();
    attentionBothWays();
    ungatedExperts();
  }

  /** The tests of a backend. */
  public List<DynamicTest> of(Backend backend) {
    return of(backend, 0);
  }

  /** The tests of one that rounds the activations of tokens that are drawn to 8 bits, too. */
  public List<DynamicTest> ofRounding(Backend backend) {
    return of(backend, READ);
  }

  private List<DynamicTest> of(Backend backend, double drawn) {
    Side tested = new Side(backend);
    return cases.stream()
        .map(one -> DynamicTest.dynamicTest(one.name, () -> one.check(tested, drawn)))
        .toList();
  }

  private void test(String name, double bound, Steps steps) {
    cases.add(new Case(name, bound, steps));
  }

  /** Normalised mean squared error; infinite where a value is missing or not finite. */
  private static double error(float[] expected, float[] found) {
    double error = 0;
    double square = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = (double) found[i] - expected[i];
      error += difference * difference;
      square += (double) expected[i] * expected[i];
    }
    boolean whole = expected.length == found.length && Double.isFinite(error) && square > 0;
    return whole ? error / square : Double.POSITIVE_INFINITY;
  }

  // ---- values --------------------------------------------------------------------------------

  private float[] floats(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Tensor vector(int n) {
    MemorySegment data = arena.allocate(4L * n, 64);
    MemorySegment.copy(floats(n), 0, data, ValueLayout.JAVA_FLOAT, 0, n);
    return new Tensor("vector", GgmlType.F32, Shape.of(n), data);
  }

  /** A stack of matrices of random blocks. */
  private Tensor weights(GgmlType type, int k, int rows, int experts) {
    MemorySegment data = arena.allocate(type.rowBytes(k) * rows * experts, 64);
    byte[][] some = blocks.computeIfAbsent(type, this::blocks);
    int bytes = type.blockBytes();
    for (long at = 0; at < data.byteSize(); at += bytes) {
      byte[] block = some[random.nextInt(some.length)];
      MemorySegment.copy(block, 0, data, ValueLayout.JAVA_BYTE, at, bytes);
    }
    Shape shape = experts == 1 ? Shape.of(k, rows) : Shape.of(k, rows, experts);
    return new Tensor(type + " " + k + " x " + rows, type, shape, data);
  }

  /**
   * Random bytes whose largest value is neither tiny nor huge: no type needs a maker of its own.
   */
  private byte[][] blocks(GgmlType type) {
    byte[][] some = new byte[200][type.blockBytes()];
    float[] values = new float[type.blockSize()];
    for (byte[] bytes : some) {
      float largest;
      do {
        random.nextBytes(bytes);
        BlockFormats.of(type).dequantize(MemorySegment.ofArray(bytes), 0, values, 0, values.length);
        largest = 0;
        for (float value : values) {
          largest = Math.max(largest, Math.abs(value));
        }
      } while (!(largest >= 0x1p-2f && largest <= 0x1p2f));
    }
    return some;
  }

  /** Types of weights that every backend has. */
  private static List<GgmlType> types() {
    return BlockFormats.all().stream().map(BlockFormat::type).toList();
  }

  // ---- operations ----------------------------------------------------------------------------

  private void moves() {
    float[] x = floats(7 * 33);
    test("write and read", EXACT, side -> side.read(side.buffer(x, 33), 7));
    test(
        "gatherOutputs",
        EXACT,
        side -> {
          Buffer out = side.room.allocate(3, 33);
          int[] none = new int[7];
          Pass pass = side.begin(none, none, List.of(), List.of(), new int[] {0, 3, 6});
          side.backend.gatherOutputs(pass, side.buffer(x, 33), out);
          return side.read(out, 3);
        });
    for (float bad : new float[] {1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      test(
          "isFinite " + bad,
          EXACT,
          side -> {
            float[] values = x.clone();
            values[3 * 33 + 32] = bad;
            Buffer in = side.buffer(values, 33);
            boolean before = side.backend.isFinite(in, 3);
            boolean with = side.backend.isFinite(in, 4);
            return new float[] {1, before ? 1 : 0, with ? 1 : 0};
          });
    }
    test(
        "views",
        EXACT,
        side -> {
          Buffer all = side.buffer(x, 33);
          Buffer some = all.rows(2, 4).columns(5, 20);
          side.backend.add(side.buffer(Arrays.copyOf(x, 80), 20), 4, 1, some);
          return joined(side.read(all, 7), side.read(some, 4));
        });
    test(
        "copyRuns",
        EXACT,
        side -> {
          Buffer out = side.buffer(x, 33);
          Runs from = Runs.of(side.buffer(floats7by33(), 33), 11).part(2, 4);
          side.backend.copyRuns(from, 7, new Runs(out, 3, 4, 1, 12));
          return side.read(out, 7);
        });
    for (GgmlType type : types()) {
      Tensor table = weights(type, 256, 9, 1);
      test(
          "embed " + type,
          FLOAT,
          side -> {
            Buffer out = side.room.allocate(3, 256);
            Pass pass = side.begin(new int[] {8, 0, 8}, new int[] {1, 2, 5}, List.of(), List.of());
            side.backend.embed(pass, side.weight(table), 2.5f, out);
            Buffer positions = side.room.allocate(3, 256);
            side.backend.embedPositions(pass, side.weight(table), positions);
            return joined(side.read(out, 3), side.read(positions, 3));
          });
    }
  }

  private static float[] floats7by33() {
    float[] values = new float[7 * 33];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return values;
  }

  private void products() {
    for (GgmlType type : types()) {
      for (int n : new int[] {1, 2, 3, 5, 8, 13, 65}) {
        int k = n == 3 ? 2048 : 768;
        product(List.of(weights(type, k, 50, 1)), n, false);
      }
      product(List.of(weights(type, 256, 9, 1)), 1, true);
      product(List.of(weights(type, 512, 1, 1)), 40, true);
      product(List.of(weights(type, 256, 33, 1)), 4, true);
    }
    List<Tensor> mixed =
        types().stream().map(type -> weights(type, 512, 7 + type.ordinal(), 1)).toList();
    for (int n : new int[] {1, 2, 6, 16, 40}) {
      product(mixed, n, true);
      product(mixed.reversed(), n, true);
    }
    for (int k : new int[] {1, 7, 33}) { // rows that no vector divides
      product(List.of(weights(GgmlType.F32, k, 5, 1), weights(GgmlType.F16, k, 3, 1)), 1, true);
      product(List.of(weights(GgmlType.F16, k, 5, 1), weights(GgmlType.F32, k, 3, 1)), 9, true);
    }
  }

  /** A product for each head, whose inputs and outputs are parts of wider rows. */
  private void runs() {
    for (GgmlType type : List.of(GgmlType.F32, GgmlType.F16, GgmlType.Q8_0, GgmlType.Q4_K)) {
      for (int n : new int[] {1, 3, 20}) {
        Tensor stack = weights(type, 256, 24, 5);
        float[] x = floats(n * 5 * 300);
        test(
            "multiplyRuns " + type + ", " + n + " tokens",
            n == 1 ? DRAWN : READ,
            side -> {
              Runs in = Runs.of(side.buffer(x, 5 * 300), 300).part(17, 256);
              Buffer out = side.buffer(new float[n * 5 * 40], 5 * 40);
              side.backend.multiplyRuns(
                  side.weight(stack), in, rows(n), Runs.of(out, 40).part(3, 24));
              return side.read(out, n);
            });
      }
    }
  }

  private void product(List<Tensor> tensors, int n, boolean biased) {
    int k = (int) tensors.getFirst().shape().ne0();
    float[] x = floats(n * k);
    List<Tensor> biases = new ArrayList<>();
    for (Tensor tensor : tensors) {
      biases.add(biased ? vector((int) tensor.shape().ne1()) : null);
    }
    String what = tensors.size() > 2 ? tensors.size() + " types" : tensors.getFirst().name();
    test(
        "multiply " + what + ", " + n + " tokens",
        n == 1 ? DRAWN : READ,
        side -> {
          List<Product> products = new ArrayList<>();
          for (int i = 0; i < tensors.size(); i++) {
            Buffer out = side.room.allocate(n + 1, (int) tensors.get(i).shape().ne1());
            products.add(new Product(side.weight(tensors.get(i)), side.weight(biases.get(i)), out));
          }
          side.backend.multiply(products, side.buffer(x, k), rows(n));
          float[] all = {};
          for (Product product : products) {
            float[] some = side.read(product.out(), n);
            int from = all.length;
            all = Arrays.copyOf(all, from + some.length);
            System.arraycopy(some, 0, all, from, some.length);
          }
          return all;
        });
  }

  private void norms() {
    for (int cols : new int[] {1, 15, 64, 576, 2049}) {
      for (int n : new int[] {1, 6}) {
        float[] x = floats(n * cols);
        Tensor weight = vector(cols);
        Tensor bias = vector(cols);
        for (Norm.Kind kind : Norm.Kind.values()) {
          if (kind == Norm.Kind.LAYER && cols == 1) {
            continue; // a single value less its mean is nothing but the bias
          }
          boolean biased = kind == Norm.Kind.LAYER;
          test(
              "normalise " + kind + ", " + n + " x " + cols,
              FLOAT,
              side -> {
                Norm norm =
                    new Norm(kind, side.weight(weight), side.weight(biased ? bias : null), 1e-5f);
                Buffer in = side.buffer(x, cols);
                side.backend.normalise(norm, in, n, in);
                return side.read(in, n);
              });
        }
      }
    }
    for (int dim : new int[] {24, 64, 80}) {
      float[] x = floats(5 * 3 * dim);
      for (Tensor weight : List.of(vector(dim), vector(3 * dim))) {
        test(
            "normaliseRuns " + weight.shape().ne0() + " of " + 3 * dim,
            FLOAT,
            side -> {
              Norm norm = new Norm(Norm.Kind.RMS, side.weight(weight), null, 1e-6f);
              Buffer in = side.buffer(x, 3 * dim);
              side.backend.normaliseRuns(norm, Runs.of(in, dim), 5);
              return side.read(in, 5);
            });
      }
    }
  }

  private void rotations() {
    for (boolean neox : new boolean[] {false, true}) {
      for (int pairs : new int[] {1, 8, 20, 64}) {
        Rope rope = rope(neox, pairs);
        int dim = 2 * pairs + (pairs == 20 ? 24 : 0); // values behind those that turn
        float[] x = floats(4 * 3 * dim);
        test(
            "rotate " + pairs + " pairs of " + dim + (neox ? ", neox" : ""),
            FLOAT,
            side -> {
              int[] positions = {0, 1, 77, 30000};
              Pass pass = side.begin(new int[4], positions, List.of(), List.of());
              Buffer in = side.buffer(x, 3 * dim);
              side.backend.rotate(pass, rope, Runs.of(in, dim));
              return side.read(in, 4);
            });
      }
    }
  }

  private static Rope rope(boolean neox, int pairs) {
    double[] frequencies = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      frequencies[i] = Math.pow(10000, -(double) i / pairs);
    }
    return new Rope(neox, frequencies, 1.1);
  }

  private void units() {
    for (int cols : new int[] {1, 31, 64, 1536}) {
      for (int n : new int[] {1, 12}) {
        float[] x = floats(n * cols);
        float[] y = floats(n * cols);
        float[] gates = floats(n);
        String shape = ", " + n + " x " + cols;
        for (Activation f : Activation.values()) {
          test(
              "activate " + f + shape,
              FLOAT,
              side -> {
                Buffer in = side.buffer(x, cols);
                side.backend.activate(f, in, n);
                return joined(side.read(in, n), x);
              });
          test(
              "glu " + f + shape,
              FLOAT,
              side -> {
                Buffer gate = side.buffer(x, cols);
                side.backend.glu(Gate.of(f), gate, side.buffer(y, cols), n);
                return joined(side.read(gate, n), x);
              });
          test(
              "glu with a limit " + f + shape,
              FLOAT,
              side -> {
                Buffer gate = side.buffer(x, cols);
                side.backend.glu(new Gate(f, 0.8f, 1), gate, side.buffer(y, cols), n);
                return joined(side.read(gate, n), x);
              });
        }
        test(
            "add" + shape,
            FLOAT,
            side -> {
              Buffer out = side.buffer(y, cols);
              side.backend.add(side.buffer(x, cols), n, 0.3f, out);
              return side.read(out, n);
            });
        test(
            "times" + shape,
            FLOAT,
            side -> {
              Buffer out = side.buffer(y, cols);
              side.backend.times(side.buffer(x, cols), n, out);
              return side.read(out, n);
            });
        test(
            "xIELU" + shape,
            FLOAT,
            side -> {
              Buffer in = side.buffer(x, cols);
              side.backend.activate(new Xielu(0.8f, 1.3f, 0.5f, -1e-6f), in, n);
              return side.read(in, n);
            });
        Tensor vector = vector(cols);
        test(
            "addVector" + shape,
            FLOAT,
            side -> {
              Buffer out = side.buffer(y, cols);
              side.backend.addVector(side.weight(vector), n, out);
              return side.read(out, n);
            });
        test(
            "temper" + shape,
            FLOAT,
            side -> {
              Buffer in = side.buffer(x, cols);
              int[] positions = new int[n];
              for (int i = 0; i < n; i++) {
                positions[i] = 1000 * i;
              }
              Pass pass = side.begin(new int[n], positions, List.of(), List.of());
              side.backend.temper(pass, 0.1f, 512, in);
              return side.read(in, n);
            });
        test(
            "scale" + shape,
            FLOAT,
            side -> {
              Buffer in = side.buffer(x, cols);
              side.backend.scale(in, n, -1.7f);
              return side.read(in, n);
            });
        test(
            "softcap" + shape,
            FLOAT,
            side -> {
              Buffer in = side.buffer(x, cols);
              side.backend.softcap(in, n, 1.5f);
              return side.read(in, n);
            });
        test(
            "scaleBySigmoid" + shape,
            FLOAT,
            side -> {
              Buffer in = side.buffer(x, cols);
              side.backend.scaleBySigmoid(side.buffer(gates, 1), in, n);
              return side.read(in, n);
            });
      }
    }
  }

  /** So that the measure has something to divide by where a function gives next to nothing. */
  private static float[] joined(float[] a, float[] b) {
    float[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  // ---- attention -----------------------------------------------------------------------------

  /** Two texts of such lengths, read in passes of at most {@code step} tokens each. */
  private record Texts(int first, int second, int step) {}

  private void attention() {
    for (Attention a :
        List.of(
            new Attention(1, 1, 64, 64, 0.125f, 0, 0, true, 0, null),
            new Attention(9, 3, 64, 64, 0.125f, 0, 0, true, 0, null),
            new Attention(4, 2, 80, 80, 0.1f, 0, 0, true, 0, null),
            new Attention(8, 1, 128, 128, 0.09f, 20, 0, true, 0, null),
            new Attention(6, 3, 96, 32, 0.1f, 0, 50, true, 0, null),
            new Attention(2, 2, 24, 16, 0.2f, 5, 70, true, 0, null),
            new Attention(12, 4, 64, 64, 0.125f, 0, 0, true, 8, null),
            new Attention(40, 2, 64, 32, 0.125f, 0, 0, true, 0, null))) {
      for (GgmlType type : List.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0)) {
        if (a.keyDim() % type.blockSize() == 0 && a.valueDim() % type.blockSize() == 0) {
          attention(a, type, new Texts(70, 3, 70));
          attention(a, type, new Texts(200, 150, 33));
        }
      }
    }
    attention(
        new Attention(3, 1, 64, 64, 0.125f, 0, 0, true, 0, null),
        GgmlType.F16,
        new Texts(1500, 1, 300));
  }

  /** Texts of which every token sees all others, each read in one pass. */
  private void attentionBothWays() {
    for (Attention a :
        List.of(
            new Attention(4, 2, 64, 64, 0.125f, 0, 0, false, 0, null),
            new Attention(6, 3, 96, 32, 0.1f, 0, 50, false, 0, null),
            new Attention(12, 4, 64, 64, 0.125f, 0, 0, false, 8, null))) {
      for (GgmlType type : List.of(GgmlType.F32, GgmlType.F16)) {
        attention(a, type, new Texts(70, 3, 70));
        attention(a, type, new Texts(200, 150, 200));
      }
    }
  }

  private void attention(Attention a, GgmlType type, Texts texts) {
    attention(a, null, type, texts);
    if (type == GgmlType.F16) {
      attention(a, vector(a.heads()), type, texts);
      attention(a, null, null, texts); // values are the beginnings of keys
    }
  }

  private void attention(Attention a, Tensor sinks, GgmlType type, Texts texts) {
    KvSpec spec = spec(a, type);
    int total = texts.first() + texts.second();
    float[] q = floats(total * a.heads() * a.keyDim());
    float[] k = floats(total * a.kvHeads() * a.keyDim());
    float[] v = floats(total * a.kvHeads() * a.valueDim());
    test(
        "attend "
            + a.heads()
            + "/"
            + a.kvHeads()
            + " heads of "
            + a.keyDim()
            + (a.causal() ? ", window " : ", both ways, window ")
            + a.window()
            + ", cap "
            + a.softcap()
            + ", bias "
            + a.maxBias()
            + (sinks == null ? ", " : ", sinks, ")
            + (type == null ? "values in keys" : type)
            + ", "
            + texts,
        ATTENTION,
        side -> {
          float[] out = {};
          Attention own =
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
                  side.weight(sinks));
          try (SequenceState first = side.room.newState(List.of(spec));
              SequenceState second = side.room.newState(List.of(spec))) {
            int done = 0; // rows of q, k and v used
            int read = 0;
            while (done < total) {
              int n = Math.clamp(texts.first() - read, 0, texts.step());
              int m = Math.clamp(texts.second() - read, 0, texts.step());
              List<Span> spans = new ArrayList<>();
              List<SequenceState> states = new ArrayList<>();
              if (n > 0) {
                spans.add(new Span(0, n, read));
                states.add(first);
              }
              if (m > 0) {
                spans.add(new Span(n, m, read));
                states.add(second);
              }
              float[] values = type == null ? null : v;
              out = joined(out, attend(side, own, q, k, values, done, n + m, spans, states));
              done += n + m;
              read += texts.step();
            }
          }
          return out;
        });
  }

  private static KvSpec spec(Attention a, GgmlType type) {
    GgmlType keys = type == null ? GgmlType.F16 : type;
    return new KvSpec(
        a.kvHeads(), a.keyDim(), a.valueDim(), keys, type, a.causal() ? a.window() : 0, null);
  }

  private float[] attend(
      Side side,
      Attention a,
      float[] q,
      float[] k,
      float[] v,
      int from,
      int n,
      List<Span> spans,
      List<SequenceState> states) {
    Buffer out = side.room.allocate(n, a.heads() * a.valueDim());
    Pass pass = side.begin(new int[n], new int[n], spans, states);
    side.backend.store(
        pass,
        0,
        rows(side, k, from, n, a.kvHeads() * a.keyDim()),
        v == null ? null : rows(side, v, from, n, a.kvHeads() * a.valueDim()));
    side.backend.attend(pass, 0, a, rows(side, q, from, n, a.heads() * a.keyDim()), out);
    side.backend.end(pass);
    return side.read(out, n);
  }

  private static Buffer rows(Side side, float[] all, int from, int n, int cols) {
    return side.buffer(Arrays.copyOfRange(all, from * cols, (from + n) * cols), cols);
  }

  /** Caches that are cut, forked, shifted, saved and loaded, and what attention then sees. */
  private void caches() {
    Attention a = new Attention(4, 2, 64, 64, 0.125f, 0, 0, true, 0, null);
    for (GgmlType type : List.of(GgmlType.F32, GgmlType.F16, GgmlType.Q8_0)) {
      KvSpec spec = new KvSpec(2, 64, 64, type, type, 0, rope(true, 32));
      int n = 150;
      float[] q = floats((n + 4) * 4 * 64);
      float[] k = floats((n + 4) * 2 * 64);
      float[] v = floats((n + 4) * 2 * 64);
      test(
          "caches " + type,
          ATTENTION,
          side -> {
            try (SequenceState one = side.room.newState(List.of(spec));
                SequenceState loaded = side.room.newState(List.of(spec))) {
              attend(side, a, q, k, v, 0, n, List.of(new Span(0, n, 0)), List.of(one));
              try (SequenceState fork = one.fork()) {
                one.truncate(130);
                fork.shift(10, 40);
                List<Span> next = List.of(new Span(0, 1, 130, true));
                float[] cut = attend(side, a, q, k, v, n, 1, next, List.of(one));
                next = List.of(new Span(0, 1, 110, true));
                float[] shifted = attend(side, a, q, k, v, n + 1, 1, next, List.of(fork));
                int first = fork.first(0);
                MemorySegment saved = arena.allocate(spec.savedBytes(first, fork.length()));
                fork.save(0, saved);
                loaded.load(0, first, fork.length(), saved);
                next = List.of(new Span(0, 2, 111));
                float[] again = attend(side, a, q, k, v, n + 2, 2, next, List.of(loaded));
                return joined(cut, joined(shifted, again));
              }
            }
          });
    }
  }

  // ---- recurrences ---------------------------------------------------------------------------

  /** A recurrent layer of some shape. */
  private record Recurrence(
      int taps, int heads, int headDim, int groups, int states, boolean scalar) {}

  private void recurrences() {
    for (Recurrence r :
        List.of(
            new Recurrence(4, 48, 1, 1, 16, false),
            new Recurrence(4, 33, 1, 1, 5, false),
            new Recurrence(4, 6, 8, 2, 16, true),
            new Recurrence(1, 4, 2, 1, 31, true),
            new Recurrence(8, 3, 3, 1, 256, false),
            new Recurrence(9, 4, 2, 2, 257, false),
            new Recurrence(13, 2, 5, 1, 600, true),
            new Recurrence(33, 3, 43, 3, 33, false))) {
      recurrence(r);
    }
  }

  private void deltas() {
    for (boolean tiled : new boolean[] {false, true}) {
      for (int dim : new int[] {16, 40}) {
        delta(tiled, 4, 2, dim, 2 * dim);
      }
    }
  }

  private void delta(boolean tiled, int heads, int keyHeads, int keyDim, int valueDim) {
    int n = 12;
    float[] q = floats(n * keyHeads * keyDim);
    float[] k = floats(n * keyHeads * keyDim);
    float[] v = floats(n * heads * valueDim);
    float[] alpha = floats(n * heads);
    float[] b = floats(n * heads);
    Tensor bias = vector(heads);
    Tensor rates = vector(heads);
    for (int i = 0; i < heads; i++) {
      float rate = rates.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
      rates.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, -Math.abs(rate));
    }
    RecurrentSpec spec = new RecurrentSpec(1, 1, heads * keyDim * valueDim);
    test(
        "deltaRule " + heads + " heads of " + keyDim + " x " + valueDim + (tiled ? ", tiled" : ""),
        FLOAT,
        side -> {
          try (SequenceState state = side.room.newState(List.of(spec))) {
            float[] out = {};
            for (int from = 0; from < n; from += 6) {
              Buffer y = side.room.allocate(6, heads * valueDim);
              Delta delta =
                  new Delta(
                      heads,
                      keyHeads,
                      tiled,
                      rows(side, q, from, 6, keyHeads * keyDim),
                      rows(side, k, from, 6, keyHeads * keyDim),
                      rows(side, v, from, 6, heads * valueDim),
                      rows(side, alpha, from, 6, heads),
                      rows(side, b, from, 6, heads),
                      side.weight(rates),
                      side.weight(bias),
                      1e-6f);
              List<Span> spans = List.of(new Span(0, 6, from));
              Pass pass = side.begin(new int[6], new int[6], spans, List.of(state));
              side.backend.deltaRule(pass, 0, delta, y);
              side.backend.end(pass);
              out = joined(out, side.read(y, 6));
            }
            return out;
          }
        });
  }

  private void recurrence(Recurrence r) {
    int columns = r.heads() * r.headDim();
    int total = 40;
    float[] x = floats(total * columns);
    float[] dt = floats(total * r.heads());
    float[] b = floats(total * r.groups() * r.states());
    float[] c = floats(total * r.groups() * r.states());
    Tensor kernel = weights(GgmlType.F32, r.taps(), columns, 1);
    Tensor bias = vector(columns);
    Tensor rates = weights(GgmlType.F32, r.scalar() ? 1 : r.states(), r.heads(), 1);
    for (long i = 0; i < rates.shape().elements(); i++) {
      float rate = rates.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
      rates.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, -Math.abs(rate));
    }
    Tensor skip = vector(r.heads());
    RecurrentSpec spec = new RecurrentSpec(columns, r.taps(), columns * r.states());
    test(
        "convolve and scan " + r,
        FLOAT,
        side -> {
          try (SequenceState state = side.room.newState(List.of(spec));
              SequenceState loaded = side.room.newState(List.of(spec))) {
            float[] out = {};
            SequenceState now = state;
            for (int from = 0; from < total; from += 10) {
              int n = 10;
              Buffer in = rows(side, x, from, n, columns);
              Buffer mixed = side.room.allocate(n, columns);
              Buffer y = side.room.allocate(n, columns);
              Scan scan =
                  new Scan(
                      r.heads(),
                      r.groups(),
                      r.states(),
                      mixed,
                      rows(side, dt, from, n, r.heads()),
                      rows(side, b, from, n, r.groups() * r.states()),
                      rows(side, c, from, n, r.groups() * r.states()),
                      side.room.uploadFloats(rates),
                      side.weight(skip));
              for (boolean ended : new boolean[] {false, true}) { // one pass is taken back
                List<Span> spans = List.of(new Span(0, 7, from), new Span(7, 3, from + 7));
                Pass pass = side.begin(new int[n], new int[n], spans, List.of(now, now));
                side.backend.convolve(
                    pass, 0, side.room.uploadTurned(kernel), side.weight(bias), in, mixed);
                side.backend.scan(pass, 0, scan, y);
                if (ended) {
                  side.backend.end(pass);
                } else {
                  now.truncate(from);
                }
              }
              out = joined(out, side.read(y, n));
              MemorySegment saved = arena.allocate(spec.savedBytes(0, now.length()));
              try (SequenceState fork = now.fork()) {
                fork.save(0, saved);
              }
              loaded.load(0, now.length(), now.length(), saved);
              now = loaded;
            }
            return out;
          }
        });
  }

  // ---- experts -------------------------------------------------------------------------------

  private void experts() {
    for (GgmlType type :
        List.of(GgmlType.F32, GgmlType.F16, GgmlType.Q4_K, GgmlType.Q8_0, GgmlType.MXFP4)) {
      for (Routing.Gating gating : Routing.Gating.values()) {
        for (int n : new int[] {1, 2, 9, 40}) {
          experts(type, gating, n, false, false);
          experts(type, gating, n, true, n != 9);
        }
      }
    }
  }

  private void experts(
      GgmlType type, Routing.Gating gating, int n, boolean biased, boolean grouped) {
    int width = 256;
    int inner = 512;
    int count = 6;
    Tensor router = weights(GgmlType.F32, width, count, 1);
    Tensor gate = weights(type, width, inner, count);
    Tensor up = weights(type, width, inner, count);
    Tensor both = weights(type, width, 2 * inner, count);
    boolean together = !biased && n % 2 == 1;
    boolean ungated = !biased && n == 40;
    Tensor down = weights(type, inner, width, count);
    Tensor routerBias = vector(count);
    Tensor selection = vector(count);
    Tensor factors = vector(count);
    Tensor innerBias = weights(GgmlType.F32, inner, count, 1);
    Tensor outerBias = weights(GgmlType.F32, width, count, 1);
    float[] x = floats(n * width);
    float[] routed = biased ? floats(n * width) : x;
    test(
        "experts " + type + " " + gating + (biased ? " biased" : "") + ", " + n + " tokens",
        n == 1 ? DRAWN_EXPERTS : READ,
        side -> {
          Experts experts =
              new Experts(
                  new Routing(
                      side.weight(router),
                      biased ? side.weight(routerBias) : null,
                      gating,
                      biased && gating == Routing.Gating.SIGMOID ? side.weight(selection) : null,
                      2,
                      grouped ? 3 : 1,
                      grouped ? 2 : 1,
                      biased ? side.weight(factors) : null,
                      n % 2 == 0,
                      1.3f),
                  together || ungated ? null : side.weight(gate),
                  side.weight(together ? both : up),
                  side.weight(down),
                  biased ? side.room.uploadFloats(innerBias) : null,
                  biased ? side.room.uploadFloats(innerBias) : null,
                  biased ? side.room.uploadFloats(outerBias) : null,
                  Gate.of(Activation.SILU));
          Buffer out = side.room.allocate(n, width);
          side.backend.experts(
              experts, side.buffer(routed, width), side.buffer(x, width), rows(n), out);
          return side.read(out, n);
        });
  }

  private void ungatedExperts() {
    int width = 256;
    int inner = 512;
    Tensor router = weights(GgmlType.F32, width, 4, 1);
    Tensor up = weights(GgmlType.Q8_0, width, inner, 4);
    Tensor down = weights(GgmlType.Q8_0, inner, width, 4);
    for (int n : new int[] {2, 9, 40}) {
      float[] x = floats(n * width);
      test(
          "ungated experts, " + n + " tokens",
          READ,
          side -> {
            Experts experts =
                new Experts(
                    new Routing(
                        side.weight(router),
                        null,
                        Routing.Gating.SOFTMAX,
                        null,
                        2,
                        1,
                        1,
                        null,
                        false,
                        1),
                    null,
                    side.weight(up),
                    side.weight(down),
                    null,
                    null,
                    null,
                    Gate.of(Activation.GELU));
            Buffer in = side.buffer(x, width);
            Buffer out = side.room.allocate(n, width);
            side.backend.experts(experts, in, in, rows(n), out);
            return side.read(out, n);
          });
    }
  }
}
