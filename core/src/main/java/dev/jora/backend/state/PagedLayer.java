package dev.jora.backend.state;

import dev.jora.backend.KvSpec;
import dev.jora.kernel.Kernels;
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
 *
 * @param <P> memory of a page
 */
public abstract class PagedLayer<P> implements LayerState {
  /** Positions per page: 64 rows of 64 F16 values are 8 KB, a run that streams well. */
  public static final int PAGE = Kernels.PAGE;

  /** Memory of a page and how many caches use it. */
  private static final class Page<P> {
    final P memory;
    int users = 1;

    Page(P memory) {
      this.memory = memory;
    }
  }

  /** Moves positions: their keys are turned by as many. */
  public interface Turner<P> extends AutoCloseable {
    /** Copies n positions that lie on one page to another; positions tell the places on both. */
    void turn(P source, int from, int n, P target, int to);

    @Override
    void close();
  }

  private final KvSpec spec;
  private final long keyRow;
  private final long valueRow;
  private final List<Page<P>> pages = new ArrayList<>();
  private final Deque<Page<P>> spare = new ArrayDeque<>();
  private int firstPage;
  private int first;
  private int length;

  /** An empty cache. */
  protected PagedLayer(KvSpec spec) {
    this.spec = spec;
    this.keyRow = spec.keyType().rowBytes(spec.keyDim());
    this.valueRow = spec.valueType() == null ? 0 : spec.valueType().rowBytes(spec.valueDim());
  }

  // ---- memory ------------------------------------------------------------------------------

  /** Memory of {@link #pageBytes}. */
  protected abstract P allocate();

  /** Gives it back. */
  protected abstract void free(P page);

  /** Copies a page. */
  protected abstract void copy(P from, P to);

  /** Copies bytes of a page out. */
  protected abstract void read(P page, long from, MemorySegment out, long to, long bytes);

  /** Copies bytes into a page. */
  protected abstract void write(MemorySegment in, long from, P page, long to, long bytes);

  /** What moves keys by a distance. */
  protected abstract Turner<P> turner(int distance);

  /** An empty cache of the same kind. */
  protected abstract PagedLayer<P> empty();

  // ---- layout ------------------------------------------------------------------------------

  /** What is cached. */
  public final KvSpec spec() {
    return spec;
  }

  /** Bytes of a key. */
  public final long keyRow() {
    return keyRow;
  }

  /** Bytes of a value that is held on its own. */
  public final long valueRow() {
    return valueRow;
  }

  /** Where on its page the key of a head at a position begins. */
  public final long keyAt(int head, int position) {
    return ((long) head * PAGE + position % PAGE) * keyRow;
  }

  /** Likewise the value. */
  public final long valueAt(int head, int position) {
    return PAGE * keyRow * spec.kvHeads() + ((long) head * PAGE + position % PAGE) * valueRow;
  }

  /** Bytes of a page. */
  public final long pageBytes() {
    return PAGE * spec.bytesPerPosition();
  }

  // ---- what is held ------------------------------------------------------------------------

  @Override
  public final int first() {
    return first;
  }

  /** Positions it holds or has forgotten, those of a pass that has not ended included. */
  public final int length() {
    return length;
  }

  /** The first position that is on the first page. */
  public final int pagesFrom() {
    return firstPage * PAGE;
  }

  /** The page that holds a position. */
  public final P page(int position) {
    return pages.get(position / PAGE - firstPage).memory;
  }

  @Override
  public final long bytes() {
    return (pages.size() + spare.size()) * pageBytes();
  }

  /**
   * Takes the next n positions, which end on the page of the first of them.
   *
   * @return that page: new, or a copy of its own where it was shared
   */
  public final P append(int n) {
    int index = length / PAGE - firstPage;
    if (index == pages.size()) {
      pages.add(spare.isEmpty() ? new Page<>(allocate()) : spare.pop());
    }
    Page<P> page = pages.get(index);
    if (page.users > 1) {
      Page<P> own = new Page<>(allocate());
      copy(page.memory, own.memory);
      page.users--;
      pages.set(index, own);
      page = own;
    }
    length += n;
    return page.memory;
  }

