package dev.jora.quantize;

import dev.jora.gguf.PartFile;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Room on a disk. */
public final class FreeSpace {
  private FreeSpace() {}

  /**
   * Checks before the first byte that a file fits; a device or pipe takes what comes.
   *
   * @throws QuantizeException if there is less room than it needs
   */
  public static void check(Path target, long bytes) throws IOException {
    if (PartFile.isStream(target)) {
      return;
    }
    Path folder = target.toAbsolutePath().getParent();
    FileStore store = Files.getFileStore(folder);
    long free = store.getUsableSpace();
    if (free < bytes) {
      throw new QuantizeException(
          target + ": " + bytes + " bytes are needed on its disk, found " + free + " free");
    }
  }
}
