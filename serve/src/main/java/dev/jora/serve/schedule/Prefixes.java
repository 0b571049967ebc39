package dev.jora.serve.schedule;

import dev.jora.model.Sequence;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What texts have left behind, to be gone on from: sequences in the order of their tokens, which is
 * a radix tree laid flat, for the one with the longest common beginning stands beside the place of
 * a prompt. Pages are shared. Those that were not used for longest go first. For one thread.
 */
final class Prefixes implements AutoCloseable {
  private static final Comparator<int[]> ORDER = Arrays::compare;

  private final long most;
  private final TreeMap<int[], Sequence> sorted = new TreeMap<>(ORDER);
  private final Map<int[], Sequence> byAge = new LinkedHashMap<>(); // keys by identity of arrays
  private long bytes;

  Prefixes(long most) {
    this.most = most;
  }

  /**
   * The sequence from which the most of a prompt can be had without reading it.
   *
   * @param sequence null for none
   * @param common tokens that it has in common with the prompt
   */
  record Found(Sequence sequence, int common) {
    static final Found NOTHING = new Found(null, 0);
  }

  /** What is best for a prompt, of which at most so many tokens may be had. */
  Found find(int[] prompt, int limit) {
    Found best = Found.NOTHING;
    for (Map.Entry<int[], Sequence> beside :
        Arrays.asList(sorted.floorEntry(prompt), sorted.ceilingEntry(prompt))) {
      if (beside != null) {
        best = better(best, beside, prompt, limit);
      }
    }
    if (best.sequence == null || best.sequence.forgets()) { // only what is a beginning as a whole
      best = beginning(best, prompt, limit);
    }
    if (best.sequence != null) {
      int[] key = keyOf(best.sequence);
      byAge.put(key, byAge.remove(key));
    }
    return best;
  }

  private static Found better(
      Found best, Map.Entry<int[], Sequence> entry, int[] prompt, int limit) {
    int common = Math.min(limit, entry.getValue().common(prompt));
    return common > best.common && entry.getValue().canTruncate(common)
        ? new Found(entry.getValue(), common)
        : best;
  }

  /** Goes through those that the prompt begins with, the longest first. */
  private Found beginning(Found best, int[] prompt, int limit) {
    int[] key = Arrays.copyOf(prompt, limit);
    while (key.length > best.common) {
      Map.Entry<int[], Sequence> entry = sorted.floorEntry(key);
      if (entry == null) {
        return best;
      }
      int common = entry.getValue().common(key);
      if (common == entry.getKey().length) {
        return better(best, entry, prompt, limit);
      }
      key = Arrays.copyOf(key, common);
    }
    return best;
  }

  private int[] keyOf(Sequence sequence) {
    return sorted.floorKey(sequence.tokens());
  }

  /** Keeps a sequence, which is this cache's from now on. */
  void keep(Sequence sequence) {
    int[] key = sequence.tokens();
    long size = sequence.bytes();
    if (key.length == 0 || size > most) {
      sequence.close();
      return;
    }
    drop(sorted.floorKey(key), key);
    if (!sequence.forgets()) { // what is a beginning of it has nothing more to give
      for (int[] shorter = sorted.lowerKey(key);
          shorter != null && sequence.common(shorter) == shorter.length;
          shorter = sorted.lowerKey(key)) {
        remove(shorter);
      }
      int[] longer = sorted.higherKey(key);
      if (longer != null && sequence.common(longer) == key.length) {
        sequence.close();
        return;
      }
    }
    sorted.put(key, sequence);
    byAge.put(key, sequence);
    bytes += size;
    while (bytes > most) {
      remove(byAge.keySet().iterator().next());
    }
  }

  /** Drops an entry of the same tokens. */
  private void drop(int[] found, int[] key) {
    if (found != null && ORDER.compare(found, key) == 0) {
      remove(found);
    }
  }

  private void remove(int[] key) {
    Sequence sequence = sorted.remove(key);
    byAge.remove(key);
    bytes -= sequence.bytes();
    sequence.close();
  }

  /** Bytes that are kept, pages that several share counted for each. */
  long bytes() {
    return bytes;
  }

  /** How many texts are kept. */
  int size() {
    return sorted.size();
  }

  /** Forgets all. */
  void clear() {
    sorted.values().forEach(Sequence::close);
    sorted.clear();
    byAge.clear();
    bytes = 0;
  }

  @Override
  public void close() {
    clear();
  }
}
