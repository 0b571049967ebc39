package dev.jora.cli.common;

import dev.jora.chat.ChatException;
import dev.jora.chat.ChatFile;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of a conversation: those that are read into it, and those it is kept in. */
public final class MessageFiles {
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private MessageFiles() {}

  /** The path that somebody typed: {@code ~} is the home folder. */
  public static Path path(String typed) {
    String path = typed.strip();
    boolean isAtHome = path.equals("~") || path.startsWith("~/");
    return FilePath.word(isAtHome ? System.getProperty("user.home") + path.substring(1) : path);
  }

  /**
   * The text of a file without a byte order mark; what is no text is refused, as nobody wants to
   * read it.
   */
  public static String read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException(file + " is no file with text");
    }
    TextFiles.check(file);
    byte[] bytes = PromptOptions.read(file);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new UserException(file + " is no UTF-8 text", e);
    }
    String text = Utf8.decode(bytes);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  /** Refuses to put a conversation in place of a file that is something else. */
  public static void checkReplaced(Path file) {
    try {
      if (file != null && Files.isRegularFile(file) && Files.size(file) > 0) {
        ChatFile.read(file);
      }
    } catch (ChatException | IOException e) {
      throw new UserException(
          file + " is there and holds no conversation: choose another name, or delete it", e);
    }
  }

  /** Refuses, before any work, a place where nothing can be written in the end. */
  public static void checkPlace(String option, Path file) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw new UserException(option + " " + file + " is a folder");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UserException(option + " " + file + ": there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new UserException(
          option + " " + file + ": permission denied, nothing can be written to " + folder);
    }
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw new UserException(option + " " + file + ": permission denied, it cannot be written");
    }
  }
}
