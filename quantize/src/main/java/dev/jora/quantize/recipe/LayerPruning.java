package dev.jora.quantize.recipe;

import dev.jora.fault.Parameter;
import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * {@code --prune-layers}: some layers are dropped, those behind them move up.
 *
 * <p>llama.cpp renames tensors and rewrites {@code block_count}, and leaves metadata that speak of
 * single layers as they are. Here they follow, because the new file would not load or would run
 * wrongly without: arrays with one element for each layer, {@code leading_dense_block_count},
 * {@code nextn_predict_layers} and {@code attention.shared_kv_layers}. What a single number or the
 * architecture says about a pattern of layers (every sixth one attends to everything) cannot
 * follow: {@link #byPlace} names it. Tensors that hold all layers side by side are refused.
 */
public final class LayerPruning {
  private static final Parameter PARAMETER = new Parameter("prune_layers");
  private static final Pattern BLOCK = Pattern.compile("\\bblk\\.(\\d{1,9})\\.");

  /** Arrays that never have an element for each layer, whatever their length is. */
  private static final String SECTIONS = "rope.dimension_sections";

  /** A range of columns or rows for each layer. */
  private static final Pattern SIDE_BY_SIDE =
      Pattern.compile("per_layer_(token_embd|model_proj)\\b.*");

  /** Keys of a number that says which layers differ by counting them. */
  private static final List<String> COUNTING =
      List.of(
          "attention.sliding_window_pattern",
          "attention.full_attention_interval",
          "full_attention_interval",
          "interleave_moe_layer_step",
          "no_rope_layer_interval");

  /** Architectures whose layers differ by counting them, unless an array says it of each. */
  private static final Set<String> PATTERNED =
      Set.of(
          "gemma2",
          "gemma3",
          "gemma3n",
          "cohere2",
          "smollm3",
          "llama4",
          "exaone4",
          "gpt-oss",
          "olmo3",
          "qwen3next");

  private final NavigableSet<Integer> dropped;
  private final int blockCount;

  private LayerPruning(NavigableSet<Integer> dropped, int blockCount) {
    this.dropped = dropped;
    this.blockCount = blockCount;
  }

  /**
   * Reads {@code 1,2}.
   *
   * @param blockCount layers of the model, NextN layers included
   * @throws IllegalArgumentException if the model lacks one of these layers, or would have none
   */
  public static LayerPruning parse(String text, int blockCount) {
    NavigableSet<Integer> dropped = new TreeSet<>();
    for (String number : text.split(",", -1)) {
      if (!number.strip().matches("\\d{1,9}")) {
        throw wrong(text, "'" + number + "' is no layer; give numbers and commas, as 20,21");
      }
      int layer = Integer.parseInt(number.strip());
      if (layer >= blockCount) {
        throw wrong(text, "the model has layers 0 to " + (blockCount - 1));
      }
      dropped.add(layer);
    }
    if (dropped.size() == blockCount) {
      throw wrong(text, "this drops all layers");
    }
    return new LayerPruning(dropped, blockCount);
  }

  private static ParameterException wrong(String text, String what) {
    return new ParameterException(Sentence.of("%s %s: %s", PARAMETER, text, what));
  }

  /** The layers that are left. */
  public int blockCount() {
    return blockCount - dropped.size();
  }

  /**
   * The tensors that are left, with their new names, in llama.cpp's order.
   *
   * @throws RecipeException if one holds something of every layer, which stays with it
   */
  public List<OutputTensor> apply(List<TensorInfo> tensors) {
    List<OutputTensor> left = new ArrayList<>();
    for (OutputTensor tensor : TensorOrder.sorted(tensors)) {
      if (SIDE_BY_SIDE.matcher(tensor.name()).matches()) {
        throw new RecipeException(
            Sentence.of(
                "tensor %s holds the embeddings of all %d layers side by side: layers of such a"
                    + " model cannot be dropped; leave out %s",
                tensor.name(), blockCount, PARAMETER));
      }
      rename(tensor.name()).ifPresent(name -> left.add(new OutputTensor(name, tensor.source())));
    }
    return left;
  }

  /** The name that a tensor has afterwards; empty if it is dropped with its layer. */
  Optional<String> rename(String name) {
    Matcher matcher = BLOCK.matcher(name);
    if (!matcher.find()) {
      return Optional.of(name);
    }
    int layer = Integer.parseInt(matcher.group(1));
    if (dropped.contains(layer)) {
      return Optional.empty();
    }
    int moved = layer - dropped.headSet(layer).size();
    return Optional.of(
        name.substring(0, matcher.start(1)) + moved + name.substring(matcher.end(1)));
  }

  /** The metadata that fit the layers that are left; all keys, in their order. */
  public Map<String, GgufValue> apply(GgufMetadata metadata) {
    String prefix = metadata.string("general.architecture") + ".";
    Map<String, GgufValue> values = new LinkedHashMap<>(metadata.values());
    values.replaceAll(
        (key, value) ->
            key.startsWith(prefix) ? apply(key.substring(prefix.length()), value) : value);
    return values;
  }

  /**
   * What says by counting layers which of them differ, and so means other layers afterwards: a key,
   * or the architecture.
   */
  public Optional<String> byPlace(GgufMetadata metadata) {
    String architecture = metadata.string("general.architecture", "");
    Optional<String> key =
        COUNTING.stream()
            .map(name -> architecture + "." + name)
            .filter(name -> metadata.get(name).orElse(null) instanceof GgufValue.Int)
            .map(name -> "key " + name)
            .findFirst();
    boolean each =
        metadata.get(architecture + "." + COUNTING.getFirst()).orElse(null)
            instanceof GgufValue.Arr;
    boolean lastOnly = dropped.first() == blockCount - dropped.size();
    if (lastOnly) {
      return Optional.empty();
    }
    return key.or(
        () ->
            PATTERNED.contains(architecture) && !each
                ? Optional.of("architecture " + architecture)
                : Optional.empty());
  }

  private GgufValue apply(String key, GgufValue value) {
    return switch (value) {
      case GgufValue.Int _ when key.equals("block_count") ->
          new GgufValue.Int(GgufType.UINT32, blockCount());
      case GgufValue.Int count when key.equals("leading_dense_block_count") ->
          without(count, layer -> layer < count.value());
      case GgufValue.Int count
          when key.equals("nextn_predict_layers") || key.equals("attention.shared_kv_layers") ->
          without(count, layer -> layer >= blockCount - count.value());
      case GgufValue.Arr array when array.size() == blockCount && !key.equals(SECTIONS) ->
          left(array);
      default -> value;
    };
  }

  /** A number of layers, less those of them that are dropped. */
  private GgufValue without(GgufValue.Int count, IntPredicate counted) {
    long fewer = dropped.stream().filter(counted::test).count();
    return new GgufValue.Int(count.type(), count.value() - fewer);
  }

  private GgufValue left(GgufValue.Arr array) {
    int[] kept = IntStream.range(0, blockCount).filter(i -> !dropped.contains(i)).toArray();
    return switch (array) {
      case GgufValue.Ints(GgufType type, long[] values) ->
          new GgufValue.Ints(type, IntStream.of(kept).mapToLong(i -> values[i]).toArray());
      case GgufValue.F64s(double[] values) ->
          new GgufValue.F64s(IntStream.of(kept).mapToDouble(i -> values[i]).toArray());
      case GgufValue.Strs(List<String> values) ->
          new GgufValue.Strs(IntStream.of(kept).mapToObj(values::get).toList());
      case GgufValue.Arrs(List<GgufValue.Arr> values) ->
          new GgufValue.Arrs(IntStream.of(kept).mapToObj(values::get).toList());
      case GgufValue.F32s(float[] values) -> {
        float[] left = new float[kept.length];
        for (int i = 0; i < kept.length; i++) {
          left[i] = values[kept[i]];
        }
        yield new GgufValue.F32s(left);
      }
      case GgufValue.Bools(boolean[] values) -> {
        boolean[] left = new boolean[kept.length];
        for (int i = 0; i < kept.length; i++) {
          left[i] = values[kept[i]];
        }
        yield new GgufValue.Bools(left);
      }
    };
  }
}
