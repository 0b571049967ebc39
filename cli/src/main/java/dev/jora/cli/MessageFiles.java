package dev.jora.cli;

import dev.jora.gguf.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files whose text becomes part of what is said. */
final class MessageFiles {
  private MessageFiles() {}

  /** The path that somebody typed: {@code ~} is the home folder. */
  static Path path(String typed) {
    String path = typed.strip();
    return path.equals("~") || path.startsWith("~/")
        ? Path.of(System.getProperty("user.home") + path.substring(1))
        : Path.of(path);
  }

  /** The text of a file; what is no text is refused, as nobody wants to read it. */
  static String read(Path file) {
    byte[] bytes = PromptOptions.read(file);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new UserException(file + " is no UTF-8 text", e);
    }
    return Utf8.decode(bytes);
  }
}
