package dev.jora.model;

import dev.jora.gguf.FileKind;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.OpenedFiles;
import dev.jora.model.DecoderSpec.QkNorm;
import dev.jora.model.arch.Architectures;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model of a file: what it is, and its tensors bound to their parts with every shape checked.
 * Immutable, shared by any number of decoders; the file must stay open.
 *
 * @param files where the tensors lie, as they were when they were opened
 * @param tokenEmbeddings [vocabulary, n_embd]
 * @param positionEmbeddings [context, n_embd], or null
 * @param output [vocabulary, n_embd]; the token embeddings where the file ties them
 * @param ropeFactors divisors of RoPE frequencies, or null
 * @param tensors all of the file, by name
 * @param tensorBytes bytes of all tensors
 * @param parameters values of all tensors
 * @param unused tensors of the file that the architecture has no use for
 */
public record Model(
    OpenedFiles files,
    GgufMetadata metadata,
    Hyperparameters hyperparameters,
    DecoderSpec spec,
    Tensor tokenEmbeddings,
    Tensor positionEmbeddings,
    List<LayerTensors> layers,
    Linear outputNorm,
    Linear output,
    float[] ropeFactors,
    Map<String, Tensor> tensors,
    long tensorBytes,
    long parameters,
    List<String> unused) {

  /**
   * Binds the tensors of a file.
   *
   * @throws GgufException for a file that is no model, an unknown architecture, a bad
   *     hyper-parameter, a tensor that is missing or of the wrong shape
   */
  public static Model of(GgufFile file) {
    return of(file.opened(), file.metadata(), file.tensors());
  }

  /**
   * Binds tensors wherever they lie: what {@link #of(GgufFile)} does with those of a file.
   *
   * @throws GgufException likewise
   */
  public static Model of(GgufMetadata metadata, Map<String, Tensor> tensors) {
    return of(OpenedFiles.NONE, metadata, tensors);
  }

  private static Model of(OpenedFiles files, GgufMetadata metadata, Map<String, Tensor> tensors) {
    FileKind.requireModel(metadata);
    String architecture = metadata.string("general.architecture");
    if (!Architectures.contains(architecture)) {
      throw metadata.fault(
          "general.architecture",
          "one of " + String.join(", ", Architectures.names()),
          architecture);
    }
    Hyperparameters h = new Hyperparameters(metadata);
    DecoderSpec spec = Architectures.spec(h);
    return new Binder(files, metadata, tensors, h, spec).bind();
  }

  /** Token ids are below this. */
  public int vocabularySize() {
    return Math.toIntExact(tokenEmbeddings.shape().ne1());
  }

  /** Positions the model was trained for. */
  public int contextLength() {
    return hyperparameters.contextLength();
  }

  /** Finds every tensor of an architecture by the names GGUF gives them. */
  private static final class Binder {
    private final OpenedFiles files;
    private final GgufMetadata metadata;
    private final Map<String, Tensor> tensors;
    private final Hyperparameters h;
    private final DecoderSpec spec;
    private final TensorTable table;
    private final int embedding;

    Binder(
        OpenedFiles files,
        GgufMetadata metadata,
        Map<String, Tensor> tensors,
        Hyperparameters h,
        DecoderSpec spec) {
      this.files = files;
      this.metadata = metadata;
      this.tensors = tensors;
      this.h = h;
      this.spec = spec;
      this.table = new TensorTable(metadata.file(), h.architecture(), tensors);
      this.embedding = h.embeddingLength();
    }

    Model bind() {
      Tensor tokens = tensors.get("token_embd.weight");
      long vocabulary = tokens == null ? 1 : tokens.shape().ne1();
      tokens = table.required("token_embd.weight", embedding, vocabulary);
      boolean learned = spec.position() == DecoderSpec.Position.LEARNED;
      Tensor positions =
          learned ? table.required("position_embd.weight", embedding, h.contextLength()) : null;
      List<LayerTensors> layers = new ArrayList<>();
      for (int il = 0; il < h.blockCount(); il++) {
        layers.add(layer(il));
      }
      Linear outputNorm = table.norm("output_norm", embedding);
      Tensor untied = table.optional("output.weight", embedding, vocabulary);
      Linear output =
          new Linear(untied == null ? tokens : untied, table.optional("output.bias", vocabulary));
      long bytes = tensors.values().stream().mapToLong(Tensor::bytes).sum();
      long parameters = tensors.values().stream().mapToLong(t -> t.shape().elements()).sum();
      return new Model(
          files,
          metadata,
          h,
          spec,
          tokens,
          positions,
          List.copyOf(layers),
          outputNorm,
          output,
          ropeFactors(),
          tensors,
          bytes,
          parameters,
          table.unused());
    }

    private LayerTensors layer(int il) {
      String blk = "blk." + il + ".";
      for (String name : spec.required()) {
        if (!table.contains(blk + name)) {
          throw new GgufException(
              metadata.file(),
              -1,
              "tensor " + blk + name,
              "a tensor that architecture " + h.architecture() + " needs",
              "no such tensor");
        }
      }
      long q = (long) h.headCount(il) * h.keyLength();
      long k = (long) h.headCountKv(il) * h.keyLength();
      long v = (long) h.headCountKv(il) * h.valueLength();
      List<Linear> qkv =
          table.contains(blk + "attn_qkv.weight")
              ? table.fused(blk + "attn_qkv", embedding, q, k, v)
              : List.of(
                  table.linear(blk + "attn_q", embedding, q),
                  table.linear(blk + "attn_k", embedding, k),
                  table.linear(blk + "attn_v", embedding, v));
      long heads = (long) h.headCount(il) * h.valueLength();
      boolean ffnNormRequired = spec.preNorm() && !spec.parallel();
      return new LayerTensors(
          spec.preNorm() ? table.norm(blk + "attn_norm", embedding) : null,
          qkv.get(0),
          qkv.get(1),
          qkv.get(2),
          headNorm(blk + "attn_q_norm", h.headCount(il)),
          headNorm(blk + "attn_k_norm", h.headCountKv(il)),
          table.linear(blk + "attn_output", heads, embedding),
          spec.postNorm() ? table.norm(blk + "post_attention_norm", embedding) : null,
          ffnNormRequired
              ? table.norm(blk + "ffn_norm", embedding)
              : table.optionalNorm(blk + "ffn_norm", embedding),
          table.contains(blk + "ffn_gate_inp.weight") ? mixture(il) : dense(il),
          spec.postNorm() ? table.norm(blk + "post_ffw_norm", embedding) : null);
    }

    /** A norm over each head, with the same weights or its own, or over the row of all heads. */
    private Linear headNorm(String name, int heads) {
      if (spec.qkNorm() == QkNorm.NONE
          || spec.qkNorm() == QkNorm.OPTIONAL && !table.contains(name + ".weight")) {
        return null;
      }
      Tensor weight = tensors.get(name + ".weight");
      int dim = h.keyLength();
      if (weight != null && weight.shape().dims() == 2) {
        return new Linear(table.required(name + ".weight", dim, heads), null);
      }
      boolean row = weight != null && weight.shape().ne0() != dim;
      return table.norm(name, row ? (long) dim * heads : dim);
    }

    private LayerTensors.Dense dense(int il) {
      String ffn = "blk." + il + ".ffn_";
      h.require("feed_forward_length");
      long width = h.feedForwardLength(il);
      if (!spec.gated()) {
        return new LayerTensors.Dense(
            null,
            table.linear(ffn + "up", embedding, width),
            table.linear(ffn + "down", width, embedding));
      }
      if (!table.contains(ffn + "gate.weight")) {
        List<Linear> both = table.fused(ffn + "up", embedding, width, width);
        return new LayerTensors.Dense(
            both.get(0), both.get(1), table.linear(ffn + "down", width, embedding));
      }
      return dense(ffn, "", width);
    }

    private LayerTensors.Dense dense(String ffn, String suffix, long width) {
      return new LayerTensors.Dense(
          table.linear(ffn + "gate" + suffix, embedding, width),
          table.linear(ffn + "up" + suffix, embedding, width),
          table.linear(ffn + "down" + suffix, width, embedding));
    }

    private LayerTensors.Mixture mixture(int il) {
      String ffn = "blk." + il + ".ffn_";
      int experts = h.expertCount();
      if (experts == 0) {
        throw h.fault("expert_count", "the number of experts, as the file has experts", "0");
      }
      if (!h.contains("expert_feed_forward_length")) {
        h.require("feed_forward_length");
      }
      long width = h.integer("expert_feed_forward_length", h.feedForwardLength(il));
      LayerTensors.Dense shared = null;
      if (table.contains(ffn + "gate_shexp.weight")) {
        shared = dense(ffn, "_shexp", h.integer("expert_shared_feed_forward_length", (int) width));
      }
      return new LayerTensors.Mixture(
          table.required(ffn + "gate_inp.weight", embedding, experts),
          table.required(ffn + "gate_exps.weight", embedding, width, experts),
          table.required(ffn + "up_exps.weight", embedding, width, experts),
          table.required(ffn + "down_exps.weight", width, embedding, experts),
          shared,
          table.optional(ffn + "gate_inp_shexp.weight", embedding));
    }

    private float[] ropeFactors() {
      int pairs = h.ropeDimensions() / 2;
      Tensor factors = table.optional("rope_freqs.weight", pairs);
      if (factors == null) {
        return null;
      }
      float[] values = new float[pairs];
      BlockFormats.of(factors.type()).dequantize(factors.data(), 0, values, 0, pairs);
      for (float value : values) {
        if (!(value > 0) || Float.isInfinite(value)) {
          throw new GgufException(
              metadata.file(), -1, "tensor rope_freqs.weight", "factors above 0", "" + value);
        }
      }
      return values;
    }
  }
}