  /** Of {@code left} more positions those that end on the next one's page. */
  public final int onPage(int left) {
    return Math.min(PAGE - length % PAGE, left);
  }

  @Override
  public final boolean canTruncate(int newLength) {
    return newLength == 0 || newLength == length || firstSeen(newLength) >= first();
  }

  @Override
  public final void truncate(int newLength) {
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
  public final boolean canShift(int keep, int discard) {
    if (keep < 0 || discard < 0 || discard > length - keep) {
      return false;
    }
    int start = Math.max(first, keep + discard) - discard;
    return firstSeen(length - discard) >= Math.min(first, start);
  }

  @Override
  public final void shift(int keep, int discard) {
    if (!canShift(keep, discard)) {
      throw new IllegalArgumentException(
          ("positions %d to %d are cached, cannot keep %d of them and discard %d")
              .formatted(first, length, keep, discard));
    }
    PagedLayer<P> old = fork();
    try (Turner<P> turner = turner(-discard)) {
      int from = Math.max(first, keep + discard);
      length = from - discard;
      releaseFrom(Math.max(0, pageCount(length)));
      first = Math.min(first, length);
      firstPage = Math.min(firstPage, first / PAGE);
      while (from < old.length) {
        int n = Math.min(PAGE - Math.max(from % PAGE, length % PAGE), old.length - from);
        int to = length;
        turner.turn(old.page(from), from, n, append(n), to);
        from += n;
      }
    } finally {
      old.close();
    }
  }

  @Override
  public final void save(MemorySegment out) {
    long keys = 0;
    long values = (length - first) * keyRow * spec.kvHeads();
    for (int head = 0; head < spec.kvHeads(); head++) {
      for (int from = first, n; from < length; from += n) {
        n = Math.min(PAGE - from % PAGE, length - from);
        read(page(from), keyAt(head, from), out, keys, n * keyRow);
        read(page(from), valueAt(head, from), out, values, n * valueRow);
        keys += n * keyRow;
        values += n * valueRow;
      }
    }
  }

  @Override
  public final void load(int newFirst, int newLength, MemorySegment in) {
    truncate(0);
    first = length = newFirst;
    firstPage = newFirst / PAGE;
    long allKeys = (newLength - newFirst) * keyRow * spec.kvHeads();
    while (length < newLength) {
      int at = length;
      int n = onPage(newLength - at);
      P page = append(n);
      for (int head = 0; head < spec.kvHeads(); head++) {
        long row = (long) head * (newLength - newFirst) + at - newFirst;
        write(in, row * keyRow, page, keyAt(head, at), n * keyRow);
        write(in, allKeys + row * valueRow, page, valueAt(head, at), n * valueRow);
      }
    }
  }

  @Override
  public final PagedLayer<P> fork() {
    PagedLayer<P> copy = empty();
    copy.firstPage = firstPage;
    copy.first = first;
    copy.length = length;
    for (Page<P> page : pages) {
      page.users++;
      copy.pages.add(page);
    }
    return copy;
  }

  /**
   * The end of a pass: returns pages that lie wholly before the window of the next position; one
   * more is kept, so that the last few tokens can be taken back.
   */
  @Override
  public final void commit() {
    while (pages.size() > 1 && (firstPage + 2) * PAGE <= firstSeen(length)) {
      release(pages.removeFirst());
      first = ++firstPage * PAGE;
    }
  }

  @Override
  public final void close() {
    releaseFrom(0);
    spare.forEach(page -> free(page.memory));
    spare.clear();
    length = firstPage = first = 0;
  }

  private void releaseFrom(int index) {
    while (pages.size() > index) {
      release(pages.removeLast());
    }
  }

  private void release(Page<P> page) {
    if (--page.users == 0) {
      page.users = 1;
      spare.push(page);
      while (spare.size() > 1) {
        free(spare.removeLast().memory);
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
}
