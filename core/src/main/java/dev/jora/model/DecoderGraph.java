package dev.jora.model;

import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.KvLayer;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.Rope;
import dev.jora.backend.RopeTable;
import dev.jora.backend.Rows;
import dev.jora.backend.Span;
import dev.jora.backend.Weight;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A model's tensors on their backends, wired to the buffers that activations flow through, and the
 * order in which they are used. Built once; a pass over a batch allocates next to nothing.
 */
final class DecoderGraph {
  /** What a buffer is for; one per use, width and backend, shared by all layers. */
  private enum Use {
    STREAM,
    NORMED,
    Q,
    K,
    V,
    HEADS,
    ATTENTION,
    FEED_FORWARD,
    GATE,
    UP,
    SHARED,
    SHARED_GATE,
    STREAM_OUT,
    NORMED_OUT,
    ATTENTION_OUT,
    LOGITS
  }

  /**
   * A layer, ready to run.
   *
   * @param rope null where the layer has none
   * @param qNormDim values per run that a q norm normalises; kNormDim likewise
   */
  record Layer(
      Backend backend,
      Norm attentionNorm,
      List<Product> qkv,
      Norm qNorm,
      int qNormDim,
      Norm kNorm,
      int kNormDim,
      RopeTable rope,
      Attention attention,
      List<Product> output,
      Norm postAttentionNorm,
      Norm feedForwardNorm,
      Block feedForward,
      Norm postFeedForwardNorm) {}

  private sealed interface Block {}

  /**
   * @param inner gate and up, or up alone
   */
  private record Dense(List<Product> inner, List<Product> down) implements Block {}

  private record Mixture(Experts experts, Dense shared, List<Product> sharedGate)
      implements Block {}

  private record BufferKey(Backend backend, Use use, int cols) {}

  private record RopeKey(Backend backend, boolean ownBase) {}

  private final Model model;
  private final DecoderSpec spec;
  private final int embedding;
  private final int maxRows;
  private final Map<BufferKey, Buffer> buffers = new HashMap<>();
  private final Map<RopeKey, RopeTable> ropes = new HashMap<>();
  private final Map<Tensor, Map<Backend, Weight>> uploaded = new IdentityHashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Placement placement;
  private final Weight tokens;
  private final Weight positions;
  private final Norm outputNorm;
  private final List<Product> output;
  private final float[] host;
  private final float[] hostLogits; // null where nothing hides infinities
  private final List<KvLayer> caches = new ArrayList<>();
  private Buffer hidden;
  private Rows wanted;

  DecoderGraph(Model model, Placement placement, DecoderOptions options) {
    this.model = model;
    this.spec = model.spec();
    this.placement = placement;
    this.embedding = model.hyperparameters().embeddingLength();
    this.maxRows = Math.min(options.batchSize(), options.contextSize());
    this.host = new float[embedding];
    this.hostLogits = spec.finalSoftcap() == 0 ? null : new float[model.vocabularySize()];
    RopeOptions rope = RopeOptions.of(model.hyperparameters(), options.rope());
    this.tokens = upload(placement.embeddings(), model.tokenEmbeddings());
    this.positions =
        model.positionEmbeddings() == null
            ? null
            : upload(placement.embeddings(), model.positionEmbeddings());
    for (int il = 0; il < model.layers().size(); il++) {
      layers.add(layer(il, placement.layers().get(il), rope));
    }
    this.outputNorm = norm(placement.output(), model.outputNorm());
    this.output =
        List.of(
            product(
                placement.output(),
                model.output(),
                buffer(
                    placement.output(),
                    Use.LOGITS,
                    model.vocabularySize(),
                    Math.min(maxRows, options.logitRows()))));
  }

  List<Layer> layers() {
    return layers;
  }

  Backend outputBackend() {
    return placement.output();
  }

  /** Logits of the rows that {@link #computeLogits} was asked for. */
  Buffer logits() {
    return output.getFirst().out();
  }

  /** Normalised hidden states, one row per output of the batch. */
  Buffer hidden() {
    return hidden;
  }

  // ---- building ----------------------------------------------------------------------------

