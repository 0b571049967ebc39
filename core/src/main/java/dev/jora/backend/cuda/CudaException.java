package dev.jora.backend.cuda;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;

/** A driver's refusal: what it was asked, and its code. */
public final class CudaException extends RuntimeException implements ParameterFault {
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

  private final int code;
  private final transient Sentence sentence;

  private CudaException(Sentence sentence, int code) {
    super(sentence.toString());
    this.sentence = sentence;
    this.code = code;
  }

  /** {@code what} was being done, and the driver said {@code code}. */
  public CudaException(String what, int code, String name) {
    this(Sentence.of("%s: %s (CUDA error %d)", what, name, code), code);
  }

  /** The same refusal, in words of somebody who knows more; its cause is this one. */
  public CudaException explained(Sentence words) {
    CudaException same = new CudaException(words, code);
    same.initCause(this);
    return same;
  }

  /**
   * True if nothing can be done on the device any more, and what was made there is gone: a kernel's
   * fault, or that of the hardware.
   */
  public static boolean losesAll(int code) {
    return switch (code) {
      case 4, 214, 220, 702, 709, 710, 714, 715, 716, 717, 718, 721 -> true;
      default -> code == ILLEGAL_ADDRESS || code == LAUNCH_FAILED;
    };
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }

  /** The driver's code. */
  public int code() {
    return code;
  }

  /** True if the device's context is lost with it, and all that was in it. */
  public boolean isDeviceLost() {
    return losesAll(code);
  }
}
