package dev.jora.convert;

import dev.jora.convert.adapter.LowRank;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.card.GeneralKeys;
import dev.jora.convert.card.ParameterCounts;
import dev.jora.convert.source.SourceException;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.Model;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.TensorRule;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A PEFT adapter's way into an adapter file of GGUF. What a family does to its weights is done to
 * the two matrices; every scale is folded into the second one, so that alpha / rank is right.
 */
public final class AdapterConversion {
  private static final String MERGE = "merge-lora merges it into the model's folder";

  /** Targets of which rows are looked up. */
  private static final Set<String> TABLES = Set.of("token_embd", "per_layer_token_embd");

  /** Targets that are no matrices of products. */
  private static final Pattern FIXED =
      Pattern.compile(
          "(.*_norm|position_embd|token_types|.*ssm_conv1d|.*shortconv\\.conv)(\\.weight)?");

  private final PeftAdapter adapter;
  private final String architecture;
  private final AdapterRules rules;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();

  /**
   * A pair of the file: of a stack, one part for each matrix.
   *
   * @param modules null where an expert is not adapted
   * @param changes of each part, or of all
   * @param isTable true for rows that are looked up
   * @param rows of the weight, of each matrix
   */
  private record Pair(
      String[] modules, List<List<Change>> changes, boolean isTable, long rows, long columns) {
    List<Change> of(int part) {
      return changes.get(changes.size() == 1 ? 0 : part);
    }

    boolean isLike(Pair other) {
      return Arrays.equals(modules, other.modules)
          && isTable == other.isTable
          && rows == other.rows
          && columns == other.columns
          && IntStream.range(0, modules.length)
              .allMatch(part -> Changes.same(of(part), other.of(part)));
    }
  }

  /**
   * Plans it.
   *
   * @param base how the model that it was made for becomes a model file
   * @throws SourceException if no adapter file can say what it does
   */
  public AdapterConversion(PeftAdapter adapter, Checkpoint base) {
    this.adapter = adapter;
    this.architecture = base.architecture();
    this.rules = new AdapterRules(base);
    if (adapter.isDecomposed()) {
      throw new SourceException(
          adapter.folder()
              + ": a DoRA adapter (use_dora) scales rows of the model's weights, which an adapter"
              + " file cannot say; "
              + MERGE);
    }
    if (!adapter.whole().isEmpty()) {
      throw new SourceException(
          "%s: the adapter has whole tensors (modules_to_save or bias), such as %s, which an adapter file cannot hold; %s"
              .formatted(adapter.folder(), adapter.whole().keySet().iterator().next(), MERGE));
    }
    for (String module : adapter.modules()) {
      if (adapter.isTied() && rules.isEmbeddings(module)) {
        throw new SourceException(
            "%s: module %s: ensure_weight_tying is set, so that it adapts the output as well, which jora does not know"
                .formatted(adapter.folder(), module));
      }
      rules.requireWhole(adapter, module);
      rules.of(adapter, module).forEach(rule -> add(module, rule));
    }
    if (pairs.isEmpty()) {
      throw new SourceException(adapter.folder() + ": the adapter changes nothing: it is empty");
    }
  }

  private void add(String module, TensorRule rule) {
    if (FIXED.matcher(rule.target()).matches()) {
      throw new SourceException(
          "%s: module %s: norms, positions and convolutions take no adapter beside the model; %s"
              .formatted(adapter.folder(), module, MERGE));
    }
    SourceName source = SourceName.of(module + ".weight");
    String target = rule.target().replace("*", Integer.toString(source.layer()));
    String name = target.endsWith(".weight") ? target : target + ".weight";
    long[] extents = rules.extents(adapter, module);
    List<List<Change>> parts = Changes.parts(rule.changes());
    if (parts.size() > 1) {
      requireShape(module, extents, (Change.Reshape) rule.changes().getFirst());
    }
    for (Change change : parts.getFirst()) {
      extents = LowRank.extents(module, extents, change);
    }
    boolean table = TABLES.contains(rule.target());
    Pair own =
        new Pair(
            new String[Math.max(parts.size(), rule.stacked())],
            parts,
            table,
            extents[0],
            extents[1]);
    Pair pair = pairs.computeIfAbsent(name, _ -> own);
    int index = rule.stacked() > 0 ? source.expert() : 0;
    if (index < 0 || index >= pair.modules().length || pair.modules()[index] != null) {
      throw new SourceException(
          "%s: module %s: %s has no place for it; was the adapter made for another model?"
              .formatted(adapter.folder(), module, name));
    }
    if (pair.rows() != own.rows() || pair.columns() != own.columns()) {
      throw new SourceException(
          "%s: module %s: expected an adapter of [%d, %d] as other experts have, found [%d, %d]"
              .formatted(
                  adapter.folder(),
                  module,
                  pair.rows(),
                  pair.columns(),
                  own.rows(),
                  own.columns()));
    }
    if (rule.stacked() > 0) {
      pair.modules()[index] = module;
    } else {
      Arrays.fill(pair.modules(), module);
    }
  }

