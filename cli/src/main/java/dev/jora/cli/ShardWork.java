package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.quantize.split.GgufShards;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A split or merge, told on stderr, ended by Ctrl+C, its errors one sentence each. */
final class ShardWork implements GgufShards.Listener {
  /** What is to be done. */
  @FunctionalInterface
  interface Work {
    /** False if it was cancelled. */
    boolean run(GgufShards.Listener listener) throws IOException;
  }

  private final CommonOptions common;
  private final Interrupt interrupt;
  private Path file;

  ShardWork(CommonOptions common, Interrupt interrupt) {
    this.common = common;
    this.interrupt = interrupt;
  }

  @Override
  public void writing(Path file) {
    this.file = file;
    common.info("writing %s", file);
  }

  @Override
  public boolean cancelled() {
    return interrupt.requested();
  }

  void run(Work work) {
    try {
      if (!work.run(this)) {
        throw new UserException("interrupted: nothing is left of what was written");
      }
    } catch (FileAlreadyExistsException e) {
      throw new UserException(
          e.getFile() + " is there already: delete it, or choose another name", e);
    } catch (NoSuchFileException e) {
      throw new UserException(file + " cannot be written: no such folder", e);
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
