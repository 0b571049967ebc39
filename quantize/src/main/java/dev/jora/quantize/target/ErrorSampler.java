package dev.jora.quantize.target;

import dev.jora.exec.WorkPool;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.row.RowQuantizer;
import dev.jora.quantize.row.RowQuantizers;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * What a tensor would lose in other types, measured on bands of its rows, evenly spread: the square
 * of the error relative to the values, Σ q (w' − w)² / Σ q w², q being the importance of a column
 * (1 without a matrix). With importance that is the relative error of the tensor's product.
 */
final class ErrorSampler {
  private static final int BANDS = 8;

  /** Values of a band: enough rows that the error of a tensor is known to a few percent. */
  private static final int BAND_VALUES = 1 << 15;

  /** The same whatever the machine: types are chosen by these errors. */
  private static final Kernels DECODER = new ScalarKernels();

  private final WorkPool pool;
  private final BooleanSupplier cancelled;

  ErrorSampler(WorkPool pool, BooleanSupplier cancelled) {
    this.pool = pool;
    this.cancelled = cancelled;
  }

  /**
   * By tensor, the error of each type.
   *
   * @param afterEach is to throw if it was cancelled: errors are not whole then
   */
  List<Map<GgmlType, Double>> measure(
      List<TensorJob> tensors, List<List<GgmlType>> types, Runnable afterEach) {
    double[][] errors = new double[tensors.size()][];
    Arrays.setAll(errors, i -> new double[types.get(i).size()]);
    for (int i = 0; i < errors.length; i++) {
      double[] row = errors[i];
      TensorJob tensor = tensors.get(i);
      List<GgmlType> wanted = types.get(i);
      pool.run(
          row.length,
          1,
          (from, to, worker) -> {
            for (int k = from; k < to; k++) {
              row[k] = error(tensor, wanted.get(k));
            }
          });
      afterEach.run();
    }
    return IntStream.range(0, errors.length)
        .mapToObj(i -> byType(types.get(i), errors[i]))
        .toList();
  }

  private static Map<GgmlType, Double> byType(List<GgmlType> types, double[] errors) {
    Map<GgmlType, Double> map = new EnumMap<>(GgmlType.class);
    for (int k = 0; k < errors.length; k++) {
      map.put(types.get(k), errors[k]);
    }
    return map;
  }

  private double error(TensorJob tensor, GgmlType type) {
    if (type == tensor.source().type()) {
      return 0;
    }
    Shape shape = tensor.source().shape();
    int n = Math.toIntExact(shape.ne0());
    int rows = (int) Math.clamp(BAND_VALUES / n, 1, shape.ne1());
    long bands = Math.min(BANDS, Math.ceilDiv(shape.rows(), rows));
    double[] sums = new double[2];
    try (Arena arena = Arena.ofConfined()) {
      Band band = new Band(arena, tensor.source(), type, rows, n);
      for (long i = 0; i < bands && !cancelled.getAsBoolean(); i++) {
        long first = bands == 1 ? 0 : i * (shape.rows() - rows) / (bands - 1);
        long matrix = first / shape.ne1();
        long inside = Math.min(first - matrix * shape.ne1(), shape.ne1() - rows);
        float[] importance =
            tensor.importance() == null
                ? null
                : Arrays.copyOfRange(tensor.importance(), (int) matrix * n, (int) (matrix + 1) * n);
        band.add(matrix * shape.ne1() + inside, importance, sums);
      }
    }
    return sums[1] == 0 ? 0 : sums[0] / sums[1];
  }

  /** Some rows of a tensor, there and back. */
  private final class Band {
    private final Tensor source;
    private final RowQuantizer quantizer;
    private final int rows;
    private final int n;
    private final float[] x;
    private final float[] y;
    private final MemorySegment floats;
    private final MemorySegment blocks;

    Band(Arena arena, Tensor source, GgmlType type, int rows, int n) {
      this.source = source;
      this.quantizer = RowQuantizers.find(type).orElseThrow();
      this.rows = rows;
      this.n = n;
      this.x = new float[rows * n];
      this.y = new float[rows * n];
      this.floats = arena.allocate(4L * rows * n, 64);
      this.blocks = arena.allocate(type.rowBytes(n) * rows, 64);
    }

    /** Adds Σ q (w' − w)² and Σ q w² of rows from {@code first} on. */
    void add(long first, float[] importance, double[] sums) {
      DECODER.dequantize(
          source.type(), source.data(), source.rowBytes() * first, rows * n, floats, 0);
      MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, 0, x, 0, x.length);
      quantizer.quantize(x, 0, rows, n, importance, blocks, 0);
      DECODER.dequantize(quantizer.type(), blocks, 0, rows * n, floats, 0);
      MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, 0, y, 0, y.length);
      for (int i = 0; i < x.length; i++) {
        double q = importance == null ? 1 : importance[i % n];
        double d = y[i] - x[i];
        sums[0] += q * d * d;
        sums[1] += q * x[i] * x[i];
      }
    }
  }
}
