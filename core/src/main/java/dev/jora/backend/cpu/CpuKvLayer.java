package dev.jora.backend.cpu;

import dev.jora.backend.KvSpec;
import dev.jora.kernel.Floats;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.Stored;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A KV cache in pages of {@link #PAGE} positions. Within a page the rows of a head lie together: K
 * as [head][position][keyDim], then V as [head][position][valueDim], each row in blocks of its
 * type. So memory follows the length of the text, forks share full pages, and a windowed layer
 * returns pages that no query can see any more.
 */
final class CpuKvLayer implements CpuLayerState {
  /** Positions per page: 64 rows of 64 F16 values are 8 KB, a run that streams well. */
  static final int PAGE = Kernels.PAGE;

  /** Memory of a page and how many caches use it. */
  private static final class Page {
    final CpuMemory.Region region;
    final MemorySegment data;
    int users = 1;

    Page(CpuMemory memory, long bytes) {
      region = memory.open();
      data = region.allocate(bytes);
    }
  }

  private final KvSpec spec;
  private final Kernels kernels;
  private final CpuMemory memory;
  private final long keyRow;
  private final long valueRow;
  private final List<Page> pages = new ArrayList<>();
  private final Deque<Page> spare = new ArrayDeque<>();
  private int firstPage;
  private int first;
  private int length;

  CpuKvLayer(KvSpec spec, Kernels kernels, CpuMemory memory) {
    this.spec = spec;
    this.kernels = kernels;
    this.memory = memory;
    this.keyRow = spec.keyType().rowBytes(spec.keyDim());
    this.valueRow = spec.valueType() == null ? 0 : spec.valueType().rowBytes(spec.valueDim());
  }

  @Override
  public int first() {
    return first;
  }

  /** Positions it holds or has forgotten, those of a pass that has not ended included. */
  int length() {
    return length;
  }

  @Override
  public long bytes() {
    return (pages.size() + spare.size()) * pageBytes();
  }

  @Override
  public boolean canTruncate(int newLength) {
    return newLength == 0 || newLength == length || firstSeen(newLength) >= first();
  }

  @Override
  public void truncate(int newLength) {
    if (newLength > length || !canTruncate(newLength)) {
      throw new IllegalArgumentException(
          "positions " + first() + " to " + length + " are cached, cannot cut at " + newLength);
    }
    length = newLength;
    releaseFrom(Math.max(0, pageCount(newLength)));
    if (newLength == 0) {
      firstPage = first = 0;
    }
  }

  @Override
  public boolean canShift(int keep, int discard) {
    if (keep < 0 || discard < 0 || discard > length - keep) {
      return false;
    }
    int start = Math.max(first, keep + discard) - discard;
    return firstSeen(length - discard) >= Math.min(first, start);
  }

  @Override
  public void shift(int keep, int discard) {
    if (!canShift(keep, discard)) {
      throw new IllegalArgumentException(
          ("positions %d to %d are cached, cannot keep %d of them and discard %d")
              .formatted(first, length, keep, discard));
    }
    CpuKvLayer old = fork();
    try (KeyTurner turner = new KeyTurner(kernels, spec, -discard)) {
      int from = Math.max(first, keep + discard);
      length = from - discard;
      releaseFrom(Math.max(0, pageCount(length)));
      first = Math.min(first, length);
      firstPage = Math.min(firstPage, first / PAGE);
      while (from < old.length) {
        int n = Math.min(PAGE - Math.max(from % PAGE, length % PAGE), old.length - from);
        append(old, from, n, turner);
        from += n;
      }
    } finally {
      old.close();
    }
  }

  /** Appends n positions of a page of another cache, and of one page here, with keys turned. */
  private void append(CpuKvLayer old, int from, int n, KeyTurner turner) {
    MemorySegment source = old.page(from);
    MemorySegment page = writablePage();
    for (int head = 0; head < spec.kvHeads(); head++) {
      turner.turn(source, keyAt(head, from), n, page, keyAt(head, length));
      MemorySegment.copy(source, valueAt(head, from), page, valueAt(head, length), n * valueRow);
    }
    length += n;
  }

  @Override
  public void save(MemorySegment out) {
    long keys = 0;
    long values = (length - first) * keyRow * spec.kvHeads();
    for (int head = 0; head < spec.kvHeads(); head++) {
      for (int from = first, n; from < length; from += n) {
        n = Math.min(PAGE - from % PAGE, length - from);
        MemorySegment.copy(page(from), keyAt(head, from), out, keys, n * keyRow);
        MemorySegment.copy(page(from), valueAt(head, from), out, values, n * valueRow);
        keys += n * keyRow;
        values += n * valueRow;
      }
    }
  }

  @Override
  public void load(int newFirst, int newLength, MemorySegment in) {
    truncate(0);
    first = length = newFirst;
    firstPage = newFirst / PAGE;
    while (length < newLength) {
      int n = Math.min(PAGE - length % PAGE, newLength - length);
      MemorySegment page = writablePage();
      long allKeys = (newLength - newFirst) * keyRow * spec.kvHeads();
      for (int head = 0; head < spec.kvHeads(); head++) {
        long row = (long) head * (newLength - newFirst) + length - newFirst;
        MemorySegment.copy(in, row * keyRow, page, keyAt(head, length), n * keyRow);
        MemorySegment.copy(in, allKeys + row * valueRow, page, valueAt(head, length), n * valueRow);
      }
      length += n;
    }
  }

  @Override
  public CpuKvLayer fork() {
    CpuKvLayer copy = new CpuKvLayer(spec, kernels, memory);
    copy.firstPage = firstPage;
    copy.first = first;
    copy.length = length;
    for (Page page : pages) {
      page.users++;
      copy.pages.add(page);
    }
    return copy;
  }

  @Override
  public void close() {
    releaseFrom(0);
    spare.forEach(page -> page.region.close());
    spare.clear();
    length = firstPage = first = 0;
  }

  /** Appends {@code count} positions, rows of k and v from {@code from} on; v may be null. */
  void append(CpuBuffer k, CpuBuffer v, int from, int count) {
    for (int done = 0; done < count; ) {
      int slot = length % PAGE;
      int n = Math.min(PAGE - slot, count - done);
      MemorySegment page = writablePage();
      for (int i = 0; i < n; i++) {
        storeRow(page, slot + i, k, v, from + done + i);
      }
      done += n;
      length += n;
    }
  }

  /**
   * The end of a pass: returns pages that lie wholly before the window of the next position; one
   * more is kept, so that the last few tokens can be taken back.
   */
  @Override
  public void commit() {
    while (pages.size() > 1 && (firstPage + 2) * PAGE <= firstSeen(length)) {
      release(pages.removeFirst());
      first = ++firstPage * PAGE;
    }
  }

  /** floats[n, keyDim]: the keys of a head at positions [from, from + n) of one page. */
  void readKeys(int head, int from, int n, MemorySegment out) {
    kernels.dequantize(spec.keyType(), page(from), keyAt(head, from), n * spec.keyDim(), out, 0);
  }

  /**
   * The keys of a head on the page that begins at position p, turned.
   *
   * @param out floats[keyDim, 64]
   * @param scratch floats[64, keyDim]
   */
  void turnKeys(int head, int p, Floats out, Floats scratch) {
    long at = (long) head * PAGE * keyRow;
    kernels.pageKeys(new Stored(spec.keyType(), page(p), at, PAGE, spec.keyDim()), out, scratch);
  }

  /** The type that values are held in on their own; null where they are in the keys. */
  GgmlType valueType() {
    return spec.valueType();
  }

  /** Values of a head at positions [p, p + n), where p begins a page. */
  Stored values(int head, int p, int n) {
    return new Stored(
        spec.valueType(), page(p), valuesAt() + (long) head * PAGE * valueRow, n, spec.valueDim());
  }

  /** floats[n, valueDim]: the values of a head at positions [from, from + n) of one page. */
  void readValues(int head, int from, int n, MemorySegment out) {
    int dim = spec.valueDim();
    if (spec.valueType() == null) {
      for (int i = 0; i < n; i++) {
        long key = keyAt(head, from + i);
        kernels.dequantize(spec.keyType(), page(from), key, dim, out, 4L * i * dim);
      }
      return;
    }
    kernels.dequantize(spec.valueType(), page(from), valueAt(head, from), n * dim, out, 0);
  }

  private void storeRow(MemorySegment page, int slot, CpuBuffer k, CpuBuffer v, int row) {
    for (int head = 0; head < spec.kvHeads(); head++) {
      long key = keyAt(head, slot);
      long kHead = k.row(row) + 4L * head * spec.keyDim();
      kernels.quantize(spec.keyType(), k.data(), kHead, spec.keyDim(), page, key);
      if (v != null) {
        long value = valueAt(head, slot);
        long vHead = v.row(row) + 4L * head * spec.valueDim();
        kernels.quantize(spec.valueType(), v.data(), vHead, spec.valueDim(), page, value);
      }
    }
  }

  /** Where on its page the key of a head at a position begins. */
  private long keyAt(int head, int position) {
    return ((long) head * PAGE + position % PAGE) * keyRow;
  }

  /** Likewise the value. */
  private long valueAt(int head, int position) {
    return valuesAt() + ((long) head * PAGE + position % PAGE) * valueRow;
  }

  /** The page that holds a position. */
  MemorySegment page(int position) {
    return pages.get(position / PAGE - firstPage).data;
  }

  /** The page of the next position: new, or a copy of its own where it is shared. */
  private MemorySegment writablePage() {
    int index = length / PAGE - firstPage;
    if (index == pages.size()) {
      pages.add(spare.isEmpty() ? new Page(memory, pageBytes()) : spare.pop());
    }
    Page page = pages.get(index);
    if (page.users > 1) {
      Page own = new Page(memory, pageBytes());
      own.data.copyFrom(page.data);
      page.users--;
      pages.set(index, own);
      page = own;
    }
    return page.data;
  }

  private void releaseFrom(int index) {
    while (pages.size() > index) {
      release(pages.removeLast());
    }
  }

  private void release(Page page) {
    if (--page.users == 0) {
      page.users = 1;
      spare.push(page);
      while (spare.size() > 1) {
        spare.removeLast().region.close();
      }
    }
  }

  /** The first position that a query at {@code position} sees. */
  private int firstSeen(int position) {
    return spec.window() == 0 ? 0 : Math.max(0, position + 1 - spec.window());
  }

  private int pageCount(int positions) {
    return (positions + PAGE - 1) / PAGE - firstPage;
  }

  private long valuesAt() {
    return PAGE * keyRow * spec.kvHeads();
  }

  private long pageBytes() {
    return PAGE * spec.bytesPerPosition();
  }
}
