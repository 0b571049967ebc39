package dev.jora.quantize.imatrix;

import dev.jora.backend.ProductObserver;
import dev.jora.backend.Weight;
import dev.jora.exec.WorkPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums the squares of what goes into the products of a model, for every column of every weight of
 * its layers. Sums are kept in double, each by one thread in order of tokens, so that they do not
 * depend on the number of threads. Not for two backends at the same time.
 */
public final class ImportanceCollector implements ProductObserver {
  /** Columns that are worth a thread of their own: some cache lines of each row. */
  private static final int GRAIN = 128;

  /** The output of a model of its own, or, where it is tied, the token embeddings. */
  private static final List<String> OUTPUT = List.of("output.weight", "token_embd.weight");

  private final boolean output;
  private final SortedMap<String, Sums> tensors = new TreeMap<>();

  /** Sums and counts of a tensor, matrix after matrix. */
  private static final class Sums {
    final double[] sums;
    final long[] counts;

    Sums(int columns, int matrices) {
      sums = new double[Math.multiplyExact(columns, matrices)];
      counts = new long[matrices];
    }
  }

  /**
   * A collector that has seen nothing.
   *
   * @param output true: the products that make logits count too, not those of layers alone
   */
  public ImportanceCollector(boolean output) {
    this.output = output;
  }

  @Override
  public void input(Weight weight, int expert, MemorySegment x, int n, WorkPool pool) {
    String name = weight.name();
    if (!name.startsWith("blk.") && !(output && OUTPUT.contains(name))) {
      return;
    }
    int columns = Math.toIntExact(weight.shape().ne0());
    int matrices = Math.toIntExact(weight.shape().ne2());
    Sums tensor = tensors.computeIfAbsent(name, key -> new Sums(columns, matrices));
    tensor.counts[expert] += n;
    int first = expert * columns;
    pool.run(
        columns,
        GRAIN,
        (begin, end, worker) -> {
          float[] values = new float[end - begin]; // C2 has vectors for arrays, not for segments
          for (int row = 0; row < n; row++) {
            long at = 4 * ((long) row * columns + begin);
            MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, at, values, 0, values.length);
            addSquares(values, tensor.sums, first + begin);
          }
        });
  }

  private static void addSquares(float[] values, double[] sums, int at) {
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      sums[at + i] += value * value;
    }
  }

  /**
   * What was collected so far.
   *
   * @param dataset name of the text
   * @param chunks pieces of the text that were read
   * @param chunkSize tokens of each
   * @throws ArithmeticException if a sum is not finite, as of a broken model; names the tensor
   */
  public ImportanceMatrix matrix(String dataset, int chunks, int chunkSize) {
    SortedMap<String, Importances> all = new TreeMap<>();
    tensors.forEach((name, tensor) -> all.put(name, rounded(name, tensor)));
    return new ImportanceMatrix(List.of(dataset), chunks, chunkSize, all);
  }

  private static Importances rounded(String name, Sums tensor) {
    float[] sums = new float[tensor.sums.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (float) tensor.sums[i];
      if (!Float.isFinite(sums[i])) {
        int columns = sums.length / tensor.counts.length;
        throw new ArithmeticException(
            "the sum of squares that go into tensor %s is %s in column %d"
                .formatted(name, sums[i], i % columns));
      }
    }
    return new Importances(sums, tensor.counts.clone());
  }
}
