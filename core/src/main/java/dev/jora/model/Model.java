package dev.jora.model;

import dev.jora.gguf.FileKind;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.OpenedFiles;
import dev.jora.model.adapter.Adaptation;
import dev.jora.model.arch.Architectures;
import dev.jora.model.block.Block;
import dev.jora.model.block.BlockSpec;
import dev.jora.model.block.Linear;
import dev.jora.model.block.TensorTable;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.Shape;
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
 * @param tokenTypes what is added to every token, float32[n_embd]; or null
 * @param embeddingNorm behind the token embeddings, or null
 * @param layerInputs inputs of every layer, or null
 * @param outputNorm before the output, or null
 * @param output [vocabulary, n_embd]; the token embeddings where the file ties them; null for an
 *     encoder
 * @param head what stands behind a text's vector
 * @param ropeFactors divisors of RoPE frequencies
 * @param tensors all of the file, by name
 * @param tensorBytes bytes of all tensors
 * @param parameters values of all tensors
 * @param unused tensors of the file that the architecture has no use for, but for those of {@link
 *     #layersAhead}
 */
public record Model(
    OpenedFiles files,
    GgufMetadata metadata,
    Hyperparameters hyperparameters,
    DecoderSpec spec,
    Tensor tokenEmbeddings,
    Tensor positionEmbeddings,
    Tensor tokenTypes,
    Linear embeddingNorm,
    LayerInputs layerInputs,
    List<Layer> layers,
    Linear outputNorm,
    Linear output,
    EmbeddingHead head,
    RopeFactors ropeFactors,
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
      throw metadata.fault("general.architecture", known(architecture), architecture);
    }
    Hyperparameters h = new Hyperparameters(metadata);
    DecoderSpec spec = Architectures.spec(h);
    return new Binder(files, metadata, tensors, h, spec).bind();
  }

  /** The names most like one that is not known, as a message may list them. */
  private static String known(String architecture) {
    List<String> names = Architectures.nearest(architecture);
    List<String> first = names.subList(0, 8);
    return "one of %s or %d others (docs/architectures.md)"
        .formatted(String.join(", ", first), names.size() - first.size());
  }

  /** Token ids are below this. */
  public int vocabularySize() {
    return Math.toIntExact(tokenEmbeddings.shape().ne1());
  }

  /**
   * Reads files of what is added to it.
   *
   * @throws GgufException if one is not what it should be, or is for another model
   */
  public Adaptation read(Adaptation.Wanted wanted) {
    int width = hyperparameters.embeddingLength();
    return wanted.read(hyperparameters.architecture(), width, layers.size());
  }

  /** True if it writes: an encoder only reads. */
  public boolean writes() {
    return output != null;
  }

  /**
   * Checks that it can score a text.
   *
   * @throws GgufException otherwise
   */
  public void requireScores() {
    if (!head.scores()) {
      throw new GgufException(
          metadata.file(),
          -1,
          "tensor cls.weight",
          "a classifier (cls.weight or cls.output.weight), as rerankers have",
          "no such tensor");
    }
  }

  /** Positions the model was trained for. */
  public int contextLength() {
    return hyperparameters.contextLength();
  }

  /** Layers of the file behind the last one, which guess tokens further ahead and are not run. */
  public int layersAhead() {
    return hyperparameters.blockCount() - layers.size();
  }

  /** True for a tensor of a layer that guesses ahead. */
  boolean isAhead(String name) {
    return isAhead(name, spec, hyperparameters);
  }

  private static boolean isAhead(String name, DecoderSpec spec, Hyperparameters h) {
    for (int il = spec.layers().size(); il < h.blockCount(); il++) {
      if (name.startsWith("blk." + il + ".")) {
        return true;
      }
    }
    return false;
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
      this.table = new TensorTable(metadata, h.architecture(), tensors);
      this.embedding = h.embeddingLength();
    }

    Model bind() {
      Tensor tokens = tensors.get("token_embd.weight");
      long vocabulary = tokens == null ? 1 : tokens.shape().ne1();
      tokens = table.required("token_embd.weight", embedding, vocabulary);
      boolean learned = spec.frame().learnedPositions();
      Tensor positions =
          learned ? table.required("position_embd.weight", embedding, h.contextLength()) : null;
      List<Layer> layers = new ArrayList<>();
      for (int il = 0; il < spec.layers().size(); il++) {
        layers.add(layer(il));
      }
      boolean normed = spec.frame().embeddingNorm();
      Linear embeddingNorm = normed ? table.norm("token_embd_norm", embedding) : null;
      String last = spec.frame().outputNorm();
      Linear outputNorm = last == null ? null : table.norm(last, embedding);
      long bytes = tensors.values().stream().mapToLong(Tensor::bytes).sum();
      long parameters = tensors.values().stream().mapToLong(t -> t.shape().elements()).sum();
      return new Model(
          files,
          metadata,
          h,
          spec,
          tokens,
          positions,
          tokenTypes(),
          embeddingNorm,
          layerInputs(vocabulary),
          List.copyOf(layers),
          outputNorm,
          spec.frame().encodes() ? null : output(tokens),
          EmbeddingHead.bind(spec.embedding(), table, h),
          ropeFactors(),
          tensors,
          bytes,
          parameters,
          table.unused().stream().filter(name -> !isAhead(name, spec, h)).toList());
    }

    private Linear output(Tensor tokens) {
      long vocabulary = tokens.shape().ne1();
      Tensor untied = table.optional("output.weight", embedding, vocabulary);
      Tensor bias = table.optional("output.bias", vocabulary);
      return new Linear(untied == null ? tokens : untied, bias, "output.weight", null);
    }

    /** All texts are of the first type. */
    private Tensor tokenTypes() {
      String name = "token_types.weight";
      if (!spec.frame().encodes() || !table.contains(name)) {
        return null;
      }
      Tensor all = table.required(name, embedding, table.rows(name));
      return new Tensor(
          name, all.type(), Shape.of(embedding), all.data().asSlice(0, all.rowBytes()));
    }

    private Layer layer(int il) {
      String blk = "blk." + il + ".";
      spec.required().forEach(name -> table.require(blk + name));
      FrameSpec frame = spec.frame();
      LayerSpec layer = spec.layers().get(il);
      boolean parallel =
          switch (frame.parallel()) {
            case NONE -> false;
            case ALL -> true;
            case UNNORMED -> !table.contains(blk + frame.feedForwardNorm() + ".weight");
          };
      boolean second = parallel && table.contains(blk + "attn_norm_2.weight");
      String first = blk + (second ? "attn_norm_2" : "attn_norm");
      Linear norm = frame.preNorm() ? norm(il, first) : null;
      Block mixer = bind(layer.mixer(), blk);
      if (layer.feedForward() == null) {
        return new Layer(parallel, norm, mixer, null, null, null, null, null, null, 1);
      }
      if (frame.behindAddition()) {
        return new Layer(
            parallel,
            null,
            mixer,
            table.norm(blk + "attn_output_norm", embedding),
            table.optionalNorm(blk + "attn_norm_2", embedding),
            bind(layer.feedForward(), blk),
            table.norm(blk + "layer_output_norm", embedding),
            null,
            null,
            1);
      }
      String name = blk + (second ? "attn_norm" : frame.feedForwardNorm());
      boolean own = layer.feedForward().normsInput();
      boolean normed = frame.preNorm() && !parallel;
      return new Layer(
          parallel,
          norm,
          mixer,
          frame.postNorm() ? table.norm(blk + "post_attention_norm", embedding) : null,
          own ? null : normed ? table.norm(name, embedding) : table.optionalNorm(name, embedding),
          bind(layer.feedForward(), blk),
          frame.postNorm() ? table.norm(blk + "post_ffw_norm", embedding) : null,
          layer.input() == null ? null : bind(layer.input(), blk),
          layer.input() == null ? null : table.norm(blk + "post_norm", embedding),
          frame.outputScales() ? table.number(blk + "layer_output_scale.weight", 1) : 1);
    }

    /** What the embeddings' norm has normalised need not be again. */
    private Linear norm(int il, String name) {
      return il == 0 && spec.frame().embeddingNorm()
          ? table.optionalNorm(name, embedding)
          : table.norm(name, embedding);
    }

    private LayerInputs layerInputs(long vocabulary) {
      int width = spec.frame().layerInputs();
      if (width == 0) {
        return null;
      }
      long all = (long) width * spec.layers().size();
      return new LayerInputs(
          table.required("per_layer_token_embd.weight", all, vocabulary),
          table.linear("per_layer_model_proj", embedding, all),
          table.norm("per_layer_proj_norm", width),
          width);
    }

    private Block bind(BlockSpec block, String blk) {
      return block.bind(table, blk, embedding);
    }

    private RopeFactors ropeFactors() {
      return new RopeFactors(
          factors("rope_freqs.weight"),
          factors("rope_factors_short.weight"),
          factors("rope_factors_long.weight"));
    }

    private float[] factors(String name) {
      int pairs = h.ropeDimensions() / 2;
      Tensor factors = table.optional(name, pairs);
      if (factors == null) {
        return null;
      }
      float[] values = TensorValues.of(factors);
      for (float value : values) {
        if (!(value > 0) || Float.isInfinite(value)) {
          throw new GgufException(
              metadata.file(), -1, "tensor " + name, "factors above 0", "" + value);
        }
      }
      return values;
    }
  }
}
