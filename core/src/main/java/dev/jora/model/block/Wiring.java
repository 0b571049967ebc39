package dev.jora.model.block;

import dev.jora.backend.Adapter;
import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.Norm;
import dev.jora.backend.PlannedRoom;
import dev.jora.backend.Product;
import dev.jora.backend.Room;
import dev.jora.backend.Rope;
import dev.jora.backend.StateSpec;
import dev.jora.backend.Weight;
import dev.jora.backend.Workload;
import dev.jora.model.adapter.AdapterTable;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the blocks of one backend are put. Blocks run one after the other, so what they need only
 * while they run is shared by all.
 */
public final class Wiring {
  private final Backend backend;
  private final Room room;
  private final int rows;
  private final CacheTypes types;
  private final Function<RopeSpec, Rope> ropes;
  private final List<StateSpec> states = new ArrayList<>();
  private final Map<Integer, List<Buffer>> buffers = new HashMap<>();
  private final Map<Integer, Integer> taken = new HashMap<>();
  private final Set<Rope> turns = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Experts> mixtures = new ArrayList<>();
  private final List<Attention> attentions = new ArrayList<>();
  private final AdapterTable adapters;
  private long adapterFloats; // of one adapter's rows, at most
  private final int layerInputCols;
  private Buffer layerInputs;
  private final Map<Integer, Integer> keepers = new HashMap<>();
  private int layer;

  /**
   * Types of what caches hold.
   *
   * @param keys of keys
   * @param values of values
   */
  public record CacheTypes(GgmlType keys, GgmlType values) {}

  /**
   * A wiring with nothing in it.
   *
   * @param backend null where memory is only counted
   * @param rows the most rows of a pass
   * @param layerInputCols values of a token that are inputs of layers; 0 for none
   * @param ropes angles for a description of them; the same object for the same description
   * @param adapters of weights, for all backends of a decoder
   */
  public Wiring(
      Backend backend,
      Room room,
      int rows,
      int layerInputCols,
      CacheTypes types,
      Function<RopeSpec, Rope> ropes,
      AdapterTable adapters) {
    this.backend = backend;
    this.room = room;
    this.rows = rows;
    this.layerInputCols = layerInputCols;
    this.types = types;
    this.ropes = ropes;
    this.adapters = adapters;
  }

  /** Begins a block of a layer: buffers that others have for their own use can be taken again. */
  public Wiring next(int il) {
    layer = il;
    taken.clear();
    return this;
  }

  /** Who will run it. */
  public Backend backend() {
    return backend;
  }

  /** Memory of the backend. */
  public Room room() {
    return room;
  }

  /** A buffer for as many columns that holds something only while a block runs. */
  public Buffer inner(int cols) {
    int index = taken.merge(cols, 1, Integer::sum) - 1;
    List<Buffer> same = buffers.computeIfAbsent(cols, c -> new ArrayList<>());
    if (index == same.size()) {
      same.add(room.allocate(rows, cols));
    }
    return same.get(index);
  }

  /** Inputs of all layers, float32[rows, layers · width]; they stay during a pass. */
  public Buffer layerInputs() {
    if (layerInputs == null) {
      layerInputs = room.allocate(rows, layerInputCols);
    }
    return layerInputs;
  }

  /** A tensor as a weight; null for none. */
  public Weight weight(Tensor tensor) {
    return tensor == null ? null : room.upload(tensor);
  }

  /** A tensor as floats, whatever its shape; null for none. */
  public Weight floats(Tensor tensor) {
    return tensor == null ? null : room.uploadFloats(tensor);
  }

  /** A matrix as floats with rows for columns. */
  public Weight turned(Tensor tensor) {
    return room.uploadTurned(tensor);
  }

  /** A matrix, or a stack of them, that rows are multiplied with, and what adapters add. */
  Weight matrix(Linear linear) {
    return adapted(
        weight(linear.weight()),
        adapters.of(linear.weight(), linear.name(), linear.view(), room),
        rows);
  }

  /** A table of which rows are looked up, and what adapters add to them. */
  public Weight table(Tensor tensor) {
    return adapted(weight(tensor), adapters.ofTable(tensor, room), rows);
  }

  /** A product with a matrix and its bias. */
  public Product product(Linear linear, Buffer out) {
    Weight weight = weight(linear.weight());
    List<Adapter> found = adapters.of(linear.weight(), linear.name(), linear.view(), room);
    return new Product(adapted(weight, found, out.rows()), weight(linear.bias()), out);
  }

  /** A weight with adapters, of which a pass takes so many rows. */
  private Weight adapted(Weight weight, List<Adapter> found, long taken) {
    if (found.isEmpty()) {
      return weight;
    }
    for (Adapter adapter : found) {
      adapterFloats = Math.max(adapterFloats, taken * (adapter.rank() + adapter.outputs()));
    }
    return weight.with(List.copyOf(found));
  }

  /** A norm; null for none. */
  public Norm norm(NormSpec spec, Linear norm) {
    return norm == null
        ? null
        : new Norm(spec.kind(), weight(norm.weight()), weight(norm.bias()), spec.eps());
  }

  /** Angles; null for none. */
  public Rope rope(RopeSpec spec) {
    if (spec == null) {
      return null;
    }
    Rope rope = ropes.apply(spec);
    turns.add(rope);
    return rope;
  }

  /** A mixture of experts, which this backend will run; likewise attention. */
  public Experts mixture(Experts mixture) {
    mixtures.add(mixture);
    for (Weight stack : Arrays.asList(mixture.gate(), mixture.up(), mixture.down())) {
      if (stack != null) { // a row for each expert that a token goes through
        adapted(stack, stack.adapters(), (long) rows * mixture.routing().used());
      }
    }
    return mixture;
  }

  /** Attention. */
  public Attention attention(Attention attention) {
    attentions.add(attention);
    return attention;
  }

  /** Bytes that one adapter after the other puts down for a while. */
  public long adapterBytes() {
    return adapterFloats * Float.BYTES;
  }

  /** All that the backend will run, where the room is a planned one. */
  public Workload workload(int context) {
    return new Workload(
        rows,
        context,
        (PlannedRoom) room,
        states(),
        List.copyOf(mixtures),
        List.copyOf(attentions),
        List.copyOf(turns));
  }

  /** Types of cached keys and values. */
  public CacheTypes types() {
    return types;
  }

  /**
   * Something is kept of every text.
   *
   * @return the layer's number in the states of this backend
   */
  public int keep(StateSpec state) {
    states.add(state);
    keepers.put(layer, states.size() - 1);
    return states.size() - 1;
  }

  /**
   * Something is kept of every text while a pass runs: layers that keep the same share it.
   *
   * @return its number in the states of this backend
   */
  public int keepForPass(StateSpec state) {
    int same = states.indexOf(state);
    return same < 0 ? keep(state) : same;
  }

  /**
   * What an earlier layer keeps: its number in the states of this backend.
   *
   * @throws IllegalArgumentException if that layer is on another backend
   */
  public int kept(int il) {
    Integer state = keepers.get(il);
    if (state == null) {
      throw new IllegalArgumentException(
          "layer " + layer + " looks at what layer " + il + " keeps: both must be on one backend");
    }
    return state;
  }

  /** What is kept of every text, layer by layer. */
  public List<StateSpec> states() {
    return List.copyOf(states);
  }
}
