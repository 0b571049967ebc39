package dev.jora.backend.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Memory that texts keep: many blocks of few sizes, cut out of slabs, as a driver takes long for
 * each allocation and rounds it up to megabytes. A slab has blocks of one size; a size that has
 * many slabs has larger ones; one that is empty goes back.
 */
final class CudaPool {
  /** Where blocks begin. */
  private static final int ALIGNMENT = 256;

  private static final long LEAST_SLAB = 64 << 10;

  private static final long MOST_SLAB = 32 << 20;

  private final CudaDevice device;
  private final Map<Long, List<Slab>> bySize = new HashMap<>();
  private final NavigableMap<Long, Slab> byAddress = new TreeMap<>();

  /** Blocks that lie one after the other; free are those that were given back, and all unused. */
  private static final class Slab {
    final long address;
    final long block;
    final int count;
    final Deque<Long> back = new ArrayDeque<>();
    int unused; // the first block that was never given
    int users;

    Slab(long address, long block, int count) {
      this.address = address;
      this.block = block;
      this.count = count;
    }

    long bytes() {
      return block * count;
    }

    boolean isFull() {
      return users == count;
    }

    long take() {
      users++;
      return back.isEmpty() ? address + block * unused++ : back.pop();
    }
  }

  CudaPool(CudaDevice device) {
    this.device = device;
  }

  /** A block of so many bytes. */
  long allocate(long bytes) {
    long block = rounded(bytes);
    List<Slab> slabs = bySize.computeIfAbsent(block, size -> new ArrayList<>());
    for (Slab slab : slabs) {
      if (!slab.isFull()) {
        return slab.take();
      }
    }
    Slab made = slab(block, blocks(block, slabs.stream().mapToLong(Slab::bytes).sum()));
    slabs.add(made);
    byAddress.put(made.address, made);
    return made.take();
  }

  /** A slab of so many blocks, or of fewer where there is no room for them. */
  private Slab slab(long block, int count) {
    for (int n = count; true; n /= 2) {
      try {
        return new Slab(device.allocate(block * n), block, n);
      } catch (CudaException e) {
        if (n == 1 || e.code() != CudaException.OUT_OF_MEMORY) {
          throw e;
        }
      }
    }
  }

  /** Gives back what {@link #allocate} gave. */
  void free(long address) {
    Slab slab = byAddress.floorEntry(address).getValue();
    slab.back.push(address);
    slab.users--;
    if (slab.users == 0) {
      byAddress.remove(slab.address);
      bySize.get(slab.block).remove(slab);
      device.free(slab.address, slab.bytes());
    }
  }

  private static long rounded(long bytes) {
    return Math.max(1, Math.ceilDiv(bytes, ALIGNMENT)) * ALIGNMENT;
  }

  /** Blocks of the next slab of a size, where so many bytes of it are there. */
  private static int blocks(long block, long there) {
    return (int) Math.max(1, Math.clamp(there, LEAST_SLAB, MOST_SLAB) / block);
  }

  /** Bytes of the device that so many blocks of a size take. */
  static long bytes(long size, long count) {
    long block = rounded(size);
    long held = 0;
    for (long left = count; left > 0; ) {
      int n = blocks(block, held);
      if (n * block >= MOST_SLAB - block && left > n) { // all that follow are as large
        n = (int) Math.min(Integer.MAX_VALUE, left / n * n);
      }
      held += n * block;
      left -= n;
    }
    return held;
  }
}
