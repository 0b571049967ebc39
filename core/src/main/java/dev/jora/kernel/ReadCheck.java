package dev.jora.kernel;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.OpenedFiles;
import dev.jora.kernel.x86.LostPages;

/** Whether what kernels have read of mapped files was there: asked after, before it is used. */
public final class ReadCheck {
  private ReadCheck() {}

  /**
   * Checks what was read since this was asked last.
   *
   * @throws GgufException if a file was changed meanwhile, or could not be read
   */
  public static void after(OpenedFiles files) {
    boolean lost = LostPages.found();
    files.requireUnchanged();
    if (lost) {
      throw files.unreadable(null);
    }
  }

  /**
   * What the virtual machine throws where its own code reads a page that is no more.
   *
   * @return what to throw in its place
   */
  public static RuntimeException explained(OpenedFiles files, InternalError thrown) {
    if (files.files().isEmpty()
        || !String.valueOf(thrown.getMessage()).contains("unsafe memory access")) {
      throw thrown;
    }
    return files.unreadable(thrown);
  }
}
