package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.CountedRoom;
import dev.jora.backend.PassInput;
import dev.jora.backend.PlannedRoom;
import dev.jora.backend.Room;
import dev.jora.backend.Rope;
import dev.jora.backend.SequenceState;
import dev.jora.backend.StateSpec;
import dev.jora.model.adapter.AdapterTable;
import dev.jora.model.block.RopeSpec;
import dev.jora.model.block.Wiring;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The backends that a decoder is spread over, each with a room of its own, and who has what. */
final class Places implements AutoCloseable {
  /** Where what a layer keeps of a text is found: the number of a place, and of a state there. */
  record Kept(int place, int state, StateSpec spec) {}

  private final List<Place> all = new ArrayList<>();
  private final Map<Backend, Integer> numbers = new IdentityHashMap<>();
  private final List<Kept> kept = new ArrayList<>();
  private final AdapterTable adapters;
  private final Placement placement;
  private final int rows;
  private final int width;
  private final int inputCols;
  private MemorySegment host = MemorySegment.NULL;

  private Places(
      Model model, Placement placement, DecoderOptions options, Function<Backend, Room> rooms) {
    this.adapters = new AdapterTable(options.adaptation());
    this.placement = placement;
    this.rows = options.rows();
    this.width = model.hyperparameters().embeddingLength();
    RopeOptions own = model.spec().rope().with(options.rope());
    float[] factors = model.ropeFactors().of(options.contextSize(), own.originalContext());
    Map<RopeSpec, Rope> made = new HashMap<>();
    Function<RopeSpec, Rope> ropes = spec -> made.computeIfAbsent(spec, s -> own.rope(s, factors));
    this.inputCols = model.layerInputs() == null ? 0 : model.layerInputs().cols();
    Wiring.CacheTypes types = new Wiring.CacheTypes(options.keyType(), options.valueType());
    for (Backend backend : placement.backends()) {
      numbers.put(backend, all.size());
      Room room = rooms.apply(backend);
      Wiring wiring = new Wiring(backend, room, rows, inputCols, types, ropes, adapters);
      all.add(new Place(wiring, rows, width));
    }
  }

  /** Rooms on the backends of a placement; somebody hears of the weights that they take. */
  static Places open(
      Model model, Placement placement, DecoderOptions options, UploadListener listener) {
    return new Places(
        model,
        placement,
        options,
        backend -> new CountedRoom(backend.open(), bytes -> listener.uploaded(backend, bytes)));
  }

  /** Rooms that only count what is put into them. */
  static Places planned(Model model, Placement placement, DecoderOptions options) {
    return new Places(model, placement, options, backend -> new PlannedRoom());
  }

  Place embeddings() {
    return of(placement.embeddings());
  }

  Place layer(int il) {
    return of(placement.layers().get(il));
  }

  /** Where a layer's mixer is. */
  Place mixer(int il) {
    return of(placement.mixers().get(il));
  }

  /** Where a layer's feed-forward block is. */
  Place feedForward(int il) {
    return of(placement.feedForwards().get(il));
  }

  Place output() {
    return of(placement.output());
  }

  /** The adapters of all. */
  AdapterTable adapters() {
    return adapters;
  }

  List<Place> all() {
    return all;
  }

  private Place of(Backend backend) {
    return all.get(numbers.get(backend));
  }

  // ---- what is kept of texts ---------------------------------------------------------------

  /** All that a place keeps since it kept {@code before} things is of the next layer. */
  void keep(Place place, int before) {
    List<StateSpec> states = place.wiring().states();
    for (int i = before; i < states.size(); i++) {
      kept.add(new Kept(all.indexOf(place), i, states.get(i)));
    }
  }

  /** What is kept of a text, in the order of layers. */
  List<Kept> kept() {
    return kept;
  }

  /** States of a new text, one for each place. */
  List<SequenceState> newStates() {
    return all.stream()
        .map(place -> place.wiring().room().newState(place.wiring().states()))
        .toList();
  }

  // ---- a pass ------------------------------------------------------------------------------

  /** Begins a pass everywhere. */
  void begin(Batch batch) {
    PassInput input = batch.input();
    for (int i = 0; i < all.size(); i++) {
      List<SequenceState> states = new ArrayList<>(batch.sequences().size());
      for (Sequence sequence : batch.sequences()) {
        states.add(sequence.state(i));
      }
      all.get(i).begin(input.with(states));
    }
  }

  /** Ends it: what it has added to its sequences is theirs. */
  void end() {
    all.forEach(place -> place.backend().end(place.pass()));
  }

  /** The first n rows of x at another place: in its stream. */
  Buffer move(Place from, Buffer x, int n, Place to) {
    if (from == to) {
      return x;
    }
    Buffer moved = to.buffer(Place.Use.STREAM);
    copy(from, x, n, to, moved);
    return moved;
  }

  /** Likewise the inputs of layers. */
  void moveInputs(Place from, int n, Place to) {
    if (from != to && inputCols > 0) {
      copy(from, from.wiring().layerInputs(), n, to, to.wiring().layerInputs());
    }
  }

  /** The first n rows of x into a buffer of another place, by way of the host if need be. */
  void copy(Place from, Buffer x, int n, Place to, Buffer out) {
    if (to.backend().copyFrom(from.backend(), x, n, out)) {
      return;
    }
    if (host.byteSize() == 0) {
      host = MemorySegment.ofArray(new float[rows * Math.max(width, inputCols)]);
    }
    from.backend().read(x, n, host);
    to.backend().write(host, n, out);
  }

  @Override
  public void close() {
    all.forEach(place -> place.wiring().room().close());
  }
}