  /** A matrix of all heads' rows. */
  private void requireShape(String module, long[] extents, Change.Reshape heads) {
    long[] shape = heads.shape();
    if (extents[0] != shape[0] * shape[1] || extents[1] != shape[2]) {
      throw new SourceException(
          "%s: module %s: expected an adapter of [%d, %d], found one of %s; was it made for another model?"
              .formatted(
                  adapter.folder(),
                  module,
                  shape[0] * shape[1],
                  shape[2],
                  Arrays.toString(extents)));
    }
  }

  /** {@code general.architecture} of the model that it is for. */
  public String architecture() {
    return architecture;
  }

  /**
   * Checks that what it adds to a tensor of the base is as large as that.
   *
   * @throws SourceException otherwise
   */
  void requireShape(String name, long[] shape) {
    String module = name.replaceFirst("\\.weight$", "");
    if (!adapter.changes(module)) {
      return;
    }
    long[] own = rules.extents(adapter, module);
    if (!Arrays.equals(shape, own)) {
      throw new SourceException(
          "%s: module %s: expected an adapter of %s, as the base's weight, found one of %s"
              .formatted(adapter.folder(), module, Arrays.toString(shape), Arrays.toString(own)));
    }
  }

  /**
   * Checks that it goes with a model file.
   *
   * @throws SourceException otherwise
   */
  void requireFit(Model model) {
    pairs.forEach(
        (name, pair) -> {
          String module = Arrays.stream(pair.modules()).filter(Objects::nonNull).findFirst().get();
          Tensor tensor = AdapterBase.tensor(model, name);
          Shape own = Shape.of(pair.columns(), pair.rows(), pair.modules().length);
          if (tensor == null || !isLike(tensor.shape(), own)) {
            throw new SourceException(
                "%s: module %s: expected a tensor %s of %s in %s, found %s; was the adapter made for another model?"
                    .formatted(
                        adapter.folder(),
                        module,
                        name,
                        pair.modules().length == 1 ? Shape.of(own.ne0(), own.ne1()) : own,
                        model.metadata().file().getFileName(),
                        tensor == null ? "none" : tensor.shape()));
          }
          if (pair.of(0).stream().anyMatch(change -> change instanceof Change.Scale)) {
            throw new SourceException(
                "%s: module %s: a %s file does not say by what its weights were scaled; give the folder of the model"
                    .formatted(adapter.folder(), module, architecture));
          }
        });
  }

  private static boolean isLike(Shape one, Shape other) {
    return one.ne0() == other.ne0() && one.ne1() == other.ne1() && one.ne2() == other.ne2();
  }

  /** True if the file would be the same. */
  boolean isLike(AdapterConversion other) {
    return architecture.equals(other.architecture)
        && pairs.keySet().equals(other.pairs.keySet())
        && pairs.entrySet().stream()
            .allMatch(each -> each.getValue().isLike(other.pairs.get(each.getKey())));
  }

  /**
   * The tensors of the file, in its order.
   *
   * @param type what they are written as; rows that its blocks do not divide are F16
   */
  public List<TensorInfo> tensors(GgmlType type) {
    List<TensorInfo> infos = new ArrayList<>();
    pairs.forEach(
        (name, pair) -> {
          int rank = rank(pair);
          infos.add(
              pair.isTable()
                  ? info(name + ".lora_a", type, pair, rank, pair.rows())
                  : info(name + ".lora_a", type, pair, pair.columns(), rank));
          infos.add(
              info(
                  name + ".lora_b",
                  type,
                  pair,
                  rank,
                  pair.isTable() ? pair.columns() : pair.rows()));
        });
    return infos;
  }

