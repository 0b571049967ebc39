package dev.jora.backend.state;

import dev.jora.backend.SequenceState;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a text has left behind, layer by layer. */
public final class LayeredState implements SequenceState {
  private final States states;
  private final List<LayerState> layers;
  private int length;

  LayeredState(States states, List<LayerState> layers, int length) {
    this.states = states;
    this.layers = List.copyOf(layers);
    this.length = length;
  }

  /** A state made here. */
  public static LayeredState of(SequenceState state) {
    return (LayeredState) state;
  }

  /** What a layer keeps. */
  public LayerState layer(int layer) {
    return layers.get(layer);
  }

  /** What each layer keeps. */
  public List<LayerState> layers() {
    return layers;
  }

  /** A pass has added so many tokens to every layer. */
  public void commit(int tokens) {
    length += tokens;
    layers.forEach(LayerState::commit);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public boolean canTruncate(int newLength) {
    return layers.stream().allMatch(layer -> layer.canTruncate(newLength));
  }

  @Override
  public void truncate(int newLength) {
    layers.forEach(layer -> layer.truncate(newLength));
    length = newLength;
  }

  @Override
  public boolean canShift(int keep, int discard) {
    return layers.stream().allMatch(layer -> layer.canShift(keep, discard));
  }

  @Override
  public void shift(int keep, int discard) {
    layers.forEach(layer -> layer.shift(keep, discard));
    length -= discard;
  }

  @Override
  public LayeredState fork() {
    List<LayerState> copies = layers.stream().map(LayerState::fork).toList();
    return states.keep(new LayeredState(states, copies, length));
  }

  @Override
  public int first(int layer) {
    return layers.get(layer).first();
  }

  @Override
  public void save(int layer, MemorySegment out) {
    layers.get(layer).save(out);
  }

  @Override
  public void load(int layer, int first, int newLength, MemorySegment in) {
    layers.get(layer).load(first, newLength, in);
    length = newLength;
  }

  @Override
  public long bytes() {
    return layers.stream().mapToLong(LayerState::bytes).sum();
  }

  @Override
  public void close() {
    layers.forEach(LayerState::close);
    length = 0;
    states.forget(this);
  }
}
