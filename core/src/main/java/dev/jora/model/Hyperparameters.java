package dev.jora.model;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The numbers that size a model, read from the keys {@code ARCHITECTURE.*} of its file and checked.
 * Values that may differ from layer to layer are arrays of {@link #blockCount} entries.
 */
public final class Hyperparameters {
  /** More layers than any model has; a file that claims more is damaged. */
  private static final int MAX_LAYERS = 512;

  private static final int MAX_EXPERTS = 1024;

  private final GgufMetadata metadata;
  private final String prefix;
  private final String architecture;
  private final int blockCount;
  private final int contextLength;
  private final int embeddingLength;
  private final int[] headCount;
  private final int[] headCountKv;
  private final int[] feedForwardLength;
  private final int keyLength;
  private final int valueLength;
  private final int ropeDimensions;
  private final int expertCount;
  private final int expertUsedCount;
  private final int expertGroupCount;
  private final int expertGroupUsedCount;

  /** Reads and checks the keys of the architecture that {@code metadata} names. */
  public Hyperparameters(GgufMetadata metadata) {
    this.metadata = metadata;
    this.architecture = metadata.string("general.architecture");
    this.prefix = architecture + ".";
    this.blockCount = within("block_count", integer("block_count"), 1, MAX_LAYERS);
    this.contextLength = within("context_length", integer("context_length"), 1, 1 << 30);
    this.embeddingLength = within("embedding_length", integer("embedding_length"), 1, 1 << 24);
    this.headCount = perLayer("attention.head_count");
    boolean grouped = contains("attention.head_count_kv");
    this.headCountKv = grouped ? perLayer("attention.head_count_kv") : headCount.clone();
    this.feedForwardLength = perLayer("feed_forward_length", 0);
    for (int i = 0; i < blockCount; i++) {
      within("attention.head_count", headCount[i], 0, 1 << 16);
      within("attention.head_count_kv", headCountKv[i], 0, headCount[i]);
      within("feed_forward_length", feedForwardLength[i], 0, 1 << 24);
      if (headCountKv[i] > 0 && headCount[i] % headCountKv[i] != 0) {
        throw fault("attention.head_count_kv", "a divisor of " + headCount[i], "" + headCountKv[i]);
      }
    }
    this.keyLength = headSize("attention.key_length");
    this.valueLength = headSize("attention.value_length");
    this.ropeDimensions = turned("rope.dimension_count", keyLength);
    this.expertCount = within("expert_count", integer("expert_count", 0), 0, MAX_EXPERTS);
    int used = expertCount == 0 ? integer("expert_used_count", 0) : integer("expert_used_count");
    this.expertUsedCount = within("expert_used_count", used, expertCount == 0 ? 0 : 1, expertCount);
    int most = Math.max(1, expertCount);
    int groups =
        Math.max(1, within("expert_group_count", integer("expert_group_count", 1), 0, most));
    int usedGroups = integer("expert_group_used_count", groups);
    this.expertGroupCount = groups;
    this.expertGroupUsedCount =
        Math.max(1, within("expert_group_used_count", usedGroups, 0, groups));
    if (expertCount % groups != 0) {
      throw fault("expert_group_count", "a divisor of " + expertCount, "" + groups);
    }
  }

  /** {@code general.architecture}. */
  public String architecture() {
    return architecture;
  }

  /** Layers. */
  public int blockCount() {
    return blockCount;
  }

  /** Positions the model was trained for. */
  public int contextLength() {
    return contextLength;
  }

  /** Positions before its context was lengthened by another RoPE. */
  public int originalContext() {
    String key = "rope.scaling.original_context_length";
    return within(key, integer(key, contextLength), 1, Integer.MAX_VALUE);
  }

  /** Width of the residual stream. */
  public int embeddingLength() {
    return embeddingLength;
  }

  /** Query heads of layer {@code il}; 0 where it has no attention. */
  public int headCount(int il) {
    return headCount[il];
  }

  /** Key and value heads of layer {@code il}; 0 where it has no attention. */
  public int headCountKv(int il) {
    return headCountKv[il];
  }

  /**
   * Width of the feed-forward block of layer {@code il}; 0 where the file does not say it, as one
   * of experts only need not.
   */
  public int feedForwardLength(int il) {
    return feedForwardLength[il];
  }

  /** Values per head of q and k. */
  public int keyLength() {
    return keyLength;
  }

  /** Values per head of v. */
  public int valueLength() {
    return valueLength;
  }

  /** Values per head that RoPE turns, the first ones. */
  public int ropeDimensions() {
    return ropeDimensions;
  }

  /** True if pairs are shared out to the positions that a part of a picture has; text has one. */
  public boolean ropeHasSections() {
    String key = prefix + "rope.dimension_sections";
    int[] pairs = metadata.contains(key) ? metadata.integers(key) : new int[0];
    return pairs.length > 1 && pairs[0] > 0 && pairs[1] > 0;
  }

  /** Experts per layer; 0 for a dense model. */
  public int expertCount() {
    return expertCount;
  }

  /** Experts a token goes through. */
  public int expertUsedCount() {
    return expertUsedCount;
  }

  /** Groups of experts, 1 for none. */
  public int expertGroupCount() {
    return expertGroupCount;
  }

  /** Groups that the experts of a token come from. */
  public int expertGroupUsedCount() {
    return expertGroupUsedCount;
  }

  /** True if the file has {@code ARCHITECTURE.key}. */
  public boolean contains(String key) {
    return metadata.contains(prefix + key);
  }

  /** A fault if there is no {@code ARCHITECTURE.key}, an integer. */
  public void require(String key) {
    if (!contains(key)) {
      throw fault(key, "an integer", "no such key");
    }
  }

  /** The integer {@code ARCHITECTURE.key}. */
  public int integer(String key) {
    return metadata.integer(prefix + key);
  }

  /** The integer {@code ARCHITECTURE.key}, or {@code fallback}. */
  public int integer(String key, int fallback) {
    return metadata.integer(prefix + key, fallback);
  }

  /** The finite number {@code ARCHITECTURE.key}, or {@code fallback}. */
  public float floating(String key, float fallback) {
    float value = metadata.floating(prefix + key, fallback);
    if (!Float.isFinite(value)) {
      throw fault(key, "a finite number", "" + value);
    }
    return value;
  }

  /** The positive number {@code ARCHITECTURE.key}. */
  public float positive(String key, float fallback) {
    float value = floating(key, fallback);
    if (!(value > 0)) {
      throw fault(key, "a number above 0", "" + value);
    }
    return value;
  }

  /** The number {@code ARCHITECTURE.key}, 0 or more. */
  public float notNegative(String key, float fallback) {
    float value = floating(key, fallback);
    if (value < 0) {
      throw fault(key, "0 or a number above", "" + value);
    }
    return value;
  }

  /** The string {@code ARCHITECTURE.key}, or {@code fallback}. */
  public String string(String key, String fallback) {
    return metadata.string(prefix + key, fallback);
  }

  /** The bool {@code ARCHITECTURE.key}, or {@code fallback}. */
  public boolean bool(String key, boolean fallback) {
    return metadata.bool(prefix + key, fallback);
  }

  /** {@code ARCHITECTURE.classifier.output_labels}; empty where the file has none. */
  public List<String> labels() {
    String key = prefix + "classifier.output_labels";
    return metadata.contains(key) ? List.copyOf(metadata.strings(key)) : List.of();
  }

  /** A fault in the value of {@code ARCHITECTURE.key}. */
  public GgufException fault(String key, String expected, String found) {
    return metadata.fault(prefix + key, expected, found);
  }

  /** {@code value}, or a fault if it lies outside [least, most]. */
  public int within(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw fault(key, "a number from " + least + " to " + most, "" + value);
    }
    return value;
  }

  /** How many of {@code size} values of a head turn: an even number, all without such a key. */
  public int turned(String key, int size) {
    int value = within(key, integer(key, size), 0, size);
    if (value % 2 != 0) {
      throw fault(key, "an even number", "" + value);
    }
    return value;
  }

  /** {@code value}, or a fault if it is no divisor of {@code whole}. */
  public int divisor(String key, int value, int whole) {
    if (value < 1 || whole % value != 0) {
      throw fault(key, "a divisor of " + whole, "" + value);
    }
    return value;
  }

  /** Finite numbers of a key without the architecture's name: one for all layers, or one each. */
  public float[] perLayerFloats(String key) {
    float[] values = new float[blockCount];
    if (metadata.get(key).orElse(null) instanceof GgufValue.Arr) {
      values = metadata.floats(key);
      if (values.length != blockCount) {
        throw metadata.fault(key, "one value per layer, " + blockCount, values.length + " values");
      }
    } else {
      Arrays.fill(values, metadata.floating(key));
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw metadata.fault(key, "finite numbers", "" + value);
      }
    }
    return values;
  }

  /**
   * Layers that {@code attention.sliding_window_pattern} gives windows: a bool for each, or how
   * many layers there are to one that sees all.
   *
   * @param period where the key is absent
   * @param fullFirst the first of the period sees all, not the last
   */
  public IntPredicate windowed(int period, boolean fullFirst) {
    String key = "attention.sliding_window_pattern";
    if (metadata.get(prefix + key).orElse(null) instanceof GgufValue.Arr) {
      boolean[] windowed = perLayerBools(key, il -> true);
      return il -> windowed[il];
    }
    int n = within(key, integer(key, period), 0, 1 << 10);
    return il -> n == 0 || (fullFirst ? il % n != 0 : il % n < n - 1);
  }

  /** A bool for each layer, or where the key is absent what {@code fallback} says. */
  public boolean[] perLayerBools(String key, IntPredicate fallback) {
    boolean[] values = new boolean[blockCount];
    if (!contains(key)) {
      for (int il = 0; il < blockCount; il++) {
        values[il] = fallback.test(il);
      }
      return values;
    }
    values = flags(prefix + key);
    if (values.length != blockCount) {
      throw fault(key, "one value per layer, " + blockCount, values.length + " values");
    }
    return values;
  }

  /** An array of bools, or of integers that stand for them. */
  private boolean[] flags(String key) {
    if (!(metadata.get(key).orElse(null) instanceof GgufValue.Ints)) {
      return metadata.bools(key);
    }
    int[] numbers = metadata.integers(key);
    boolean[] flags = new boolean[numbers.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = numbers[i] != 0;
    }
    return flags;
  }

  private int headSize(String key) {
    if (contains(key)) {
      return within(key, integer(key), 1, 1 << 16);
    }
    int heads = 0; // of the first layer that has any
    for (int il = 0; il < blockCount && heads == 0; il++) {
      heads = headCount[il];
    }
    if (heads == 0) {
      return 0;
    }
    if (embeddingLength % heads != 0) {
      throw fault(
          "attention.head_count", "a divisor of embedding_length " + embeddingLength, "" + heads);
    }
    return embeddingLength / heads;
  }

  /** {@code perLayer(key)}, or {@code fallback} for all layers where the key is absent. */
  private int[] perLayer(String key, int fallback) {
    if (contains(key)) {
      return perLayer(key);
    }
    int[] values = new int[blockCount];
    Arrays.fill(values, fallback);
    return values;
  }

  /** One value for all layers, or an array with one per layer. */
  private int[] perLayer(String key) {
    int[] values = new int[blockCount];
    GgufValue value = metadata.get(prefix + key).orElse(null);
    if (value instanceof GgufValue.Arr array) {
      if (array.size() != blockCount) {
        throw fault(key, "one value per layer, " + blockCount, array.size() + " values");
      }
      return metadata.integers(prefix + key);
    }
    Arrays.fill(values, integer(key));
    return values;
  }
}
