package dev.jora.backend.cuda;

import dev.jora.backend.Attention;
import dev.jora.backend.Buffer;
import dev.jora.backend.Delta;
import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Rope;
import dev.jora.backend.Routing;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Scan;
import dev.jora.backend.SequenceState;
import dev.jora.backend.Weight;
import dev.jora.backend.cuda.Workload.Operation;
import dev.jora.backend.cuda.software.Traffic;
import dev.jora.kernel.Activation;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A kernel at work, and what it may move at most. Both numbers are of the fewest that an access of
 * a warp takes: sectors of 32 bytes that hold what its lanes want, wavefronts of shared memory with
 * all banks at work.
 *
 * @param capability of the device, 61 or 80
 * @param kernel its name
 * @param what it does, in words
 * @param sectors the limit, for one of the fewest
 * @param wavefronts likewise
 * @param work runs it, among others
 */
record KernelRow(
    int capability, String kernel, String what, double sectors, double wavefronts, Operation work) {
  /** Loads of 16 bytes find the other half of their sectors in the cache. */
  private static final double HALVES = 2;

  private static final double EXACT = 1;

  @Override
  public String toString() {
    return kernel + " " + what + " on " + capability;
  }

  /** What it moves; null where it did not run. */
  Traffic run() {
    try (Workload w = new Workload(capability)) {
      work.accept(w);
      w.backend.read(w.buffer(1, 1), 1, MemorySegment.ofArray(new float[1])); // all is done
      return w.driver.traffic(kernel);
    }
  }

  /** All of them: a kernel more is a row more. */
  static List<KernelRow> all() {
    List<KernelRow> all = new ArrayList<>();
    for (int c : new int[] {61, 80}) {
      products(all, c);
      attention(all, c);
    }
    rows(all, 80); // the same instructions for both
    experts(all, 80);
    recurrences(all, 80);
    return all;
  }

  private static void products(List<KernelRow> all, int c) {
    drawn(all, c, GgmlType.Q4_K, HALVES);
    drawn(all, c, GgmlType.Q6_K, HALVES);
    drawn(all, c, GgmlType.Q8_0, HALVES);
    drawn(all, c, GgmlType.IQ2_XXS, 2.5); // points of a grid lie anywhere
    drawn(all, c, GgmlType.F16, HALVES);
    tiles(all, c, GgmlType.Q4_K, 1.7);
    tiles(all, c, GgmlType.Q8_0, HALVES);
    tiles(all, c, GgmlType.F16, c >= 80 ? EXACT : 1.7);
    for (GgmlType type : List.of(GgmlType.Q4_K, GgmlType.F16)) {
      all.add(
          new KernelRow(
              c, "rows_" + Card.name(type), "4 x 1024", HALVES, EXACT, w -> look(w, type)));
    }
    all.add(
        new KernelRow(
            c,
            "quantize_q8",
            "3 x 1024",
            EXACT,
            EXACT,
            w -> w.multiply(w.weight(GgmlType.Q8_0, 1024, 4), 3, true)));
    if (c >= 80) {
      all.add(
          new KernelRow(
              c,
              "add_parts",
              "35 x 64, 2 parts",
              EXACT,
              EXACT,
              w -> w.multiply(w.weight(GgmlType.Q8_0, 2048, 64), 35, false)));
    }
  }

  private static void drawn(List<KernelRow> all, int c, GgmlType type, double sectors) {
    for (int n : new int[] {1, 8}) {
      all.add(
          new KernelRow(
              c,
              "matvec_" + Card.name(type) + "_" + n,
              "16 x 2048, n = " + n,
              sectors,
              EXACT,
              w -> w.multiply(w.weight(type, 2048, 16), n, true)));
    }
  }

  private static void tiles(List<KernelRow> all, int c, GgmlType type, double sectors) {
    int n = 64;
    all.add(
        new KernelRow(
            c,
            "matmul_" + Card.name(type) + (c >= 80 ? "_32" : "_64"),
            "128 x 512, n = " + n,
            sectors,
            c >= 80 ? 1 : 1.05,
            w -> w.multiply(w.weight(type, 512, 128), n, false)));
  }

  private static void look(Workload w, GgmlType type) {
    Weight table = w.weight(type, 1024, 4);
    Buffer out = w.room.allocate(4, 1024);
    Pass pass = w.begin(4);
    w.backend.embed(pass, table, 1, out);
    w.read(out, 4);
  }

  private static void rows(List<KernelRow> all, int c) {
    all.add(new KernelRow(c, "normalise_rows", "3 x 1024, rounded", EXACT, EXACT, KernelRow::norm));
    all.add(new KernelRow(c, "normalise", "3 x 3 runs of 2048", EXACT, EXACT, KernelRow::runs));
    all.add(
        new KernelRow(c, "heads", "3 rows, 8 + 2 + 2 heads of 64", EXACT, EXACT, KernelRow::heads));
    all.add(
        new KernelRow(
            c,
            "glu_rows",
            "3 x 1024",
            EXACT,
            EXACT,
            w -> pair(w, (x, y) -> w.backend.glu(Gate.of(Activation.SILU), x, y, 3))));
    all.add(
        new KernelRow(
            c,
            "add_rows",
            "3 x 1024",
            EXACT,
            EXACT,
            w -> pair(w, (x, y) -> w.backend.add(y, 3, 1, x))));
  }

  private interface OnPair {
    void run(Buffer x, Buffer y);
  }

  private static void pair(Workload w, OnPair operation) {
    Buffer x = w.buffer(3, 1024);
    operation.run(x, w.buffer(3, 1024));
    w.read(x, 3);
  }

  private static void norm(Workload w) {
    Buffer out = w.room.allocate(3, 1024);
    Buffer y = w.room.allocate(3, 4);
    Norm norm = new Norm(Norm.Kind.RMS, w.vector(1024), null, 1e-5f);
    Weight matrix = w.weight(GgmlType.Q8_0, 1024, 4);
    w.backend.normalise(norm, w.buffer(3, 1024), 3, out);
    w.backend.multiply(List.of(new Product(matrix, null, y)), out, Rows.single(3));
    w.read(y, 3);
  }

  private static void runs(Workload w) {
    Buffer x = w.buffer(3, 3 * 2048);
    w.backend.normaliseRuns(
        new Norm(Norm.Kind.RMS, w.vector(2048), null, 1e-5f), Runs.of(x, 2048), 3);
    w.read(x, 3);
  }

  private static void heads(Workload w) {
    Attention a = new Attention(8, 2, 64, 64, 0.1f, 0, 0, true, 0, null);
    double[] frequencies =
        IntStream.range(0, 32).mapToDouble(i -> Math.pow(10, -i / 8.0)).toArray();
    Rope rope = new Rope(true, frequencies, 1);
    Norm norm = new Norm(Norm.Kind.RMS, w.vector(64), null, 1e-5f);
    Buffer q = w.buffer(3, 8 * 64);
    Buffer k = w.buffer(3, 2 * 64);
    Buffer v = w.buffer(3, 2 * 64);
    w.inText(
        a,
        GgmlType.F16,
        3,
        pass -> {
          w.backend.normaliseRuns(norm, Runs.of(q, 64), 3);
          w.backend.normaliseRuns(norm, Runs.of(k, 64), 3);
          w.backend.rotate(pass, rope, Runs.of(q, 64));
          w.backend.rotate(pass, rope, Runs.of(k, 64));
          w.backend.store(pass, 0, k, v);
        });
  }

  private static void experts(List<KernelRow> all, int c) {
    all.add(new KernelRow(c, "route", "20 rows, 4 of 64", EXACT, EXACT, KernelRow::mixture));
    all.add(new KernelRow(c, "group", "80 columns, 64 experts", 1.5, 1.25, KernelRow::mixture));
    all.add(new KernelRow(c, "combine", "20 rows, 4 x 64", EXACT, EXACT, KernelRow::mixture));
  }

  private static void mixture(Workload w) {
    Weight router = w.weight(GgmlType.F32, 64, 64);
    Routing routing =
        new Routing(router, null, Routing.Gating.SOFTMAX, null, 4, 1, 1, null, true, 1);
    Weight up = w.weight(GgmlType.Q8_0, 64, 32, 64);
    Weight gate = w.weight(GgmlType.Q8_0, 64, 32, 64);
    Weight down = w.weight(GgmlType.Q8_0, 32, 64, 64);
    Experts experts =
        new Experts(routing, gate, up, down, null, null, null, Gate.of(Activation.SILU));
    Buffer x = w.buffer(20, 64);
    Buffer out = w.room.allocate(20, 64);
    w.backend.experts(experts, x, x, Rows.read(20), out);
    w.read(out, 20);
  }

  private static void recurrences(List<KernelRow> all, int c) {
    all.add(
        new KernelRow(
            c,
            "convolve",
            "6 rows, 256 channels, 4 taps",
            EXACT,
            EXACT,
            w -> recurrence(w, 4, 16)));
    all.add(
        new KernelRow(
            c,
            "convolve_long",
            "6 rows, 256 channels, 9 taps",
            EXACT,
            EXACT,
            w -> recurrence(w, 9, 16)));
    all.add(
        new KernelRow(
            c, "scan", "6 rows, 256 channels, 16 states", EXACT, EXACT, w -> recurrence(w, 4, 16)));
    all.add(
        new KernelRow(
            c,
            "scan_long",
            "6 rows, 256 channels, 300 states",
            1.15,
            EXACT,
            w -> recurrence(w, 4, 300)));
    all.add(
        new KernelRow(
            c, "delta_rule", "6 rows, 4 heads of 64 x 64", EXACT, EXACT, KernelRow::delta));
  }

  private static void recurrence(Workload w, int taps, int states) {
    int columns = 256;
    RecurrentSpec spec = new RecurrentSpec(columns, taps, columns * states);
    Buffer in = w.buffer(6, columns);
    Buffer mixed = w.room.allocate(6, columns);
    Buffer y = w.room.allocate(6, columns);
    Weight kernel = w.room.uploadTurned(w.tensor(GgmlType.F32, taps, columns));
    Scan scan =
        new Scan(
            columns / 64,
            1,
            states,
            mixed,
            w.buffer(6, columns / 64),
            w.buffer(6, states),
            w.buffer(6, states),
            w.weight(GgmlType.F32, 1, columns / 64),
            w.vector(columns / 64));
    Weight bias = w.vector(columns);
    try (SequenceState state = w.room.newState(List.of(spec))) {
      Pass pass = w.begin(state, 0, 6, false);
      w.backend.convolve(pass, 0, kernel, bias, in, mixed);
      w.backend.scan(pass, 0, scan, y);
      w.backend.end(pass);
      w.read(y, 6);
    }
  }

  private static void delta(Workload w) {
    int heads = 4;
    int dim = 64;
    RecurrentSpec spec = new RecurrentSpec(1, 1, heads * dim * dim);
    Delta delta =
        new Delta(
            heads,
            heads,
            false,
            w.buffer(6, heads * dim),
            w.buffer(6, heads * dim),
            w.buffer(6, heads * dim),
            w.buffer(6, heads),
            w.buffer(6, heads),
            w.vector(heads),
            w.vector(heads),
            1e-6f);
    Buffer y = w.room.allocate(6, heads * dim);
    try (SequenceState state = w.room.newState(List.of(spec))) {
      Pass pass = w.begin(state, 0, 6, false);
      w.backend.deltaRule(pass, 0, delta, y);
      w.backend.end(pass);
      w.read(y, 6);
    }
  }

  private static void attention(List<KernelRow> all, int c) {
    Attention a = new Attention(8, 2, 128, 128, 0.1f, 0, 0, true, 0, null);
    for (GgmlType type : List.of(GgmlType.F16, GgmlType.Q8_0)) {
      String name = type.name().toLowerCase(Locale.ROOT);
      all.add(
          new KernelRow(
              c,
              "attend_4",
              "512 positions of " + name + ", 8/2 heads of 128",
              1.1,
              1.4,
              w -> w.attend(a, type, 511, 1, true)));
      String read = type == GgmlType.F16 ? "f16_128" : "mixed_any";
      all.add(
          new KernelRow(
              c,
              "read_" + read,
              "64 rows of " + name + ", 8/2 heads of 128",
              type == GgmlType.F16 ? 1.1 : 2,
              1.05,
              w -> w.attend(a, type, 0, 64, false)));
    }
    all.add(
        new KernelRow(
            c,
            "join",
            "512 positions, 8 heads of 128",
            1.1,
            1.05,
            w -> w.attend(a, GgmlType.F16, 511, 1, true)));
  }
}
