package dev.jora.backend.cuda;

/** A driver's refusal: what it was asked, and its code. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The device has no memory left. */
  public static final int OUT_OF_MEMORY = 2;

  /** There is no device. */
  public static final int NO_DEVICE = 100;

  /** The driver is older than the code it was given. */
  public static final int UNSUPPORTED_PTX_VERSION = 222;

  /** A kernel read or wrote where nothing is. */
  public static final int ILLEGAL_ADDRESS = 700;

  /** A kernel could not be started or ended by itself. */
  public static final int LAUNCH_FAILED = 719;

  private static final int DEINITIALIZED = 4;
  private static final int ECC = 214;
  private static final int NVLINK = 220;

  private final int code;

  /** {@code what} was being done, and the driver said {@code code}. */
  public CudaException(String what, int code, String name) {
    super("%s: %s (CUDA error %d)".formatted(what, name, code));
    this.code = code;
  }

  /**
   * True if nothing can be done on the device any more, and what was made there is gone: a kernel's
   * fault, or that of the hardware.
   */
  public static boolean losesAll(int code) {
    return code == DEINITIALIZED || code == ECC || code == NVLINK || code >= 700 && code < 800;
  }

  /** The driver's code. */
  public int code() {
    return code;
  }
}
