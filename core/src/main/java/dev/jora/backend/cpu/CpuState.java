package dev.jora.backend.cpu;

import dev.jora.backend.KvSpec;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.SequenceState;
import dev.jora.backend.StateSpec;
import dev.jora.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A text's layers in the CPU's memory. */
final class CpuState implements SequenceState {
  private final CpuRoom room;
  private final List<CpuLayerState> layers;
  private int length;

  private CpuState(CpuRoom room, List<CpuLayerState> layers, int length) {
    this.room = room;
    this.layers = layers;
    this.length = length;
  }

  static CpuState empty(CpuRoom room, Kernels kernels, CpuMemory memory, List<StateSpec> specs) {
    List<CpuLayerState> layers =
        specs.stream()
            .<CpuLayerState>map(
                spec ->
                    switch (spec) {
                      case KvSpec kv -> new CpuKvLayer(kv, kernels, memory);
                      case RecurrentSpec recurrent -> new CpuRecurrent(recurrent, memory);
                    })
            .toList();
    return new CpuState(room, layers, 0);
  }

  /** A state of this backend. */
  static CpuState of(SequenceState state) {
    return (CpuState) state;
  }

  CpuKvLayer cache(int layer) {
    return (CpuKvLayer) layers.get(layer);
  }

  CpuRecurrent recurrent(int layer) {
    return (CpuRecurrent) layers.get(layer);
  }

  /** A pass has added so many tokens to every layer. */
  void commit(int tokens) {
    length += tokens;
    layers.forEach(CpuLayerState::commit);
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
  public CpuState fork() {
    List<CpuLayerState> copies = layers.stream().map(CpuLayerState::fork).toList();
    return room.keep(new CpuState(room, copies, length));
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
    return layers.stream().mapToLong(CpuLayerState::bytes).sum();
  }

  @Override
  public void close() {
    layers.forEach(CpuLayerState::close);
    length = 0;
    room.forget(this);
  }
}
