package dev.jora.backend.cuda.software;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The memory of one device: allocations with gaps between, at addresses that never come again. */
final class DeviceMemory {
  static final int ALIGN = 256;

  private final long limit;
  private final NavigableMap<Long, Allocation> live = new TreeMap<>();
  private final NavigableMap<Long, Long> freed = new TreeMap<>();
  private long next;
  private long used;
  private int count;

  /** {@code limit} bytes from address {@code base} on. */
  DeviceMemory(long base, long limit) {
    this.next = base;
    this.limit = limit;
  }

  static long rounded(long bytes) {
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
  }

  synchronized long free() {
    return limit - used;
  }

  /** Null where there is no room. */
  synchronized Allocation allocate(long bytes, String name) {
    if (bytes > Integer.MAX_VALUE - 8 || rounded(bytes) > free()) {
      return null;
    }
    count++;
    Allocation made = new Allocation(next, (int) bytes, name == null ? "#" + count : name);
    live.put(next, made);
    used += rounded(bytes);
    next += rounded(bytes) + ALIGN * (1 + 7 * count % 5);
    return made;
  }

  /** Whether there was something to free. */
  synchronized boolean free(long address) {
    Allocation gone = live.remove(address);
    if (gone == null) {
      return false;
    }
    freed.put(address, gone.end());
    used -= rounded(gone.bytes.length);
    return true;
  }

  /** What holds all of a range; null if nothing does. */
  synchronized Allocation find(long address, long size) {
    Map.Entry<Long, Allocation> floor = live.floorEntry(address);
    return floor != null && floor.getValue().holds(address, size) ? floor.getValue() : null;
  }

  /** Where an address lies that is in no allocation. */
  synchronized String describe(long address) {
    Map.Entry<Long, Long> gone = freed.floorEntry(address);
    if (gone != null && address < gone.getValue()) {
      return "which was freed: %d bytes at 0x%x"
          .formatted(gone.getValue() - gone.getKey(), gone.getKey());
    }
    Map.Entry<Long, Allocation> below = live.floorEntry(address);
    Map.Entry<Long, Allocation> above = live.ceilingEntry(address);
    long under = below == null ? Long.MAX_VALUE : address - below.getValue().end();
    long over = above == null ? Long.MAX_VALUE : above.getKey() - address;
    if (below == null && above == null || Math.min(under, over) > 1L << 36) {
      return "near no allocation of this device";
    }
    Allocation nearest = under <= over ? below.getValue() : above.getValue();
    return "%d bytes %s allocation %s, %d bytes at 0x%x"
        .formatted(
            under <= over ? under : over,
            under <= over ? "behind the end of" : "before",
            nearest.name,
            nearest.bytes.length,
            nearest.base);
  }
}
