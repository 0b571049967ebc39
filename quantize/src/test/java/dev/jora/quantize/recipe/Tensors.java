package dev.jora.quantize.recipe;

import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Tensor tables of models that are not there: names and shapes, all BF16. */
final class Tensors {
  private final List<TensorInfo> infos = new ArrayList<>();

  Tensors add(String name, long... ne) {
    infos.add(new TensorInfo(name, GgmlType.BF16, Shape.of(ne), 0));
    return this;
  }

  Tensors addLayer(int layer, String name, long... ne) {
    return add("blk." + layer + "." + name, ne);
  }

  /** Queries, keys, values and output of one layer. */
  Tensors attention(int layer, long embd, long queries, long keys) {
    return addLayer(layer, "attn_norm.weight", embd)
        .addLayer(layer, "attn_q.weight", embd, queries)
        .addLayer(layer, "attn_k.weight", embd, keys)
        .addLayer(layer, "attn_v.weight", embd, keys)
        .addLayer(layer, "attn_output.weight", queries, embd);
  }

  /** Gate, up and down of one layer. */
  Tensors feedForward(int layer, String suffix, long embd, long ff, long... experts) {
    return addLayer(layer, "ffn_gate" + suffix, with(experts, embd, ff))
        .addLayer(layer, "ffn_up" + suffix, with(experts, embd, ff))
        .addLayer(layer, "ffn_down" + suffix, with(experts, ff, embd));
  }

  private static long[] with(long[] experts, long ne0, long ne1) {
    return experts.length == 0 ? new long[] {ne0, ne1} : new long[] {ne0, ne1, experts[0]};
  }

  List<TensorInfo> infos() {
    return infos;
  }

  /** In the order of a file. */
  List<OutputTensor> sorted() {
    return TensorOrder.sorted(infos);
  }

  /** A plain dense model; tied if {@code output} is false. */
  static Tensors dense(
      long embd, long ff, long vocab, int layers, long queries, long keys, boolean output) {
    Tensors tensors = new Tensors().add("token_embd.weight", embd, vocab);
    tensors.add("output_norm.weight", embd);
    if (output) {
      tensors.add("output.weight", embd, vocab);
    }
    for (int layer = 0; layer < layers; layer++) {
      tensors.attention(layer, embd, queries, keys);
      tensors.addLayer(layer, "ffn_norm.weight", embd).feedForward(layer, ".weight", embd, ff);
    }
    return tensors;
  }

  /** Llama 3.1 8B. */
  static Tensors llama8B() {
    return dense(4096, 14336, 128256, 32, 4096, 1024, true);
  }

  static final ModelShape LLAMA_8B = new ModelShape("llama", 32, 32, 8, 0);
}