  private static TensorInfo info(String name, GgmlType type, Pair pair, long ne0, long ne1) {
    int count = pair.modules().length;
    GgmlType own = ne0 % type.blockSize() == 0 ? type : GgmlType.F16;
    return new TensorInfo(
        name, own, count == 1 ? Shape.of(ne0, ne1) : Shape.of(ne0, ne1, count), 0);
  }

  /** The rank of a stack is that of its largest matrices. */
  private int rank(Pair pair) {
    int rank = 0;
    for (String module : pair.modules()) {
      rank = module == null ? rank : Math.max(rank, adapter.rank(module));
    }
    return rank;
  }

  Map<String, GgufValue> metadata(List<TensorInfo> infos, Optional<String> name) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Str(architecture));
    metadata.put("general.type", new GgufValue.Str("adapter"));
    metadata.put("adapter.type", new GgufValue.Str("lora"));
    GeneralKeys.of(adapter.folder(), null, ParameterCounts.of(infos), name)
        .values()
        .forEach(metadata::putIfAbsent);
    metadata.put("adapter.lora.alpha", new GgufValue.F32((float) adapter.alpha()));
    metadata.put("general.quantization_version", new GgufValue.Int(GgufType.UINT32, 2));
    return metadata;
  }

  /**
   * Writes the file, whole or not at all.
   *
   * @param type as in {@link #tensors}
   * @param name of the adapter, in place of the folder's
   * @throws SourceException if the adapter is broken
   * @throws dev.jora.quantize.QuantizeException if a number does not fit the type
   * @throws java.util.concurrent.CancellationException if the listener wants an end
   */
  public List<TensorResult> write(
      Path output,
      GgmlType type,
      Optional<String> name,
      Quantizer quantizer,
      QuantizeListener listener)
      throws IOException {
    List<TensorInfo> infos = tensors(type);
    List<TensorResult> results = new ArrayList<>();
    try (GgufWriter writer = GgufWriter.create(output, metadata(infos, name), infos)) {
      int at = 0;
      for (Pair pair : pairs.values()) {
        float[][] a = new float[0][];
        float[][] b = new float[0][];
        for (int part = 0; part < pair.modules().length; part++) {
          LowRank product = product(pair, part);
          a = joined(a, pair.isTable() ? product.left() : product.right());
          b = joined(b, pair.isTable() ? LowRank.transposed(product.right()) : product.left());
        }
        for (float[][] matrix : List.of(a, b)) {
          try (Arena arena = Arena.ofShared()) {
            Tensor tensor = tensor(infos.get(at), matrix, arena);
            TensorJob job = new TensorJob(tensor, tensor.name(), infos.get(at++).type(), null);
            results.add(quantizer.write(job, writer::append, listener));
          }
        }
      }
      writer.finish();
    }
    return results;
  }

  private static float[][] joined(float[][] rows, float[][] more) {
    if (rows.length == 0) {
      return more;
    }
    float[][] all = Arrays.copyOf(rows, rows.length + more.length);
    System.arraycopy(more, 0, all, rows.length, more.length);
    return all;
  }

  /** What a module's product becomes: of the stack's rank, scaled so that alpha / rank is right. */
  private LowRank product(Pair pair, int part) {
    int rank = rank(pair);
    String module = pair.modules()[part];
    if (module == null) {
      return new LowRank(
          "", new float[(int) pair.rows()][rank], new float[rank][(int) pair.columns()]);
    }
    LowRank product = rules.product(adapter, module);
    double said = adapter.alpha() == 0 ? 1 : adapter.alpha() / rank;
    product = product.scaled((float) (adapter.scale(module) / said));
    for (Change change : pair.of(part)) {
      product = product.with(change);
    }
    return product.widened(rank);
  }

  private static Tensor tensor(TensorInfo info, float[][] rows, Arena arena) {
    long columns = info.shape().ne0();
    MemorySegment data = arena.allocate(info.shape().elements() * Float.BYTES, 64);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(
          rows[i], 0, data, ValueLayout.JAVA_FLOAT, i * columns * Float.BYTES, rows[i].length);
    }
    return new Tensor(info.name(), GgmlType.F32, info.shape(), data);
  }
}
