package dev.jora.backend.cuda;

import java.io.IOException;

/** The way to the driver of this machine. */
public final class CudaDrivers {
  private CudaDrivers() {}

  /**
   * Opens it. Where there is none, nothing of JCuda is loaded.
   *
   * @throws CudaUnavailableException if there is none that can be used
   * @throws CudaException if it does not start
   */
  public static CudaDriver open() {
    if (CudaProbe.ofMachine() instanceof CudaProbe.Absent absent) {
      throw new CudaUnavailableException(absent.sentence(), null);
    }
    try {
      return JCudaDriver.open();
    } catch (IOException | LinkageError e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new CudaUnavailableException(
          "JCuda's library, kept in jora/natives of the user's cache, cannot be loaded: " + reason,
          e);
    }
  }
}
