package dev.jora.backend.cuda;

/**
 * What products read: rows of floats, and for matrices that are quantized the same rows rounded.
 *
 * @param codes int8[n][k], or 0
 * @param scales of 32 codes each, 8 bytes
 */
record CudaInput(CudaBuffer x, long codes, long scales) {
  /** Rows as they are. */
  static CudaInput plain(CudaBuffer x) {
    return new CudaInput(x, 0, 0);
  }

  /** Rows from {@code from} on. */
  CudaInput rows(int from, int count) {
    long k = x.cols();
    return new CudaInput(
        x.rows(from, count),
        codes == 0 ? 0 : codes + k * from,
        scales == 0 ? 0 : scales + 8 * (k / 32) * from);
  }

  /** A kernel's two pointers: what a matrix of this type is multiplied with. */
  Params put(Params p, CudaWeight weight) {
    return weight.isQuantized()
        ? p.pointer(codes).pointer(scales)
        : p.pointer(x.address()).pointer(0);
  }
}
