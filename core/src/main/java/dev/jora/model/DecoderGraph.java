package dev.jora.model;

import static dev.jora.model.Place.Use.FED;
import static dev.jora.model.Place.Use.FEW_MIXED;
import static dev.jora.model.Place.Use.FEW_NORMED;
import static dev.jora.model.Place.Use.FEW_STREAM;
import static dev.jora.model.Place.Use.MIXED;
import static dev.jora.model.Place.Use.NORMED;
import static dev.jora.model.Place.Use.STREAM;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.model.adapter.ControlVector;
import dev.jora.model.block.Block;
import dev.jora.model.block.Wiring;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The frame around a model's blocks, wired: norms, residuals, and the order in which all is run.
 * What a block does is its own matter. Built once; a pass over a batch allocates next to nothing.
 */
final class DecoderGraph {
  /**
   * A layer, ready to run; a part that it lacks is null.
   *
   * @param at where it runs, and which buffers hold the rows that pass through it
   * @param mixerAt where its mixer does; likewise {@code feedForwardAt}
   */
  private record Stage(
      Place at,
      boolean parallel,
      Norm norm,
      Place mixerAt,
      Block.Step mixer,
      Norm postNorm,
      Norm feedForwardNorm,
      Place feedForwardAt,
      Block.Step feedForward,
      Norm postFeedForwardNorm,
      Block.Step input,
      Norm postInputNorm,
      float outputScale) {
    /** True if both its blocks are where it is. */
    boolean isAtHome() {
      return mixerAt == at && feedForwardAt == at;
    }
  }

  /**
   * Layers [from, to) that follow each other at a place.
   *
   * @param whole true if nothing of them is elsewhere: all that they do is up to one backend
   */
  private record Segment(Place at, int from, int to, boolean whole) {}

  private final FrameSpec frame;
  private final Places places;
  private final List<Stage> layers = new ArrayList<>();
  private final List<Weight> directions = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private final Place first;
  private final Place last;
  private final Weight tokens;
  private final Weight positions;
  private final Weight tokenTypes;
  private final LayerInputs.Stage layerInputs;
  private final Norm embeddingNorm;
  private final Norm outputNorm;
  private final Buffer normed;
  private final Buffer logits;
  private final List<Product> output;
  private final EmbeddingHead.Wired head;
  private Buffer hidden;
  private Rows wanted;

  /** Wires a model. */
  DecoderGraph(Model model, Places places, DecoderOptions options) {
    this.frame = model.spec().frame();
    this.places = places;
    this.first = places.embeddings();
    this.last = places.output();
    this.tokens = first.wiring().table(model.tokenEmbeddings());
    this.positions = first.wiring().weight(model.positionEmbeddings());
    this.tokenTypes = first.wiring().weight(model.tokenTypes());
    this.layerInputs =
        model.layerInputs() == null ? null : model.layerInputs().wire(first.wiring(), frame.norm());
    this.embeddingNorm = first.wiring().norm(frame.norm(), model.embeddingNorm());
    for (int il = 0; il < model.layers().size(); il++) {
      layers.add(stage(il, model.layers().get(il), places.layer(il)));
      directions.add(direction(options.adaptation().vector(), il));
    }
    for (int from = 0, to; from < layers.size(); from = to) {
      to = from + 1;
      while (to < layers.size() && layers.get(to).at() == layers.get(from).at()) {
        to++;
      }
      boolean whole = layers.subList(from, to).stream().allMatch(Stage::isAtHome);
      segments.add(new Segment(layers.get(from).at(), from, to, whole));
    }
    Place end = layers.getLast().at();
    end.buffer(FEW_STREAM);
    end.buffer(FEW_MIXED);
    if (layers.getLast().parallel()) {
      end.buffer(FEW_NORMED);
    }
    Wiring out = last.wiring();
    this.normed = last.buffer(NORMED);
    last.buffer(STREAM);
    this.outputNorm = out.norm(frame.norm(), model.outputNorm());
    if (model.output() == null) {
      this.logits = null;
      this.output = List.of();
    } else {
      this.logits = out.room().allocate(options.logitRowsAtOnce(), model.vocabularySize());
      this.output = List.of(out.product(model.output(), logits));
    }
    this.head =
        new EmbeddingHead.Wired(
            model.head(), out, frame.norm(), model.hyperparameters().embeddingLength());
    places.adapters().requireUsed(model.tensors(), model::isAhead);
  }

  /** What is added behind a layer; null for nothing. */
  private Weight direction(ControlVector vector, int il) {
    return vector.layers().isEmpty()
        ? null
        : places.layer(il).wiring().weight(vector.layers().get(il));
  }

