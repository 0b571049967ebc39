package dev.jora.backend;

import dev.jora.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/** A room that tells somebody of the weights in it, as {@link PlannedRoom} counts them. */
public final class CountedRoom implements Room {
  private final Room room;
  private final LongConsumer listener;
  private final Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());

  /** {@code room}, with somebody who hears of the bytes of each tensor when it is there. */
  public CountedRoom(Room room, LongConsumer listener) {
    this.room = room;
    this.listener = listener;
  }

  @Override
  public Weight upload(Tensor tensor) {
    return counted(tensor, room.upload(tensor));
  }

  @Override
  public Weight uploadFloats(Tensor tensor) {
    return counted(tensor, room.uploadFloats(tensor));
  }

  @Override
  public Weight uploadTurned(Tensor tensor) {
    return counted(tensor, room.uploadTurned(tensor));
  }

  private Weight counted(Tensor tensor, Weight weight) {
    if (known.add(tensor)) {
      listener.accept(tensor.bytes());
    }
    return weight;
  }

  @Override
  public Buffer allocate(int rows, int cols) {
    return room.allocate(rows, cols);
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    return room.allocateHost(bytes);
  }

  @Override
  public SequenceState newState(List<StateSpec> layers) {
    return room.newState(layers);
  }

  @Override
  public void close() {
    room.close();
  }
}
