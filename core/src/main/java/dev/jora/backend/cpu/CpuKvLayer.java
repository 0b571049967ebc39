package dev.jora.backend.cpu;

import dev.jora.backend.KvSpec;
import dev.jora.backend.state.PagedLayer;
import dev.jora.kernel.Floats;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.Stored;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** A KV cache in the CPU's memory. */
final class CpuKvLayer extends PagedLayer<CpuBlock> {
  private final Kernels kernels;
  private final CpuMemory memory;

  CpuKvLayer(KvSpec spec, Kernels kernels, CpuMemory memory) {
    super(spec);
    this.kernels = kernels;
    this.memory = memory;
  }

  @Override
  protected CpuBlock allocate() {
    return new CpuBlock(memory, pageBytes());
  }

  @Override
  protected void free(CpuBlock page) {
    page.close();
  }

  @Override
  protected void copy(CpuBlock from, CpuBlock to) {
    to.data().copyFrom(from.data());
  }

  @Override
  protected void read(CpuBlock page, long from, MemorySegment out, long to, long bytes) {
    MemorySegment.copy(page.data(), from, out, to, bytes);
  }

  @Override
  protected void write(MemorySegment in, long from, CpuBlock page, long to, long bytes) {
    MemorySegment.copy(in, from, page.data(), to, bytes);
  }

  @Override
  protected Turner<CpuBlock> turner(int distance) {
    return new KeyTurner(kernels, this, distance);
  }

  @Override
  protected CpuKvLayer empty() {
    return new CpuKvLayer(spec(), kernels, memory);
  }

  /** Appends {@code count} positions, rows of k and v from {@code from} on; v may be null. */
  void append(CpuBuffer k, CpuBuffer v, int from, int count) {
    for (int done = 0; done < count; ) {
      int at = length();
      int n = onPage(count - done);
      MemorySegment page = append(n).data();
      for (int i = 0; i < n; i++) {
        storeRow(page, at + i, k, v, from + done + i);
      }
      done += n;
    }
  }

  /** floats[n, keyDim]: the keys of a head at positions [from, from + n) of one page. */
  void readKeys(int head, int from, int n, MemorySegment out) {
    kernels.dequantize(
        spec().keyType(), page(from).data(), keyAt(head, from), n * spec().keyDim(), out, 0);
  }

  /**
   * The keys of a head on the page that begins at position p, turned.
   *
   * @param out floats[keyDim, 64]
   * @param scratch floats[64, keyDim]
   */
  void turnKeys(int head, int p, Floats out, Floats scratch) {
    long at = keyAt(head, 0);
    kernels.pageKeys(
        new Stored(spec().keyType(), page(p).data(), at, PAGE, spec().keyDim()), out, scratch);
  }

  /** The type that values are held in on their own; null where they are in the keys. */
  GgmlType valueType() {
    return spec().valueType();
  }

  /** Values of a head at positions [p, p + n), where p begins a page. */
  Stored values(int head, int p, int n) {
    return new Stored(spec().valueType(), page(p).data(), valueAt(head, 0), n, spec().valueDim());
  }

  /** floats[n, valueDim]: the values of a head at positions [from, from + n) of one page. */
  void readValues(int head, int from, int n, MemorySegment out) {
    int dim = spec().valueDim();
    if (spec().valueType() == null) {
      for (int i = 0; i < n; i++) {
        long key = keyAt(head, from + i);
        kernels.dequantize(spec().keyType(), page(from).data(), key, dim, out, 4L * i * dim);
      }
      return;
    }
    kernels.dequantize(spec().valueType(), page(from).data(), valueAt(head, from), n * dim, out, 0);
  }

  private void storeRow(MemorySegment page, int position, CpuBuffer k, CpuBuffer v, int row) {
    KvSpec spec = spec();
    for (int head = 0; head < spec.kvHeads(); head++) {
      long key = keyAt(head, position);
      long kHead = k.row(row) + 4L * head * spec.keyDim();
      kernels.quantize(spec.keyType(), k.data(), kHead, spec.keyDim(), page, key);
      if (v != null) {
        long value = valueAt(head, position);
        long vHead = v.row(row) + 4L * head * spec.valueDim();
        kernels.quantize(spec.valueType(), v.data(), vHead, spec.valueDim(), page, value);
      }
    }
  }
}
