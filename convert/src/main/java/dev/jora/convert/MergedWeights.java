package dev.jora.convert;

import dev.jora.convert.adapter.LowRank;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.OpenedFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A checkpoint with an adapter in its weights, as PEFT merges it. A weight is made when it is read,
 * in double precision, and rounded once.
 */
final class MergedWeights implements Weights {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** What the output of a model is called that has none of its own. */
  private static final String OUTPUT = "lm_head.weight";

  private final Weights base;
  private final PeftAdapter adapter;
  private final AdapterRules rules;
  private final double scale;
  private final WorkPool pool;
  private final SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();

  /**
   * Merges; the base is closed with it, the adapter is not.
   *
   * @param scale of the user, 1 as it was trained
   * @throws SourceException if the adapter changes what the checkpoint has not
   */
  MergedWeights(
      Weights base, PeftAdapter adapter, AdapterRules rules, double scale, WorkPool pool) {
    this.base = base;
    this.adapter = adapter;
    this.rules = rules;
    this.scale = scale;
    this.pool = pool;
    tensors.putAll(base.tensors());
    untie();
    adapter.copies().forEach(this::replace);
    adapter.whole().forEach(this::replace);
    adapter.modules().forEach(this::merge);
  }

  /** True if an output of its own is among what was merged. */
  boolean hasUntied() {
    return tensors.containsKey(OUTPUT) && !base.tensors().containsKey(OUTPUT);
  }

  /** Where embeddings and output are one, and one of the two changes, the other stays. */
  private void untie() {
    boolean changes =
        adapter.whole().keySet().stream()
            .map(name -> name.replaceFirst("\\.weight$", ""))
            .anyMatch(this::isEnd);
    for (String module : adapter.modules()) {
      changes |= isEnd(module);
    }
    Optional<SourceTensor> embeddings =
        tensors.values().stream()
            .filter(t -> t.name().endsWith(".weight") && rules.isEmbeddings(module(t.name())))
            .findFirst();
    boolean tied = tensors.keySet().stream().noneMatch(name -> rules.isOutput(module(name)));
    if (!changes || !tied || embeddings.isEmpty()) {
      return;
    }
    if (adapter.isTied()) {
      throw new SourceException(
          "%s: ensure_weight_tying is set, so that embeddings and output change together, which jora does not"
                  .formatted(adapter.folder())
              + " know; merge it with PEFT (merge_and_unload) and convert the model");
    }
    tensors.put(OUTPUT, new Renamed(OUTPUT, embeddings.get()));
  }

  private boolean isEnd(String module) {
    return rules.isEmbeddings(module) || rules.isOutput(module);
  }

  private static String module(String name) {
    return name.endsWith(".weight") ? name.substring(0, name.length() - 7) : name;
  }

  private void replace(String name, SourceTensor tensor) {
    SourceTensor old = tensors.get(name);
    if (old == null) {
      throw new SourceException(
          "%s: the base has no tensor %s; was the adapter made for another model?"
              .formatted(adapter.folder(), name));
    }
    if (!Arrays.equals(old.shape(), tensor.shape())) {
      throw new SourceException(
          "%s: tensor %s: expected shape %s as the base has it, found %s; one of the two has other tokens"
              .formatted(
                  adapter.folder(),
                  name,
                  Arrays.toString(old.shape()),
                  Arrays.toString(tensor.shape())));
    }
    tensors.put(name, new Renamed(name, tensor));
  }

  private void merge(String module) {
    String name = module + ".weight";
    SourceTensor weight = tensors.get(name);
    if (weight == null) {
      throw new SourceException(
          "%s: module %s: the base has no tensor %s; was the adapter made for another model?"
              .formatted(adapter.folder(), module, name));
    }
    long[] extents = rules.extents(adapter, module);
    if (!Arrays.equals(weight.shape(), extents)) {
      throw new SourceException(
          "%s: module %s: expected an adapter of %s, as the base's weight, found one of %s"
              .formatted(
                  adapter.folder(),
                  module,
                  Arrays.toString(weight.shape()),
                  Arrays.toString(extents)));
    }
    tensors.put(name, new Merged(weight, module));
  }

