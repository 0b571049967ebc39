package dev.jora.cli.common;

import dev.jora.gguf.IoReason;
import dev.jora.gguf.PartFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that a command is to write. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a file that the command reads, by whatever name or link: its content would be lost.
   *
   * @param output null for stdout
   */
  public static void refuseInputs(Path output, List<Path> inputs) {
    if (output == null || PartFile.isStream(output) || !Files.exists(output)) {
      return;
    }
    for (Path input : inputs) {
      try {
        if (Files.exists(input) && Files.isSameFile(output, input)) {
          throw new UserException(
              output + " cannot be written: it is the input " + input + "; name another file");
        }
      } catch (IOException e) {
        throw new UserException(output + " cannot be written: " + IoReason.of(e), e);
      }
    }
  }
}
