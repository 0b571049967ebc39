package dev.jora.cli.common;

import dev.jora.engine.PromptCache;
import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import picocli.CommandLine.Option;

/** What is done when the context is full, and with what was read when the work is done. */
public final class ShiftOptions {
  @Option(
      names = "--context-shift",
      negatable = true,
      description =
          "When the context is full, forget the older half of it and go on (default: stop).")
  private boolean shift;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description =
          "With --context-shift: tokens at the beginning that are never forgotten; -1: all of the"
              + " prompt (default: chat keeps the system prompt, run the token that begins texts).")
  Integer keep;

  @Option(
      names = "--prompt-cache",
      paramLabel = "FILE",
      description =
          "Keep what the model has read in a file, and read it from there next time instead.")
  Path file;

  @Option(
      names = "--prompt-cache-ro",
      description = "Do not write the --prompt-cache, only read it.")
  boolean readOnly;

  @Option(
      names = "--prompt-cache-all",
      hidden = true,
      description = "llama.cpp's: keep answers too; they always are.")
  boolean all;

  /** True if a full context forgets the oldest. */
  public boolean isOn() {
    return shift;
  }

  /**
   * Tokens that are kept when the context is shifted; −1: it is not.
   *
   * @param usual where {@code --keep} does not say; asked only then
   * @param all how many {@code --keep -1} means
   */
  public int kept(IntSupplier usual, int all) {
    if (keep != null && keep < -1) {
      throw UserException.usage("--keep must be -1 (all) or more, not " + keep);
    }
    if (!shift) {
      return -1;
    }
    return keep == null ? usual.getAsInt() : keep < 0 ? all : keep;
  }

  /** Refuses what cannot be, before any work. */
  public void check() {
    kept(() -> 0, 0);
    if (!readOnly) {
      MessageFiles.checkPlace("--prompt-cache", file);
    }
  }

  /** Takes what was read in an earlier run, if it is there. */
  public void restore(PromptCache cache, CommonOptions common) {
    try {
      if (file != null && cache.load(file)) {
        common.detail("%s: %d tokens are read already", file, cache.sequence().length());
      }
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Keeps what was read. */
  public void keep(PromptCache cache) {
    try {
      if (file != null && !readOnly) {
        cache.save(file);
      }
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
