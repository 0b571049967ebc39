package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.KvSpec;
import dev.jora.backend.NotFiniteException;
import dev.jora.gguf.GgufException;
import dev.jora.kernel.ReadCheck;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The one forward pass of all architectures. It reads a batch, extends the sequences in it, and
 * holds the logits that the batch asked for until the next batch. Not for several threads at once;
 * sequences of one decoder cannot go to another, and end with it.
 */
public final class Decoder implements AutoCloseable {
  private final Model model;
  private final DecoderOptions options;
  private final Places places;
  private final DecoderGraph graph;
  private int outputs;
  private int logitsFrom;
  private int logitsTo;
  private MemorySegment mirror = MemorySegment.NULL; // of logits [mirrored, vocabulary]
  private int mirrored;

  /**
   * Puts the model's tensors where {@code placement} says.
   *
   * @throws DecoderOptions.Unfit if the options do not go with the model
   */
  public Decoder(Model model, Placement placement, DecoderOptions options) {
    this(model, placement, options, UploadListener.NONE);
  }

  /**
   * Likewise, and somebody hears of every tensor that is there.
   *
   * @throws DecoderOptions.Unfit if the options do not go with the model
   */
  public Decoder(
      Model model, Placement placement, DecoderOptions options, UploadListener listener) {
    this.model = model;
    this.options = options;
    this.places = Places.open(model, placement, options, listener);
    try {
      this.graph = new DecoderGraph(model, places, options);
      DecoderOptions.check(places.kept());
    } catch (InternalError e) {
      places.close();
      throw ReadCheck.explained(model.files(), e);
    } catch (RuntimeException e) {
      places.close();
      throw e;
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
    return new Sequence(
        options.contextSize(),
        places.newStates(),
        model.spec().frame().learnedPositions(),
        forgets(),
        adapterScales());
  }

  /** The scales of the options' adapters, as they are now. */
  public List<Float> adapterScales() {
    return places.adapters().scales();
  }

  /**
   * Changes the scales of adapters. Sequences that were read with others can be read on only when
   * they are cut to nothing, or the scales are as they were.
   *
   * @param scales one for each adapter of the options
   */
  public void scaleAdapters(List<Float> scales) {
    if (!scales.equals(adapterScales())) {
      places.adapters().scale(scales);
      graph.forget();
    }
  }

  /**
   * True if sequences forget what they have read, in windows or in recurrent states, so that they
   * cannot be cut back as one likes.
   */
  public boolean forgets() {
    return places.kept().stream()
        .anyMatch(kept -> !(kept.spec() instanceof KvSpec kv) || kv.window() > 0);
  }

  /** What layers keep of a sequence, and where. */
  List<Places.Kept> kept() {
    return places.kept();
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
   * leaves the sequences as they were, and no logits.
   *
   * @return false if the pass was cancelled
   * @throws NotFiniteException if a hidden state that was asked for is not finite, naming the layer
   *     and, where there is one, the tensor; the sequences are as after a cancelled pass
   */
  public boolean forward(Batch batch, BooleanSupplier cancelled) {
    int n = batch.size();
    if (n < 1 || n > options.rows()) {
      throw new IllegalArgumentException(
          "a batch has 1 to " + options.rows() + " tokens, not " + n);
    }
    for (int i = 0; i < n; i++) {
      int id = batch.ids()[i];
      if (id < 0 || id >= model.vocabularySize()) {
        throw new IllegalArgumentException(
            "token id " + id + " is outside the vocabulary of " + model.vocabularySize());
      }
    }
    if (model.spec().frame().encodes()) {
      requireWhole(batch);
    }
    batch.sequences().forEach(sequence -> sequence.readWith(adapterScales()));
    outputs = mirrored = 0;
    logitsFrom = logitsTo = 0;
    boolean whole;
    boolean finite = true;
    try {
      whole = runs(batch, cancelled);
      finite = !whole || isFinite(batch.outputCount());
    } catch (NotFiniteException e) {
      whole = finite = false;
    } catch (RuntimeException | Error e) { // a file that was cut, say
      batch.takeBack();
      throw e;
    }
    if (!finite) {
      throw new NumberFault(model, graph).find(batch);
    }
    if (!whole) {
      batch.takeBack();
      return false;
    }
    places.end();
    outputs = batch.outputCount();
    for (int s = 0; s < batch.spans().size(); s++) {
      int from = batch.spans().get(s).row();
      batch.sequences().get(s).append(batch.ids(), from, batch.spans().get(s).count());
    }
    return true;
  }

  /** True if all m hidden states that outputs read are numbers. */
  private boolean isFinite(int m) {
    boolean few = m > 0 && m <= options.logitRowsAtOnce() && graph.isDrawn(m);
    if (graph.outputBackend().isRemote() && few && model.output() != null && readLogits(m)) {
      return true; // else their logits were not
    }
    return graph.isFiniteHidden(m);
  }

  /**
   * Reads all m logits of drawn tokens, so that nothing but them is waited for.
   *
   * @return false if one is NaN or infinite
   */
  private boolean readLogits(int m) {
    long bytes = 4L * m * model.vocabularySize();
    if (mirror.byteSize() < bytes) { // twice as large, for the room keeps the last one too
      mirror = graph.allocateHost(Math.max(bytes, 2 * mirror.byteSize()));
    }
    graph.computeLogits(0, m);
    graph.outputBackend().read(graph.logits(), m, mirror);
    if (!isFinite(mirror, m * model.vocabularySize())) {
      return false;
    }
    mirrored = m;
    return true;
  }

  private static boolean isFinite(MemorySegment floats, int n) {
    int most = 0; // bits without signs: those of numbers are below those of infinity
    for (int i = 0; i < n; i++) {
      most = Math.max(most, floats.getAtIndex(ValueLayout.JAVA_INT, i) & Integer.MAX_VALUE);
    }
    return most < Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  }

  /** Tokens that see what stands behind them are read in one pass. */
  private static void requireWhole(Batch batch) {
    for (int s = 0; s < batch.spans().size(); s++) {
      if (batch.spans().get(s).single() || batch.sequences().get(s).length() > 0) {
        throw new IllegalArgumentException("an encoder reads a text as a whole, in one pass");
      }
    }
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
   * Hidden states of outputs [from, from + count) of the last batch into {@code dst}[count,
   * n_embd]: what the output's product would read.
   */
  public void hidden(int from, int count, float[] dst) {
    Objects.checkFromIndexSize(from, count, outputs);
    graph.outputBackend().read(graph.hidden().rows(from, count), count, MemorySegment.ofArray(dst));
  }

  /**
   * The embedding that a pooled vector [n_embd] stands for.
   *
   * @throws NotFiniteException if a value on the way is not finite
   */
  public float[] project(float[] pooled) {
    return finite(graph.head().project(pooled), "in the dense layers behind pooling");
  }

  /**
   * Scores of the labels that the file's classifier knows, from a pooled vector [n_embd].
   *
   * @throws GgufException if it has no classifier
   * @throws NotFiniteException if a value on the way is not finite
   */
  public float[] score(float[] pooled) {
    model.requireScores();
    return finite(graph.head().score(pooled), "in the classifier");
  }

  private float[] finite(float[] values, String place) {
    if (values == null) {
      throw new NumberFault(model, graph).inHead(place);
    }
    return values;
  }

  /**
   * Logits of output {@code i} of the last batch (of the tokens that asked for logits, in order)
   * into {@code dst[vocabulary]}. Cheapest in ascending order.
   *
   * @throws NotFiniteException if one is NaN or +∞, or all are −∞
   */
  public void logits(int i, float[] dst) {
    if (i < mirrored) {
      MemorySegment.copy(mirror, ValueLayout.JAVA_FLOAT, 4L * i * dst.length, dst, 0, dst.length);
      return;
    }
    computeLogits(i);
    Backend backend = graph.outputBackend();
    backend.read(graph.logits().rows(i - logitsFrom, 1), 1, MemorySegment.ofArray(dst));
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
   */
  public int computeLogits(int i) {
    if (model.output() == null) {
      throw new IllegalStateException("an encoder has no logits");
    }
    if (i < 0 || i >= outputs) {
      throw new IndexOutOfBoundsException("output " + i + " of " + outputs);
    }
    if (i < mirrored) {
      return mirrored;
    }
    if (i < logitsFrom || i >= logitsTo) {
      int to = Math.min(outputs, i + options.logitRowsAtOnce());
      logitsFrom = logitsTo = 0;
      try {
        graph.computeLogits(i, to - i);
        ReadCheck.after(model.files());
      } catch (InternalError e) {
        throw ReadCheck.explained(model.files(), e);
      }
      logitsFrom = i;
      logitsTo = to;
    }
    return logitsTo;
  }

  /** Frees its buffers, its sequences, and weights that no other decoder uses. */
  @Override
  public void close() {
    outputs = 0;
    places.close();
  }
}