  private Layer layer(int il, Backend backend, RopeOptions rope) {
    LayerTensors t = model.layers().get(il);
    Hyperparameters h = model.hyperparameters();
    int heads = h.headCount(il);
    int kvHeads = h.headCountKv(il);
    Buffer q = buffer(backend, Use.Q, heads * h.keyLength());
    Buffer k = buffer(backend, Use.K, kvHeads * h.keyLength());
    Buffer v = buffer(backend, Use.V, kvHeads * h.valueLength());
    buffer(backend, Use.HEADS, heads * h.valueLength());
    float scale = spec.attentionScale();
    if (scale == 0) {
      scale = h.floating("attention.scale", 0);
    }
    if (scale == 0) {
      scale = (float) (1 / Math.sqrt(h.keyLength()));
    }
    boolean windowed = spec.isWindowed(il);
    Attention attention =
        new Attention(
            heads,
            kvHeads,
            h.keyLength(),
            h.valueLength(),
            scale,
            spec.attentionSoftcap(),
            windowed ? spec.window() : 0);
    boolean rotated = spec.position() != DecoderSpec.Position.LEARNED && spec.rotated().test(il);
    return new Layer(
        backend,
        norm(backend, t.attentionNorm()),
        List.of(product(backend, t.q(), q), product(backend, t.k(), k), product(backend, t.v(), v)),
        norm(backend, t.qNorm()),
        normDim(t.qNorm(), heads * h.keyLength()),
        norm(backend, t.kNorm()),
        normDim(t.kNorm(), kvHeads * h.keyLength()),
        rotated ? rope(backend, rope, windowed) : null,
        attention,
        List.of(product(backend, t.output(), buffer(backend, Use.ATTENTION, embedding))),
        norm(backend, t.postAttentionNorm()),
        norm(backend, t.feedForwardNorm()),
        block(backend, t.feedForward()),
        norm(backend, t.postFeedForwardNorm()));
  }

  /** Length of the runs that a norm of q or k takes: the row, or a head. */
  private static int normDim(Linear norm, int row) {
    return norm == null ? 0 : (int) Math.min(row, norm.weight().shape().ne0());
  }

  private Block block(Backend backend, LayerTensors.FeedForward block) {
    Buffer out = buffer(backend, Use.FEED_FORWARD, embedding);
    return switch (block) {
      case LayerTensors.Dense dense -> dense(backend, dense, out);
      case LayerTensors.Mixture m -> {
        Experts experts =
            new Experts(
                upload(backend, m.router()),
                upload(backend, m.gate()),
                upload(backend, m.up()),
                upload(backend, m.down()),
                spec.activation(),
                model.hyperparameters().expertUsedCount(),
                spec.expertGating(),
                spec.expertsNormalised(),
                spec.expertScale());
        Buffer shared = buffer(backend, Use.SHARED, embedding);
        yield new Mixture(
            experts,
            m.shared() == null ? null : dense(backend, m.shared(), shared),
            m.sharedGate() == null
                ? null
                : List.of(
                    product(
                        backend,
                        new Linear(m.sharedGate(), null),
                        buffer(backend, Use.SHARED_GATE, 1))));
      }
    };
  }

  private Dense dense(Backend backend, LayerTensors.Dense d, Buffer out) {
    int width = (int) d.up().weight().shape().ne1();
    Product up = product(backend, d.up(), buffer(backend, Use.UP, width));
    List<Product> inner =
        d.gate() == null
            ? List.of(up)
            : List.of(product(backend, d.gate(), buffer(backend, Use.GATE, width)), up);
    return new Dense(inner, List.of(product(backend, d.down(), out)));
  }

  private Product product(Backend backend, Linear linear, Buffer out) {
    return new Product(upload(backend, linear.weight()), upload(backend, linear.bias()), out);
  }

  private Norm norm(Backend backend, Linear norm) {
    if (norm == null) {
      return null;
    }
    float eps =
        switch (spec.norm()) {
          case RMS -> model.hyperparameters().positive("attention.layer_norm_rms_epsilon", 1e-5f);
          case LAYER -> model.hyperparameters().positive("attention.layer_norm_epsilon", 1e-5f);
        };
    return new Norm(spec.norm(), upload(backend, norm.weight()), upload(backend, norm.bias()), eps);
  }

  private Weight upload(Backend backend, Tensor tensor) {
    if (tensor == null) {
      return null;
    }
    return uploaded
        .computeIfAbsent(tensor, t -> new IdentityHashMap<>())
        .computeIfAbsent(backend, b -> b.upload(tensor));
  }

  private RopeTable rope(Backend backend, RopeOptions options, boolean windowed) {
    return ropes.computeIfAbsent(
        new RopeKey(backend, windowed && spec.windowedRopeBase() != 0),
        key -> {
          RopeOptions own = key.ownBase() ? options.unscaled(spec.windowedRopeBase()) : options;
          boolean neox = spec.position() == DecoderSpec.Position.ROPE_NEOX;
          int dimensions = model.hyperparameters().ropeDimensions();
          Rope rope = own.rope(neox, dimensions, model.ropeFactors());
          return backend.allocate(rope, maxRows);
        });
  }

