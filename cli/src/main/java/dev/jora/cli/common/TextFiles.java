package dev.jora.cli.common;

import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells files that somebody may read from those that are no text. */
public final class TextFiles {
  /** More text than any context holds. */
  private static final long LARGEST = 16 << 20;

  /** So many bytes tell whether a file is text. */
  private static final int HEAD = 4096;

  private static final String MODEL = "a GGUF model";

  private TextFiles() {}

  /**
   * Refuses, before it is read, a file that is no text, or is one of more than anybody reads. What
   * is no file, such as a pipe, is not looked at.
   */
  public static void check(Path file) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD);
      String found = binary(head);
      if (found != null) {
        throw new UserException(file + " is no UTF-8 text, but " + found);
      }
      if (Files.size(file) > LARGEST) {
        throw new UserException(
            String.format(
                "%s is too long to be read as text: %s, more than %s",
                file, Units.bytes(Files.size(file)), Units.bytes(LARGEST)));
      }
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Refuses a model in place of a prompt, which is taken to the byte otherwise. */
  public static void checkPrompt(Path file) {
    if (Files.isRegularFile(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        if (MODEL.equals(binary(in.readNBytes(HEAD)))) {
          throw new UserException(file + " is no prompt, but " + MODEL + ": -m takes it");
        }
      } catch (IOException e) {
        throw new UserException(file + " cannot be read: " + IoReason.of(e), e);
      }
    }
  }

  /** What a file is that begins so, or null if that may be text. */
  private static String binary(byte[] head) {
    String start = new String(head, 0, Math.min(4, head.length), StandardCharsets.ISO_8859_1);
    if (start.equals("GGUF")) {
      return MODEL;
    }
    if (start.startsWith("\u00ff\u00fe") || start.startsWith("\u00fe\u00ff")) {
      return "UTF-16: save it as UTF-8";
    }
    for (byte b : head) {
      if (b == 0) {
        return "a binary file";
      }
    }
    return null;
  }
}
