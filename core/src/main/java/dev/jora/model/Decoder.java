package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.KvLayer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.NotFiniteException;
import dev.jora.backend.Rope;
import dev.jora.gguf.GgufException;
import dev.jora.kernel.ReadCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The one forward pass of all architectures. It reads a batch, extends the sequences in it, and
 * holds the logits that the batch asked for until the next batch. Not for several threads at once;
 * sequences of one decoder cannot go to another.
 */
public final class Decoder implements AutoCloseable {
  private final Model model;
  private final DecoderOptions options;
  private final DecoderGraph graph;
  private int outputs;
  private int logitsFrom;
  private int logitsTo;

  /**
   * Puts the model's tensors where {@code placement} says.
   *
   * @throws DecoderOptions.Unfit if the options do not go with the model
   */
  public Decoder(Model model, Placement placement, DecoderOptions options) {
    options.check(model);
    this.model = model;
    this.options = options;
    try {
      this.graph = new DecoderGraph(model, placement, options);
    } catch (InternalError e) {
      throw ReadCheck.explained(model.files(), e);
    }
  }

  /** What it decodes. */
  public Model model() {
    return model;
  }

  /** How it was set up. */
  public DecoderOptions options() {
    return options;
  }

  /** An empty sequence of the context size. */
  public Sequence newSequence() {
    List<KvLayer> caches = new ArrayList<>();
    List<Rope> ropes = new ArrayList<>();
    for (int il = 0; il < graph.layers().size(); il++) {
      DecoderGraph.Layer layer = graph.layers().get(il);
      caches.add(layer.backend().allocate(kvSpec(model, options, il)));
      ropes.add(layer.rope() == null ? null : layer.rope().rope());
    }
    boolean learned = model.spec().position() == DecoderSpec.Position.LEARNED;
    return new Sequence(options.contextSize(), caches, ropes, learned);
  }

  /**
   * Reads the batch: every sequence in it grows by its tokens.
   *
   * @throws IllegalArgumentException if the batch has more tokens than {@link
   *     DecoderOptions#batchSize} or an id outside the vocabulary
   * @throws GgufException if somebody has cut the model's file, or written to it
   */
  public void forward(Batch batch) {
    forward(batch, () -> false);
  }

  /**
   * Likewise, unless {@code cancelled} says yes, which is asked between layers: a pass over a long
   * batch takes a large model minutes, and whoever waits for it may have gone. A cancelled pass
   * leaves the sequences as long as they were (but see {@link Sequence#truncate} on windows) and no
   * logits.
   *
   * @return false if the pass was cancelled
   * @throws NotFiniteException if a hidden state that was asked for is not finite, naming the layer
   *     and, where there is one, the tensor; the sequences are as after a cancelled pass
   */
  public boolean forward(Batch batch, BooleanSupplier cancelled) {
    int n = batch.size();
    if (n < 1 || n > options.batchSize()) {
      throw new IllegalArgumentException(
          "a batch has 1 to " + options.batchSize() + " tokens, not " + n);
    }
    for (int i = 0; i < n; i++) {
      int id = batch.ids()[i];
      if (id < 0 || id >= model.vocabularySize()) {
        throw new IllegalArgumentException(
            "token id " + id + " is outside the vocabulary of " + model.vocabularySize());
      }
    }
    outputs = 0;
    logitsFrom = logitsTo = 0;
    boolean whole;
    boolean finite = true;
    try {
      whole = runs(batch, cancelled);
      finite = !whole || graph.isFiniteHidden(batch.outputCount());
    } catch (NotFiniteException e) {
      whole = finite = false;
    }
    if (!finite) {
      throw new NumberFault(model, graph).find(batch);
    }
    if (!whole) {
      batch.sequences().forEach(sequence -> sequence.truncate(sequence.length()));
      return false;
    }
    outputs = batch.outputCount();
    for (int s = 0; s < batch.spans().size(); s++) {
      int from = batch.spans().get(s).row();
      batch.sequences().get(s).append(batch.ids(), from, batch.spans().get(s).count());
    }
    return true;
  }

  private boolean runs(Batch batch, BooleanSupplier cancelled) {
    try {
      boolean done = graph.run(batch, cancelled);
      ReadCheck.after(model.files());
      return done;
    } catch (InternalError e) {
      throw ReadCheck.explained(model.files(), e);
    }
  }

  /**
   * Logits of output {@code i} of the last batch (of the tokens that asked for logits, in order)
   * into {@code dst[vocabulary]}. Cheapest in ascending order.
   *
   * @throws NotFiniteException if one is NaN or +∞, or all are −∞
   */
  public void logits(int i, float[] dst) {
    computeLogits(i);
    Backend backend = graph.outputBackend();
    Buffer logits = graph.logits();
    backend.read(logits, i - logitsFrom, dst);
    boolean none = true;
    for (float logit : dst) {
      if (!(logit < Float.POSITIVE_INFINITY)) { // or NaN
        throw new NumberFault(model, graph).inLogits();
      }
      none &= logit == Float.NEGATIVE_INFINITY;
    }
    if (none) {
      throw new NumberFault(model, graph).inLogits();
    }
  }

  /**
   * Computes the logits of output {@code i}, and of as many after it as are computed at once, if
   * that is not done. From then on any thread may read {@link #logits} of these, until others are
   * computed.
   *
   * @return the first output after them
   * @throws NotFiniteException if a softcap would hide that one is not finite
   */
  public int computeLogits(int i) {
    if (i < 0 || i >= outputs) {
      throw new IndexOutOfBoundsException("output " + i + " of " + outputs);
    }
    if (i < logitsFrom || i >= logitsTo) {
      int to = Math.min(outputs, i + options.logitRows());
      logitsFrom = logitsTo = 0;
      try {
        if (!graph.computeLogits(i, to - i)) {
          throw new NumberFault(model, graph).inLogits();
        }
        ReadCheck.after(model.files());
      } catch (InternalError e) {
        throw ReadCheck.explained(model.files(), e);
      }
      logitsFrom = i;
      logitsTo = to;
    }
    return logitsTo;
  }

  static KvSpec kvSpec(Model model, DecoderOptions options, int il) {
    Hyperparameters h = model.hyperparameters();
    return new KvSpec(
        h.headCountKv(il),
        h.keyLength(),
        h.valueLength(),
        options.keyType(),
        options.valueType(),
        model.spec().isWindowed(il) ? model.spec().window() : 0);
  }

  /** Nothing of its own: weights, buffers and caches belong to the backends. */
  @Override
  public void close() {
    outputs = 0;
  }
}