  private Buffer buffer(Backend backend, Use use, int cols) {
    return buffer(backend, use, cols, maxRows);
  }

  private Buffer buffer(Backend backend, Use use, int cols, int rows) {
    BufferKey key = new BufferKey(backend, use, cols);
    Buffer buffer = buffers.get(key); // mostly there: spares every look-up an object for the rest
    return buffer != null
        ? buffer
        : buffers.computeIfAbsent(key, k -> backend.allocate(rows, cols));
  }

  private Buffer wide(Backend backend, Use use) {
    return buffer(backend, use, embedding);
  }

  // ---- running -----------------------------------------------------------------------------

  /**
   * One pass over a batch; afterwards {@link #hidden} holds a row per output.
   *
   * @return false if {@code cancelled} ended it between two layers: some caches have grown then
   */
  boolean run(Batch batch, BooleanSupplier cancelled) {
    int n = batch.size();
    Rows rows = batch.rows();
    wanted = batch.outputRows();
    ropes.forEach((key, table) -> key.backend().fill(table, batch.positions(), n));
    Backend at = placement.embeddings();
    Buffer x = wide(at, Use.STREAM);
    at.embed(tokens, batch.ids(), n, spec.embeddingScale(), x);
    if (positions != null) {
      Buffer p = wide(at, Use.NORMED);
      at.embed(positions, batch.positions(), n, 1, p);
      at.add(p, n, 1, x);
    }
    for (int il = 0; il < layers.size(); il++) {
      if (cancelled.getAsBoolean()) {
        return false;
      }
      Layer layer = layers.get(il);
      x = move(x, n, at, layer.backend());
      at = layer.backend();
      boolean last = il == layers.size() - 1;
      if (!run(layer, il, x, batch, rows, last)) {
        return true;
      }
      if (last && batch.outputCount() < n) {
        x = wide(at, Use.STREAM_OUT);
      }
    }
    int m = batch.outputCount();
    if (m > 0) {
      x = move(x, m, at, placement.output());
      hidden = wide(placement.output(), Use.NORMED);
      placement.output().normalise(outputNorm, x, m, hidden);
    }
    return true;
  }

  /** True if all that layer {@code il} reads, of n tokens, are numbers. */
  boolean isFiniteBefore(int il, int n) {
    Backend b = il == 0 ? placement.embeddings() : layers.get(il - 1).backend();
    return isFinite(b, wide(b, Use.STREAM), n, host);
  }

  /** True if all that the last layer wrote for m outputs of n tokens are numbers. */
  boolean isFiniteAfterLayers(int m, int n) {
    Backend b = layers.getLast().backend();
    return isFinite(b, wide(b, m < n ? Use.STREAM_OUT : Use.STREAM), m, host);
  }

  /** True if the hidden states of all m outputs are numbers. */
  boolean isFiniteHidden(int m) {
    return isFinite(placement.output(), hidden, m, host);
  }

