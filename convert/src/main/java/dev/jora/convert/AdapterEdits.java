package dev.jora.convert;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.AdaptedWeights;
import dev.jora.model.Model;
import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.AdapterTable;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.quant.TensorValues;
import dev.jora.quantize.TensorEdits;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adapters added to the weights of a model file: what a decoder would add to its products. A tensor
 * is made in double precision, and rounded once.
 */
public final class AdapterEdits implements TensorEdits {
  private static final String EMBEDDINGS = "token_embd.weight";
  private static final String OUTPUT = "output.weight";

  private final WorkPool pool;
  private final Map<String, List<AdapterTable.Addition>> additions = new LinkedHashMap<>();
  private final boolean untied;

  /**
   * Finds what they change.
   *
   * @param pool that adds
   * @throws dev.jora.gguf.GgufException if an adapter does not go with the model
   */
  public AdapterEdits(Model model, Adaptation adaptation, WorkPool pool) {
    this.pool = pool;
    for (AdapterTable.Addition each : AdaptedWeights.of(model, adaptation)) {
      if (each.scale() != 0) {
        additions.computeIfAbsent(each.tensor(), _ -> new ArrayList<>()).add(each);
      }
    }
    boolean ends = additions.containsKey(EMBEDDINGS) || additions.containsKey(OUTPUT);
    this.untied = ends && model.writes() && !model.tensors().containsKey(OUTPUT);
  }

  /** Tensors that change. */
  public Set<String> changed() {
    return additions.keySet();
  }

  /**
   * True if the model gets an output of its own, as it was its embeddings, of which one changes.
   */
  public boolean isUntied() {
    return untied;
  }

  @Override
  public List<TensorInfo> tensors(GgufFile source) {
    List<TensorInfo> infos = new ArrayList<>(source.infos());
    if (untied) {
      Tensor output = source(source, OUTPUT);
      infos.add(new TensorInfo(OUTPUT, output.type(), output.shape(), 0));
    }
    return infos;
  }

  @Override
  public Tensor source(GgufFile source, String name) {
    if (!untied || !name.equals(OUTPUT)) {
      return source.tensor(name);
    }
    Tensor embeddings = source.tensor(EMBEDDINGS);
    return new Tensor(OUTPUT, embeddings.type(), embeddings.shape(), embeddings.data());
  }

  @Override
  public boolean change(String name) {
    return additions.containsKey(name);
  }

  @Override
  public Tensor changed(Tensor source, Arena arena) {
    int columns = Math.toIntExact(source.shape().ne0());
    int rows = Math.toIntExact(source.shape().rows());
    long each = source.shape().ne1();
    List<Sum> sums = additions.get(source.name()).stream().map(Sum::of).toList();
    MemorySegment out = arena.allocate(4L * rows * columns, 64);
    BlockFormat format = BlockFormats.of(source.type());
    pool.run(
        rows,
        1,
        (from, to, _) -> {
          float[] row = new float[columns];
          double[] sum = new double[columns];
          for (int i = from; i < to; i++) {
            format.dequantize(source.data(), i * source.rowBytes(), row, 0, columns);
            for (int j = 0; j < columns; j++) {
              sum[j] = row[j];
            }
            for (Sum one : sums) {
              one.add(Math.toIntExact(i / each), i % each, sum);
            }
            for (int j = 0; j < columns; j++) {
              row[j] = (float) sum[j];
            }
            MemorySegment.copy(row, 0, out, ValueLayout.JAVA_FLOAT, 4L * i * columns, columns);
          }
        });
    if (source.data().isMapped()) {
      source.data().unload(); // pages that were read count as memory
    }
    return new Tensor(source.name(), GgmlType.F32, source.shape(), out);
  }

  /** What is added, as numbers. */
  private record Sum(AdapterTable.Addition of, int rank, float[] a, float[] b) {
    static Sum of(AdapterTable.Addition addition) {
      return new Sum(
          addition,
          Math.toIntExact(addition.b().shape().ne0()),
          TensorValues.of(addition.a()),
          TensorValues.of(addition.b()));
    }

    /** To a row of one of the matrices. */
    void add(int matrix, long row, double[] sum) {
      long own = row - of.first();
      if (own < 0 || own >= of.rows()) {
        return;
      }
      for (int r = 0; r < rank; r++) {
        if (of.isTable()) {
          double by = of.scale() * a[Math.toIntExact(own * rank + r)];
          for (int j = 0; j < sum.length; j++) {
            sum[j] += by * b[j * rank + r];
          }
        } else {
          double by = of.scale() * b[Math.toIntExact((matrix * of.rows() + own) * rank + r)];
          int at = (matrix * rank + r) * sum.length;
          for (int j = 0; j < sum.length; j++) {
            sum[j] += by * a[at + j];
          }
        }
      }
    }
  }
}
