package dev.jora.cli.chat;

import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where lines that were typed are kept: for their writer's eyes only. */
final class ChatHistory {
  private ChatHistory() {}

  /**
   * The file.
   *
   * @param option a path, {@code none}, or null for the usual place
   * @return null for no file, also where none can be made
   */
  static Path file(String option) {
    if ("none".equals(option)) {
      return null;
    }
    Path file = option != null ? MessageFiles.path(option) : usual();
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      return file;
    } catch (UnsupportedOperationException e) {
      return file; // no such permissions here; JLine makes the file
    } catch (IOException e) {
      if (option != null) {
        throw new UserException("--history " + file + " cannot be made: " + IoReason.of(e), e);
      }
      return null;
    }
  }

  private static Path usual() {
    return state().resolve("chat_history");
  }

  /** The folder of what jora remembers for its user. */
  static Path state() {
    String state = System.getenv("XDG_STATE_HOME");
    Path home =
        state != null && !state.isEmpty()
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return home.resolve("jora");
  }
}
