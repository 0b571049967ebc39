package dev.jora.backend.cuda;

/**
 * What a device is.
 *
 * @param major of the compute capability, as 8 of 8.6; likewise {@code minor}
 * @param memory bytes
 * @param multiprocessors that blocks run on
 * @param sharedBytes of a block at most, where a kernel was allowed so much
 * @param cacheBytes of the second level
 * @param memoryMegahertz clock of the memory, which gives twice that in transfers
 * @param busBits width of the memory's bus
 * @param integrated true if it shares the host's memory
 * @param address on the PCI bus, as 0000:01:00
 */
public record DeviceFacts(
    String name,
    int major,
    int minor,
    long memory,
    int multiprocessors,
    int sharedBytes,
    int cacheBytes,
    int memoryMegahertz,
    int busBits,
    boolean integrated,
    String address) {
  /** The least {@link #capability} that jora has kernels for. */
  public static final int NEEDED = 61;

  /** Why jora has no kernels for it; empty if it has. */
  public String refusal() {
    return capability() >= NEEDED
        ? ""
        : "compute capability %d.%d is too old: 6.1 is needed".formatted(major, minor);
  }

  /** Both parts in one number: 86 for 8.6. */
  public int capability() {
    return 10 * major + minor;
  }

  /** Bytes a second that its memory can give, as its clock and bus say. */
  public double bandwidth() {
    return 2.0 * memoryMegahertz * 1e6 * busBits / 8;
  }
}
