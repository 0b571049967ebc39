package dev.jora.bench;

import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Writes a {@link SyntheticShape} down as a file has it, with what most architectures share. */
final class ShapeBuilder {
  private final String name;
  private final String label;
  private final String architecture;
  private final Map<String, GgufValue> keys = new LinkedHashMap<>();
  private final List<SyntheticTensor> tensors = new ArrayList<>();
  private int layers;
  private int embedding;
  private String place = "";

  ShapeBuilder(String name, String label, String architecture) {
    this.name = name;
    this.label = label;
    this.architecture = architecture;
  }

  SyntheticShape build() {
    return new SyntheticShape(
        name, label, architecture, Collections.unmodifiableMap(keys), List.copyOf(tensors));
  }

  // ---- keys --------------------------------------------------------------------------------

  /** A key of the architecture. */
  ShapeBuilder key(String key, GgufValue value) {
    return globalKey(architecture + "." + key, value);
  }

  /** A key without the architecture before it. */
  ShapeBuilder globalKey(String key, GgufValue value) {
    keys.put(key, value);
    return this;
  }

  ShapeBuilder key(String key, int value) {
    return key(key, new GgufValue.Int(GgufType.UINT32, value));
  }

  ShapeBuilder key(String key, double value) {
    return key(key, new GgufValue.F32((float) value));
  }

  ShapeBuilder key(String key, String value) {
    return key(key, new GgufValue.Str(value));
  }

  ShapeBuilder key(String key, long... values) {
    return key(key, new GgufValue.Ints(GgufType.INT32, values));
  }

  /** A key with a truth for every layer. */
  ShapeBuilder key(String key, IntPredicate ofLayer) {
    boolean[] values = new boolean[layers];
    for (int il = 0; il < layers; il++) {
      values[il] = ofLayer.test(il);
    }
    return key(key, new GgufValue.Bools(values));
  }

  /** A key without the architecture before it, with the same number for every layer. */
  ShapeBuilder perLayer(String key, double value) {
    float[] values = new float[layers];
    Arrays.fill(values, (float) value);
    return globalKey(key, new GgufValue.F32s(values));
  }

  /** The keys that all have, and token embeddings. */
  ShapeBuilder size(int layers, int embedding, int feedForward, int vocabulary, int context) {
    this.layers = layers;
    this.embedding = embedding;
    key("block_count", layers);
    key("context_length", context);
    key("embedding_length", embedding);
    key("feed_forward_length", feedForward);
    key("vocab_size", vocabulary);
    key("attention.layer_norm_rms_epsilon", 1e-5);
    return weights("token_embd.weight", embedding, vocabulary);
  }

  /** The keys of attention; {@code kvHeads} is one for all layers or one for each. */
  ShapeBuilder heads(int heads, int headDim, double ropeBase, long... kvHeads) {
    key("attention.head_count", heads);
    if (kvHeads.length == 1) {
      key("attention.head_count_kv", (int) kvHeads[0]);
    } else {
      key("attention.head_count_kv", kvHeads);
    }
    key("attention.key_length", headDim);
    key("attention.value_length", headDim);
    key("rope.dimension_count", headDim);
    return key("rope.freq_base", ropeBase);
  }

  // ---- tensors -----------------------------------------------------------------------------

  /** Work on a layer. */
  interface Layer {
    void write(int il);
  }

  /** All layers; the names of their tensors follow {@code blk.N.}. */
  ShapeBuilder layers(Layer layer) {
    IntStream.range(0, layers)
        .forEach(
            il -> {
              place = "blk." + il + ".";
              layer.write(il);
            });
    place = "";
    return this;
  }

  /** Random weights of a type that the recipe chooses. */
  ShapeBuilder weights(String tensor, long... ne) {
    return tensor(tensor, true, Float.NaN, ne);
  }

  /** Random weights that are F32 in every recipe. */
  ShapeBuilder floats(String tensor, long... ne) {
    return tensor(tensor, false, Float.NaN, ne);
  }

  /** Values that are all the same. */
  ShapeBuilder fill(String tensor, double value, long... ne) {
    return tensor(tensor, false, (float) value, ne);
  }

  private ShapeBuilder tensor(String tensor, boolean quantized, float value, long... ne) {
    tensors.add(new SyntheticTensor(place + tensor, Shape.of(ne), quantized, value));
    return this;
  }

  /** Norms over {@code n} values. */
  ShapeBuilder norms(long n, String... names) {
    for (String norm : names) {
      fill(norm + ".weight", 1, n);
    }
    return this;
  }

  /** Norms of the residual stream. */
  ShapeBuilder norms(String... names) {
    return norms(embedding, names);
  }

  /** The last norm, and an output of its own. */
  ShapeBuilder output(int vocabulary) {
    return norms("output_norm").weights("output.weight", embedding, vocabulary);
  }

  /** q, k, v and output. */
  ShapeBuilder attention(long q, long kv) {
    weights("attn_q.weight", embedding, q);
    weights("attn_k.weight", embedding, kv);
    weights("attn_v.weight", embedding, kv);
    return weights("attn_output.weight", q, embedding);
  }

  /** Gate, up and down. */
  ShapeBuilder feedForward(long width) {
    weights("ffn_gate.weight", embedding, width);
    weights("ffn_up.weight", embedding, width);
    return weights("ffn_down.weight", width, embedding);
  }

  /** A router, and gate, up and down of {@code count} experts. */
  ShapeBuilder experts(long count, long width) {
    floats("ffn_gate_inp.weight", embedding, count);
    weights("ffn_gate_exps.weight", embedding, width, count);
    weights("ffn_up_exps.weight", embedding, width, count);
    return weights("ffn_down_exps.weight", width, embedding, count);
  }
}