  private record Renamed(String name, SourceTensor tensor) implements SourceTensor {
    @Override
    public ElementType type() {
      return tensor.type();
    }

    @Override
    public long[] shape() {
      return tensor.shape();
    }

    @Override
    public MemorySegment read(Arena arena) {
      return tensor.read(arena);
    }
  }

  /** A weight and what the adapter adds to it. */
  private final class Merged implements SourceTensor {
    private final SourceTensor weight;
    private final String module;

    Merged(SourceTensor weight, String module) {
      this.weight = weight;
      this.module = module;
    }

    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public ElementType type() {
      return ElementType.F32;
    }

    @Override
    public long[] shape() {
      return weight.shape();
    }

    /** The arena must be a shared one. */
    @Override
    public MemorySegment read(Arena arena) {
      LowRank change = rules.product(adapter, module);
      double by = scale * adapter.scale(module);
      float[] lengths = adapter.magnitude(module);
      // Outputs are the columns of what PEFT transposes: of tables and of Conv1D.
      boolean byColumns = rules.isTransposed(module) || adapter.isTable(module);
      requireLengths(lengths, byColumns ? change.columns() : change.rows());
      int rows = change.rows();
      int columns = change.columns();
      MemorySegment out = arena.allocate(4L * rows * columns, 64);
      try (Arena own = Arena.ofShared()) {
        Values.Reader values = Values.reader(weight, own);
        double[] factors =
            lengths != null && byColumns ? factors(values, change, by, lengths) : null;
        pool.run(
            rows,
            1,
            (from, to, _) -> {
              double[] sum = new double[columns];
              for (int i = from; i < to; i++) {
                sum(values, change, by, i, sum);
                if (factors != null) {
                  Arrays.setAll(sum, j -> sum[j] * factors[j]);
                } else if (lengths != null) {
                  toLength(sum, lengths[i]);
                }
                for (int j = 0; j < columns; j++) {
                  out.setAtIndex(F32, (long) i * columns + j, (float) sum[j]);
                }
              }
            });
        values.release();
      }
      return out;
    }

    private void requireLengths(float[] lengths, int outputs) {
      if (lengths != null && lengths.length != outputs) {
        throw new SourceException(
            "%s: module %s: expected %d magnitudes, one for each output, found %d"
                .formatted(adapter.folder(), module, outputs, lengths.length));
      }
      if (lengths == null && adapter.isDecomposed()) {
        throw new SourceException(
            "%s: module %s: expected a lora_magnitude_vector, as use_dora is set, found none"
                .formatted(adapter.folder(), module));
      }
    }
  }

  /** DoRA: an output's direction is that of the sum, its length is learned. */
  private static void toLength(double[] row, double length) {
    double squares = 0;
    for (double value : row) {
      squares += value * value;
    }
    double factor = length / Math.sqrt(squares);
    for (int j = 0; j < row.length; j++) {
      row[j] *= factor;
    }
  }

  /** The same where outputs are columns: by what each of them is multiplied. */
  private static double[] factors(
      Values.Reader values, LowRank change, double by, float[] lengths) {
    double[] factors = new double[lengths.length];
    double[] sum = new double[lengths.length];
    for (int i = 0; i < change.rows(); i++) {
      sum(values, change, by, i, sum);
      for (int j = 0; j < sum.length; j++) {
        factors[j] += sum[j] * sum[j];
      }
    }
    Arrays.setAll(factors, j -> lengths[j] / Math.sqrt(factors[j]));
    return factors;
  }

  /** Row i of weight and change. */
  private static void sum(Values.Reader values, LowRank change, double by, int i, double[] sum) {
    Arrays.setAll(sum, j -> values.at((long) i * sum.length + j));
    change.addRow(i, by, sum);
  }

  @Override
  public SequencedMap<String, SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public OpenedFiles opened() {
    return base.opened();
  }

  @Override
  public void close() {
    base.close();
  }
}
