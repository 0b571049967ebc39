package dev.jora.backend.cuda;

/**
 * Rows that what a kernel makes is added to as well: onto += scale · made.
 *
 * @param onto null for none
 */
record CudaAddition(CudaBuffer onto, float scale) {
  static final CudaAddition NONE = new CudaAddition(null, 0);

  long address() {
    return onto == null ? 0 : onto.address();
  }

  int stride() {
    return onto == null ? 0 : onto.stride();
  }
}
