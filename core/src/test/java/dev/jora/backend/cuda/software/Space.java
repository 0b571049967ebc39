package dev.jora.backend.cuda.software;

/** Where an address points. */
enum Space {
  GENERIC,
  GLOBAL,
  CONST,
  SHARED,
  LOCAL;

  /** Where shared memory, a block's, lies among generic addresses. */
  static final long SHARED_WINDOW = 0x0100_0000_0000L;

  /** Where local memory, a thread's, lies among them. */
  static final long LOCAL_WINDOW = 0x0200_0000_0000L;

  /** Bytes of a window. */
  static final long WINDOW = 1L << 24;

  /** What a generic address of this space has more than its own. */
  long window() {
    return this == SHARED ? SHARED_WINDOW : this == LOCAL ? LOCAL_WINDOW : 0;
  }

  /** The space of a generic address. */
  static Space of(long generic) {
    if (generic >= SHARED_WINDOW && generic < SHARED_WINDOW + WINDOW) {
      return SHARED;
    }
    return generic >= LOCAL_WINDOW && generic < LOCAL_WINDOW + WINDOW ? LOCAL : GLOBAL;
  }
}