  private Stage stage(int il, Layer layer, Place at) {
    Wiring w = at.wiring();
    at.buffer(STREAM);
    at.buffer(NORMED);
    at.buffer(MIXED);
    Place mixerAt = places.mixer(il);
    mixerAt.buffer(NORMED);
    int kept = mixerAt.wiring().states().size();
    Block.Step mixer = layer.mixer().wire(mixerAt.wiring().next(il), mixerAt.buffer(MIXED));
    places.keep(mixerAt, kept);
    Place fedAt = places.feedForward(il);
    return new Stage(
        at,
        layer.parallel(),
        w.norm(frame.norm(), layer.norm()),
        mixerAt,
        mixer,
        w.norm(frame.norm(), layer.postNorm()),
        w.norm(frame.norm(), layer.feedForwardNorm()),
        fedAt,
        layer.feedForward() == null ? null : feedForward(il, layer, at, fedAt),
        w.norm(frame.norm(), layer.postFeedForwardNorm()),
        layer.input() == null ? null : layer.input().wire(w.next(il), at.buffer(MIXED)),
        w.norm(frame.norm(), layer.postInputNorm()),
        layer.outputScale());
  }

  private static Block.Step feedForward(int il, Layer layer, Place at, Place fedAt) {
    at.buffer(FED);
    fedAt.buffer(NORMED);
    return layer.feedForward().wire(fedAt.wiring().next(il), fedAt.buffer(FED));
  }

  /** What a backend remembers of passes is not so any more. */
  void forget() {
    segments.replaceAll(s -> new Segment(s.at(), s.from(), s.to(), s.whole()));
  }

  int layers() {
    return layers.size();
  }

  /** Where logits are. */
  Backend outputBackend() {
    return last.backend();
  }

  /** Memory of the host that logits are read to without a detour. */
  MemorySegment allocateHost(long bytes) {
    return last.wiring().room().allocateHost(bytes);
  }

  /** True if all m outputs are of tokens that were drawn. */
  boolean isDrawn(int m) {
    return wanted.single() == m;
  }

  /** The normalised hidden states of the rows of which outputs are wanted. */
  Buffer hidden() {
    return hidden;
  }

  /** What stands behind a text's vector. */
  EmbeddingHead.Wired head() {
    return head;
  }

  /** Logits of the rows that {@link #computeLogits} was asked for. */
  Buffer logits() {
    return logits;
  }

  // ---- running -----------------------------------------------------------------------------

  /**
   * One pass over a batch: what it adds to its sequences is not theirs before {@link Places#end}.
   *
   * @return false if {@code cancelled} ended it between two layers
   */
  boolean run(Batch batch, BooleanSupplier cancelled) {
    return run(batch, cancelled, true);
  }

  /** Likewise, but {@code cancelled} is asked before each layer, and may look at what it reads. */
  boolean runLayerByLayer(Batch batch, BooleanSupplier cancelled) {
    return run(batch, cancelled, false);
  }

  private boolean run(Batch batch, BooleanSupplier cancelled, boolean repeats) {
    places.begin(batch);
    int n = batch.size();
    int m = batch.outputCount();
    Rows rows = first.pass().input().rows();
    wanted = first.pass().input().wanted();
    Place at = first;
    Buffer x = at.buffer(STREAM);
    at.backend().embed(at.pass(), tokens, frame.embeddingScale(), x);
    if (tokenTypes != null) {
      at.backend().addVector(tokenTypes, n, x);
    }
    if (positions != null) {
      at.backend().embedPositions(at.pass(), positions, at.buffer(NORMED));
      at.backend().add(at.buffer(NORMED), n, 1, x);
    }
    if (embeddingNorm != null) {
      at.backend().normalise(embeddingNorm, x, n, x);
    }
    if (layerInputs != null) {
      layerInputs.run(at.pass(), x, rows);
    }
    for (Segment segment : segments) {
      x = places.move(at, x, n, segment.at());
      places.moveInputs(at, n, segment.at());
      at = segment.at();
      boolean done =
          repeats && segment.whole()
              ? at.backend().repeat(at.pass(), segment, () -> run(segment, rows, m, cancelled))
              : run(segment, rows, m, cancelled);
      if (!done) {
        return false;
      }
    }
    if (m > 0 && m < n) {
      x = at.buffer(FEW_STREAM);
    }
    if (m > 0) {
      x = places.move(at, x, m, last);
      hidden = x;
      if (outputNorm != null) {
        last.backend().normalise(outputNorm, x, m, normed);
        hidden = normed;
      }
    }
    return true;
  }

  /**
   * The layers of a segment, of which m outputs are wanted.
   *
   * @return false if it was cancelled between two of them
   */
  private boolean run(Segment segment, Rows rows, int m, BooleanSupplier cancelled) {
    for (int il = segment.from(); il < segment.to(); il++) {
      if (cancelled.getAsBoolean()) {
        return false;
      }
      boolean narrows = il == layers.size() - 1 && m < rows.count();
      run(layers.get(il), rows, narrows, m);
      int left = narrows ? m : rows.count();
      if (directions.get(il) != null && left > 0) {
        Place at = layers.get(il).at();
        at.backend().addVector(directions.get(il), left, at.buffer(narrows ? FEW_STREAM : STREAM));
      }
    }
    return true;
  }

