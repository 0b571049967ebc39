package dev.jora.backend.cuda.software;

/** What a kernel did wrong: where in its source, which thread, and what. */
public final class DeviceFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An access that is not aligned to its own size. */
  public static final int MISALIGNED = 716;

  /** An access where nothing is. */
  public static final int ILLEGAL_ADDRESS = 700;

  /** Whatever else: on a card it would go on with wrong numbers, or hang. */
  public static final int LAUNCH_FAILED = 719;

  private final int code;
  private final String kernel;
  private final String place;

  DeviceFault(int code, String kernel, String place, String where, String what) {
    super("%s, %s, %s: %s".formatted(kernel, place, where, what));
    this.code = code;
    this.kernel = kernel;
    this.place = place;
  }

  /** The code that a driver would report. */
  public int code() {
    return code;
  }

  /** The kernel's name. */
  public String kernel() {
    return kernel;
  }

  /** Line of the CUDA source, as {@code kernels.cu:12}. */
  public String place() {
    return place;
  }
}
