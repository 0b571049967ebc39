package dev.jora.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * stdout, for results only: UTF-8 whatever the locale says, and a reader who leaves ({@code |
 * head}) is noticed, where {@code System.out} would write into the void for ever.
 */
final class Output {
  /** The reader of stdout has closed it: end quietly. */
  static final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException(IOException cause) {
      super("stdout was closed", cause);
    }
  }

  private final OutputStream out;

  Output(OutputStream out) {
    this.out = out;
  }

  /** The process's stdout. */
  static Output standard() {
    return new Output(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
  }

  /** Text as UTF-8. */
  Output print(String text) {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Text and a line end. */
  Output println(String text) {
    return print(text).print("\n");
  }

  /** Formatted text, numbers as in C. */
  Output printf(String format, Object... args) {
    return print(String.format(java.util.Locale.ROOT, format, args));
  }

  /** Bytes as they are. */
  Output write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new ClosedException(e);
    }
    return this;
  }

  /** Hands on what is buffered. */
  Output flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new ClosedException(e);
    }
    return this;
  }
}
