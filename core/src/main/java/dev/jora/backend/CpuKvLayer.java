package dev.jora.backend;

import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
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
final class CpuKvLayer implements KvLayer {
  /** Positions per page: 64 rows of 64 F16 values are 8 KB, a run that streams well. */
  static final int PAGE = Kernels.PAGE;

  /** Memory of a page and how many caches use it. */
  private static final class Page {
    final Arena arena = Arena.ofShared();
    final MemorySegment data;
    int users = 1;

    Page(long bytes) {
      data = arena.allocate(bytes, 64);
    }
  }

  private final KvSpec spec;
  private final Kernels kernels;
  private final long keyRow;
  private final long valueRow;
  private final List<Page> pages = new ArrayList<>();
  private final Deque<Page> spare = new ArrayDeque<>();
  private int firstPage;
  private int length;

  CpuKvLayer(KvSpec spec, Kernels kernels) {
    this.spec = spec;
    this.kernels = kernels;
    this.keyRow = spec.keyType().rowBytes(spec.keyDim());
    this.valueRow = spec.valueType().rowBytes(spec.valueDim());
  }

  @Override
  public int first() {
    return firstPage * PAGE;
  }

  @Override
  public int length() {
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
    while (pages.size() > Math.max(0, pageCount(newLength))) {
      release(pages.removeLast());
    }
    if (newLength == 0) {
      firstPage = 0;
    }
  }

  @Override
  public KvLayer fork() {
    CpuKvLayer copy = new CpuKvLayer(spec, kernels);
    copy.firstPage = firstPage;
    copy.length = length;
    for (Page page : pages) {
      page.users++;
      copy.pages.add(page);
    }
    return copy;
  }

  @Override
  public void close() {
    pages.forEach(this::release);
    pages.clear();
    spare.forEach(page -> page.arena.close());
    spare.clear();
    length = firstPage = 0;
  }

  /** Appends {@code count} positions; row i of k and v starts at {@code from + i}. */
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
   * Returns pages that lie wholly before the window of the next position; one more is kept, so that
   * the last few tokens can be taken back.
   */
  void forgetUnseen() {
    while (pages.size() > 1 && (firstPage + 2) * PAGE <= firstSeen(length)) {
      release(pages.removeFirst());
      firstPage++;
    }
  }

  /** floats[n, keyDim]: the keys of a head at positions [from, from + n) of one page. */
  void readKeys(int head, int from, int n, MemorySegment out) {
    long at = ((long) head * PAGE + from % PAGE) * keyRow;
    kernels.dequantize(spec.keyType(), page(from), at, n * spec.keyDim(), out, 0);
  }

  /**
   * floats[keyDim, 64]: the keys of a head on the page that begins at position p, turned.
   *
   * @param scratch 4 · 64 · keyDim bytes
   */
  void turnKeys(int head, int p, MemorySegment m, long out, long scratch) {
    long at = (long) head * PAGE * keyRow;
    kernels.pageKeys(spec.keyType(), page(p), at, spec.keyDim(), m, out, m, scratch);
  }

  /** The type that values are held in. */
  GgmlType valueType() {
    return spec.valueType();
  }

  /** Where on a page the values of a head begin: rows of {@link #valueType}, a position each. */
  long valuesAt(int head) {
    return valuesAt() + (long) head * PAGE * valueRow;
  }

  /** floats[n, valueDim]: the values of a head at positions [from, from + n) of one page. */
  void readValues(int head, int from, int n, MemorySegment out) {
    long at = valuesAt() + ((long) head * PAGE + from % PAGE) * valueRow;
    kernels.dequantize(spec.valueType(), page(from), at, n * spec.valueDim(), out, 0);
  }

  private void storeRow(MemorySegment page, int slot, CpuBuffer k, CpuBuffer v, int row) {
    for (int head = 0; head < spec.kvHeads(); head++) {
      long key = ((long) head * PAGE + slot) * keyRow;
      long value = valuesAt() + ((long) head * PAGE + slot) * valueRow;
      long kHead = k.row(row) + 4L * head * spec.keyDim();
      long vHead = v.row(row) + 4L * head * spec.valueDim();
      kernels.quantize(spec.keyType(), k.data(), kHead, spec.keyDim(), page, key);
      kernels.quantize(spec.valueType(), v.data(), vHead, spec.valueDim(), page, value);
    }
  }

  /** The page that holds a position. */
  MemorySegment page(int position) {
    return pages.get(position / PAGE - firstPage).data;
  }

  /** The page of the next position: new, or a copy of its own where it is shared. */
  private MemorySegment writablePage() {
    int index = length / PAGE - firstPage;
    if (index == pages.size()) {
      pages.add(spare.isEmpty() ? new Page(pageBytes()) : spare.pop());
    }
    Page page = pages.get(index);
    if (page.users > 1) {
      Page own = new Page(pageBytes());
      own.data.copyFrom(page.data);
      page.users--;
      pages.set(index, own);
      page = own;
    }
    return page.data;
  }

  private void release(Page page) {
    if (--page.users == 0) {
      page.users = 1;
      spare.push(page);
      while (spare.size() > 1) {
        spare.removeLast().arena.close();
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
