package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Operations;
import dev.jora.backend.Product;
import dev.jora.backend.Room;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.CudaException;
import dev.jora.bench.RandomBlocks;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.ScalarKernels;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;

/** Kernels against the CPU: products of awkward shapes to the rounding, and all operations. */
final class CardKernels {
  private static final int MOST_FAULTS = 50;

  private CardKernels() {}

  static void run(CardStep.Context c) throws Exception {
    ArrayNode faults = c.report().results.putArray("faults");
    int products = 0;
    try (CudaBackend cuda = new CudaBackend(c.driver(), 0)) {
      for (GgmlType type : c.sizes().types()) {
        double worst = 0;
        RandomBlocks stock = new RandomBlocks(type, 0.1, 1);
        for (int k : lengths(type)) {
          for (int rows : c.sizes().rows()) {
            double error = worst(cuda, type, stock, k, rows, c.sizes().columns());
            products++;
            worst = Math.max(worst, error);
            if (!(error <= bound(type))) {
              faults.add("%s, k %d, %d rows: off by %.2e".formatted(type, k, rows, error));
            }
          }
        }
        c.report().results.withObject("/products").put(type.name(), worst);
        c.report().line("products of %-8s off by %.1e of what is added up", type, worst);
      }
    }
    int tried = operations(c, faults);
    c.report().results.put("tried", products + tried);
    c.report().line("%d products, %d operations, %d faults", products, tried, faults.size());
    if (!faults.isEmpty()) {
      throw new CardStep.Fault("%d faults, the first: %s", faults.size(), faults.get(0).asText());
    }
  }

  /** All that the backend does, as its tests have it. */
  private static int operations(CardStep.Context c, ArrayNode faults) throws Exception {
    int tried = 0;
    try (Arena arena = Arena.ofShared();
        WorkPool pool = new WorkPool(Runtime.getRuntime().availableProcessors());
        Backend cpu = new CpuBackend(new ScalarKernels(), pool)) {
      List<DynamicTest> tests =
          new Operations(cpu, arena).ofRounding(new CudaBackend(c.driver(), 0));
      for (int i = 0; i < tests.size(); i += c.sizes().operations()) {
        tried++;
        try {
          tests.get(i).getExecutable().execute();
        } catch (CudaException lost) {
          throw lost;
        } catch (Throwable e) {
          if (faults.size() < MOST_FAULTS) {
            faults.add(tests.get(i).getDisplayName() + ": " + e.getMessage());
          }
        }
      }
    }
    return tried;
  }

  /** Of what is added up: roundings of float32, or of two bfloat16 in its place. */
  private static double bound(GgmlType type) {
    return type.blockSize() == 1 ? 3e-5 : 1e-5;
  }

  private static List<Integer> lengths(GgmlType type) {
    int size = type.blockSize();
    return size == 1
        ? List.of(1, 7, 77, 520)
        : List.of(size, 3 * size, Math.ceilDiv(1100, size) * size);
  }

  /** The largest error of products of all numbers of columns, by what each adds up. */
  private static double worst(
      Backend cuda, GgmlType type, RandomBlocks stock, int k, int rows, List<Integer> columns) {
    int most = columns.stream().mapToInt(n -> n).max().orElseThrow();
    float[] x = inputs(most, k);
    float[] w = new float[rows * k];
    try (Arena arena = Arena.ofShared();
        Room room = cuda.open()) {
      MemorySegment blocks = arena.allocate(type.rowBytes(w.length), 64);
      stock.fill(blocks, rows + k);
      BlockFormats.of(type).dequantize(blocks, 0, w, 0, w.length);
      Weight weight = room.upload(new Tensor("w", type, Shape.of(k, rows), blocks));
      Buffer in = room.allocate(most, k);
      cuda.write(MemorySegment.ofArray(x), most, in);
      double[] sums = new double[most * rows];
      double[] sizes = new double[most * rows];
      expect(w, x, rows, k, sums, sizes);
      double worst = 0;
      for (int n : columns) {
        for (Rows kind : List.of(Rows.single(n), Rows.read(n))) {
          Buffer out = room.allocate(n, rows);
          float[] found = new float[n * rows];
          Arrays.fill(found, Float.NaN);
          cuda.write(MemorySegment.ofArray(found), n, out);
          cuda.multiply(List.of(new Product(weight, null, out)), in.rows(0, n), kind);
          cuda.read(out, n, MemorySegment.ofArray(found));
          for (int i = 0; i < found.length; i++) {
            double off = Math.abs(found[i] - sums[i]) / Math.max(sizes[i], 1e-30);
            worst = Math.max(worst, Double.isNaN(off) ? Double.POSITIVE_INFINITY : off);
          }
        }
      }
      return worst;
    }
  }

  /** Products, and the sizes of what each adds up. */
  private static void expect(float[] w, float[] x, int rows, int k, double[] sums, double[] sizes) {
    IntStream.range(0, sums.length)
        .parallel()
        .forEach(
            at -> {
              int c = at / rows * k;
              int r = at % rows * k;
              for (int i = 0; i < k; i++) {
                double part = (double) w[r + i] * x[c + i];
                sums[at] += part;
                sizes[at] += Math.abs(part);
              }
            });
  }

  /** Whole numbers, of which every 32 hold 127: rounding to 8 bits changes none. */
  private static float[] inputs(int n, int k) {
    Random random = new Random(3);
    float[] x = new float[n * k];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % k % 32 == 0 ? 127 : random.nextInt(-127, 128);
    }
    return x;
  }
}
