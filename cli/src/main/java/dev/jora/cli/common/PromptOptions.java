package dev.jora.cli.common;

import dev.jora.gguf.IoReason;
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
  String text;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file with the prompt; one line end at its end is dropped.")
  Path file;

  @Option(
      names = "--prompt-ids",
      paramLabel = "IDS",
      converter = TokenIds.Converter.class,
      description = "The prompt as token ids, taken as they are: 1,15043,29892.")
  private TokenIds ids;

  @Option(
      names = {"-bf", "--binary-file"},
      paramLabel = "FILE",
      description = "The same to the byte.")
  Path binary;

  @Mixin private EscapeOptions escapes = new EscapeOptions();

  /** How texts on this command line are meant. */
  public EscapeOptions escapes() {
    return escapes;
  }

  /** The prompt as ids, where it is given so; else null. */
  public TokenIds ids() {
    return ids;
  }

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
      return escapes.on() ? Escapes.unescape(raw) : raw;
    }
    if (binary != null) {
      return read(binary);
    }
    if (file != null) {
      TextFiles.checkPrompt(file);
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
}