  /**
   * One layer. In the last only the m rows of which logits are wanted go on behind the mixer, in
   * buffers of their own.
   */
  private void run(Stage layer, Rows all, boolean narrows, int m) {
    Place at = layer.at();
    Backend b = at.backend();
    Rows rows = all;
    Buffer x = at.buffer(STREAM);
    Buffer mixed = at.buffer(MIXED);
    Buffer fed = layer.feedForward() == null ? null : at.buffer(FED);
    Buffer h = x;
    if (layer.norm() != null) {
      h = at.buffer(NORMED);
      b.normalise(layer.norm(), x, rows.count(), h);
    }
    run(layer.mixer(), layer.mixerAt(), MIXED, at, h, rows);
    if (narrows) {
      if (m == 0) {
        return;
      }
      rows = wanted;
      Pass pass = at.pass();
      b.gatherOutputs(pass, x, at.buffer(FEW_STREAM));
      b.gatherOutputs(pass, mixed, at.buffer(FEW_MIXED));
      if (layer.parallel() && layer.feedForwardNorm() == null) {
        b.gatherOutputs(pass, h, at.buffer(FEW_NORMED));
        h = at.buffer(FEW_NORMED);
      }
      x = at.buffer(FEW_STREAM);
      mixed = at.buffer(FEW_MIXED);
    }
    int n = rows.count();
    if (frame.behindAddition()) {
      feedBehindAddition(layer, x, mixed, rows);
      return;
    }
    if (layer.postNorm() != null) {
      b.normalise(layer.postNorm(), mixed, n, mixed);
    }
    if (layer.feedForward() == null) {
      b.add(mixed, n, frame.residualScale(), x);
      return;
    }
    if (!layer.parallel()) {
      b.add(mixed, n, frame.residualScale(), x);
      h = x;
    }
    if (layer.feedForwardNorm() != null) {
      h = at.buffer(NORMED);
      b.normalise(layer.feedForwardNorm(), x, n, h);
    }
    run(layer.feedForward(), layer.feedForwardAt(), FED, at, h, rows);
    if (layer.postFeedForwardNorm() != null) {
      b.normalise(layer.postFeedForwardNorm(), fed, n, fed);
    }
    if (layer.parallel()) {
      b.add(mixed, n, frame.residualScale(), x);
    }
    b.add(fed, n, frame.residualScale(), x);
    if (layer.input() != null) {
      layer.input().run(at.pass(), x, rows);
      b.normalise(layer.postInputNorm(), at.buffer(MIXED), n, at.buffer(MIXED));
      b.add(at.buffer(MIXED), n, 1, x);
    }
    if (layer.outputScale() != 1) {
      b.scale(x, n, layer.outputScale());
    }
  }

  /** A block of a layer that is {@code home}: if it is elsewhere, rows go there and come back. */
  private void run(Block.Step block, Place at, Place.Use out, Place home, Buffer x, Rows rows) {
    if (at == home) {
      block.run(at.pass(), x, rows);
      return;
    }
    Buffer there = at.buffer(NORMED);
    places.copy(home, x, rows.count(), at, there);
    block.run(at.pass(), there, rows);
    places.copy(at, at.buffer(out), rows.count(), home, home.buffer(out));
  }

  /** What is behind the mixer where norms stand behind additions; the stream is overwritten. */
  private void feedBehindAddition(Stage layer, Buffer x, Buffer mixed, Rows rows) {
    Backend b = layer.at().backend();
    Buffer fed = layer.at().buffer(FED);
    int n = rows.count();
    b.add(x, n, 1, mixed);
    b.normalise(layer.postNorm(), mixed, n, mixed);
    if (layer.feedForwardNorm() != null) {
      b.add(x, n, 1, mixed);
      b.normalise(layer.feedForwardNorm(), mixed, n, mixed);
    }
    run(layer.feedForward(), layer.feedForwardAt(), FED, layer.at(), mixed, rows);
    b.add(mixed, n, 1, fed);
    b.normalise(layer.postFeedForwardNorm(), fed, n, x);
  }

  // ---- looking -----------------------------------------------------------------------------

  /** True if all that layer {@code il} reads, of n tokens, are numbers. */
  boolean isFiniteBefore(int il, int n) {
    Place at = il == 0 ? first : layers.get(il - 1).at();
    return at.backend().isFinite(at.buffer(STREAM), n);
  }

  /** True if all that the last layer wrote for m outputs of n tokens are numbers. */
  boolean isFiniteAfterLayers(int m, int n) {
    Place at = layers.getLast().at();
    return at.backend().isFinite(m < n ? at.buffer(FEW_STREAM) : at.buffer(STREAM), m);
  }

  /** True if the hidden states of all m outputs are numbers. */
  boolean isFiniteHidden(int m) {
    return m == 0 || last.backend().isFinite(hidden, m);
  }

  /** Logits of outputs [from, from + count) into {@link #logits}. */
  void computeLogits(int from, int count) {
    Backend backend = last.backend();
    int single = Math.clamp(wanted.single() - from, 0, count);
    backend.multiply(output, hidden.rows(from, count), Rows.wanted(count, single));
    if (frame.logitScale() != 1) {
      backend.scale(logits, count, frame.logitScale());
    }
    if (frame.softcap() != 0) {
      backend.softcap(logits, count, frame.softcap());
    }
  }
}
