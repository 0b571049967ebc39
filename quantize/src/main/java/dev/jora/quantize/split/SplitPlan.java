package dev.jora.quantize.split;

import dev.jora.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Which tensors go into which shard.
 *
 * @param shards at least one, each with its tensors in file order
 */
public record SplitPlan(List<List<TensorInfo>> shards) {
  /** {@code split.count} is a u16. */
  private static final int MOST = 65535;

  /** Multiples of it count as a tensor's size: GGUF's usual alignment. */
  private static final int ALIGNMENT = 32;

  /**
   * Fills shards one after the other, as llama.cpp does.
   *
   * @param metadataFirst true: the first shard has no tensors
   * @throws IllegalArgumentException if there would be more than 65535 shards
   */
  public static SplitPlan of(List<TensorInfo> tensors, SplitLimit limit, boolean metadataFirst) {
    List<List<TensorInfo>> shards = new ArrayList<>();
    if (metadataFirst) {
      shards.add(List.of());
    }
    List<TensorInfo> shard = new ArrayList<>();
    long size = 0;
    for (TensorInfo tensor : tensors) {
      long bytes = (tensor.bytes() + ALIGNMENT - 1) & -ALIGNMENT;
      boolean full =
          switch (limit) {
            case SplitLimit.Tensors(int most) -> shard.size() == most;
            case SplitLimit.Bytes(long most) -> bytes > most - size;
          };
      if (full && !shard.isEmpty()) {
        shards.add(List.copyOf(shard));
        shard.clear();
        size = 0;
      }
      shard.add(tensor);
      size += bytes;
    }
    shards.add(List.copyOf(shard));
    if (shards.size() > MOST) {
      throw new IllegalArgumentException(
          "%d shards are too many: %d at most".formatted(shards.size(), MOST));
    }
    return new SplitPlan(List.copyOf(shards));
  }

  /** Bytes of tensor data in shard {@code i}. */
  public long bytes(int i) {
    return shards.get(i).stream().mapToLong(TensorInfo::bytes).sum();
  }

  /** Tensors in all shards. */
  public int tensors() {
    return shards.stream().mapToInt(List::size).sum();
  }
}
