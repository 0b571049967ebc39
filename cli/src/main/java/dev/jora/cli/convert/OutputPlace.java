package dev.jora.cli.convert;

import dev.jora.cli.common.UserException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a file is to be written. */
final class OutputPlace {
  private OutputPlace() {}

  /** Checks before the work that it can stand there. */
  static void check(Path target, boolean force) {
    if (Files.isDirectory(target)) {
      throw new UserException(target + " is a folder: -o takes the file to write");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UserException(target + ": there is no folder " + folder + "; make it first");
    }
    if (Files.isRegularFile(target) && !force) {
      throw new UserException(
          target + ": the file is there already; remove it, or replace it with --force");
    }
  }
}
