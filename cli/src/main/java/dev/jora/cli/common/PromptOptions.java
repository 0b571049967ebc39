package dev.jora.cli.common;

import dev.jora.gguf.IoReason;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the prompt comes from: {@code -p}, {@code -f}, token ids, or stdin. */
public final class PromptOptions {
  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "The prompt. Without -p, -f and --prompt-ids it is read from stdin.")
  public String text;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file with the prompt; one line end at its end is dropped.")
  public Path file;

  @Option(
      names = "--prompt-ids",
      paramLabel = "IDS",
      converter = TokenIds.Converter.class,
      description = "The prompt as token ids, taken as they are: 1,15043,29892.")
  public TokenIds ids;

  @Option(
      names = {"-bf", "--binary-file"},
      paramLabel = "FILE",
      description = "The same to the byte.")
  Path binary;

  @Mixin public EscapeOptions escapes = new EscapeOptions();

  /** The prompt's bytes; null where it is given as ids. */
  public byte[] bytes() {
    if (Stream.of(text, file, binary, ids).filter(Objects::nonNull).count() > 1) {
      throw UserException.usage("give the prompt once: -p, -f, -bf or --prompt-ids");
    }
    if (ids != null) {
      return null;
    }
    if (text != null) {
      byte[] raw = text.getBytes(StandardCharsets.UTF_8);
      return escapes.escape ? unescape(raw) : raw;
    }
    if (binary != null) {
      return read(binary);
    }
    byte[] raw = file != null ? read(file) : stdin();
    return dropLineEnd(raw);
  }

  /** Everything on stdin. */
  public static byte[] stdin() {
    if (Terminal.stdin()) {
      throw UserException.usage("no prompt: give -p TEXT or -f FILE, or pipe one in");
    }
    try (InputStream in = System.in) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UserException("stdin cannot be read: " + e.getMessage(), e);
    }
  }

  /** The bytes of a file. */
  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UserException(file + ": no such file", e);
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Without the line end that stands last, if one does. */
  public static byte[] dropLineEnd(byte[] raw) {
    int n = raw.length;
    if (n > 0 && raw[n - 1] == '\n') {
      n--;
      if (n > 0 && raw[n - 1] == '\r') {
        n--;
      }
    }
    return Arrays.copyOf(raw, n);
  }

  /** llama.cpp's escapes; an unknown one stays as it is. */
  public static byte[] unescape(byte[] raw) {
    byte[] out = new byte[raw.length];
    int n = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '\\' || i + 1 == raw.length) {
        out[n++] = raw[i];
        continue;
      }
      char c = (char) raw[++i];
      switch (c) {
        case 'n' -> out[n++] = '\n';
        case 'r' -> out[n++] = '\r';
        case 't' -> out[n++] = '\t';
        case '\'', '"', '\\' -> out[n++] = (byte) c;
        case 'x' -> {
          int value = i + 2 < raw.length ? hex(raw[i + 1]) << 4 | hex(raw[i + 2]) : -1;
          if (value < 0) {
            out[n++] = '\\';
            out[n++] = 'x';
          } else {
            out[n++] = (byte) value;
            i += 2;
          }
        }
        default -> {
          out[n++] = '\\';
          out[n++] = (byte) c;
        }
      }
    }
    return Arrays.copyOf(out, n);
  }

  private static int hex(byte b) {
    int digit = Character.digit(b, 16);
    return digit < 0 ? -256 : digit;
  }

  /** For {@code -p} texts that shells could not give otherwise. */
  public static String unescape(String text) {
    return Utf8.decode(unescape(text.getBytes(StandardCharsets.UTF_8)));
  }
}