  private static boolean isFinite(Backend backend, Buffer x, int n, float[] row) {
    for (int i = 0; i < n; i++) {
      backend.read(x, i, row);
      float zero = 0;
      for (float value : row) {
        zero += 0 * value; // NaN if one is not finite
      }
      if (zero != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Logits of outputs [from, from + count) into {@link #logits}.
   *
   * @return false if a softcap would hide that one is not finite
   */
  boolean computeLogits(int from, int count) {
    Backend backend = placement.output();
    Buffer rows = hidden;
    if (from > 0) {
      int[] index = new int[count];
      for (int i = 0; i < count; i++) {
        index[i] = from + i;
      }
      rows = wide(backend, Use.ATTENTION);
      backend.gather(hidden, index, count, rows);
    }
    int single = Math.clamp(wanted.single() - from, 0, count);
    backend.multiply(output, rows, Rows.wanted(count, single));
    if (spec.logitScale() != 1) {
      backend.scale(logits(), count, spec.logitScale());
    }
    if (spec.finalSoftcap() != 0) {
      if (!isFinite(backend, logits(), count, hostLogits)) {
        return false;
      }
      backend.softcap(logits(), count, spec.finalSoftcap());
    }
    return true;
  }

  /**
   * One layer. After attention of the last layer only the rows that are outputs go on, in the
   * buffer STREAM_OUT; false if there are none.
   */
  private boolean run(Layer layer, int il, Buffer x, Batch batch, Rows all, boolean last) {
    Backend b = layer.backend();
    List<Span> spans = batch.spans();
    int n = batch.size();
    Rows rows = all;
    Buffer h = x;
    if (layer.attentionNorm() != null) {
      h = wide(b, Use.NORMED);
      b.normalise(layer.attentionNorm(), x, n, h);
    }
    b.multiply(layer.qkv(), h, rows);
    Buffer q = layer.qkv().get(0).out();
    Buffer k = layer.qkv().get(1).out();
    Buffer v = layer.qkv().get(2).out();
    if (layer.qNorm() != null) {
      b.normaliseHeads(layer.qNorm(), q, n, layer.qNormDim());
    }
    if (layer.kNorm() != null) {
      b.normaliseHeads(layer.kNorm(), k, n, layer.kNormDim());
    }
    int keyDim = layer.attention().keyDim();
    if (layer.rope() != null) {
      b.rotate(layer.rope(), q, n, keyDim);
      b.rotate(layer.rope(), k, n, keyDim);
    }
    caches.clear();
    for (Sequence sequence : batch.sequences()) {
      caches.add(sequence.layer(il));
    }
    b.store(k, v, spans, caches);
    if (last && batch.outputCount() == 0) {
      return false;
    }
    int headWidth = layer.attention().heads() * layer.attention().valueDim();
    Buffer heads = buffer(b, Use.HEADS, headWidth);
    b.attend(layer.attention(), q, spans, caches, heads);
    b.multiply(layer.output(), heads, rows);
    Buffer a = layer.output().getFirst().out();
    if (last && batch.outputCount() < n) {
      n = batch.outputCount();
      rows = wanted;
      Buffer xs = wide(b, Use.STREAM_OUT);
      Buffer as = wide(b, Use.ATTENTION_OUT);
      b.gather(x, batch.outputs(), n, xs);
      b.gather(a, batch.outputs(), n, as);
      if (spec.parallel() && layer.feedForwardNorm() == null) {
        Buffer hs = wide(b, Use.NORMED_OUT);
        b.gather(h, batch.outputs(), n, hs);
        h = hs;
      }
      x = xs;
      a = as;
    }
    if (layer.postAttentionNorm() != null) {
      b.normalise(layer.postAttentionNorm(), a, n, a);
    }
    if (!spec.parallel()) {
      b.add(a, n, spec.residualScale(), x);
      h = x;
    }
    if (layer.feedForwardNorm() != null) {
      h = wide(b, Use.NORMED);
      b.normalise(layer.feedForwardNorm(), x, n, h);
    }
    Buffer f = feedForward(layer, h, rows);
    if (layer.postFeedForwardNorm() != null) {
      b.normalise(layer.postFeedForwardNorm(), f, n, f);
    }
    if (spec.parallel()) {
      b.add(a, n, spec.residualScale(), x);
    }
    b.add(f, n, spec.residualScale(), x);
    return true;
  }

  private Buffer feedForward(Layer layer, Buffer h, Rows rows) {
    Backend b = layer.backend();
    switch (layer.feedForward()) {
      case Dense dense -> {
        return dense(b, dense, h, rows);
      }
      case Mixture m -> {
        Buffer out = wide(b, Use.FEED_FORWARD);
        b.experts(m.experts(), h, rows, out);
        if (m.shared() != null) {
          int n = rows.count();
          Buffer shared = dense(b, m.shared(), h, rows);
          if (m.sharedGate() != null) {
            b.multiply(m.sharedGate(), h, rows);
            b.scaleBySigmoid(m.sharedGate().getFirst().out(), shared, n);
          }
          b.add(shared, n, 1, out);
        }
        return out;
      }
    }
  }

  private Buffer dense(Backend b, Dense dense, Buffer h, Rows rows) {
    int n = rows.count();
    b.multiply(dense.inner(), h, rows);
    Buffer inner = dense.inner().getFirst().out();
    if (dense.inner().size() == 2) {
      b.glu(spec.activation(), inner, dense.inner().get(1).out(), n);
    } else {
      b.activate(spec.activation(), inner, n);
    }
    b.multiply(dense.down(), inner, rows);
    return dense.down().getFirst().out();
  }

  /** The residual stream on another backend, by way of the host. */
  private Buffer move(Buffer x, int n, Backend from, Backend to) {
    if (from == to) {
      return x;
    }
    float[] all = new float[n * embedding];
    for (int i = 0; i < n; i++) {
      from.read(x, i, host);
      System.arraycopy(host, 0, all, i * embedding, embedding);
    }
    Buffer moved = wide(to, Use.STREAM);
    to.write(all, n, moved);
    return moved;
  }
}
