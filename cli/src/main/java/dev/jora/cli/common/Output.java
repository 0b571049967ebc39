package dev.jora.cli.common;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * stdout, for results only: UTF-8 whatever the locale says, and a reader who leaves ({@code |
 * head}) is noticed, where {@code System.out} would write into the void for ever.
 */
public final class Output {
  /** The reader of stdout has closed it: end quietly. */
  public static final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException(IOException cause) {
      super("stdout was closed", cause);
    }
  }

  /** The process's stderr: for all that is no result; lines are flushed. */
  public static final PrintWriter ERROR = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

  private static final int FILE_KIND = 0xf000; // S_IFMT of stat(2)
  private static final int PIPE = 0x1000;
  private static final int SOCKET = 0xc000;

  private final OutputStream out;

  Output(OutputStream out) {
    this.out = out;
  }

  /** The process's stdout. */
  public static Output standard() {
    return new Output(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
  }

  /** Prints a text that is all of the result; the exit code. */
  public static int tell(String text) {
    try {
      standard().print(text).flush();
      return ExitCode.OK;
    } catch (ClosedException e) {
      return ExitCode.OK;
    } catch (UserException e) {
      System.err.println("jora: " + Text.plain(e.getMessage()));
      return e.code();
    }
  }

  /** Text as UTF-8. */
  public Output print(String text) {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Text and a line end. */
  public Output println(String text) {
    return print(text).print("\n");
  }

  /** Formatted text, numbers as in C. */
  public Output printf(String format, Object... args) {
    return print(String.format(java.util.Locale.ROOT, format, args));
  }

  /** Bytes as they are. */
  public Output write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw failure(e);
    }
    return this;
  }

  /** Hands on what is buffered. */
  public Output flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failure(e);
    }
    return this;
  }

  /**
   * Readers leave pipes and sockets, and that ends the work in good order. A write to anything else
   * fails because a disk is full or broken, and that must be told. (Messages of the system come in
   * the user's language, so they cannot tell the two apart.)
   */
  private static RuntimeException failure(IOException e) {
    return hasReader(Path.of("/dev/stdout"))
        ? new ClosedException(e)
        : new UserException("stdout cannot be written: " + e.getMessage(), e);
  }

  private static boolean hasReader(Path stdout) {
    try {
      int kind = (Integer) Files.getAttribute(stdout, "unix:mode") & FILE_KIND;
      return kind == PIPE || kind == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException none) {
      return true; // Windows, where little else than a closed pipe is to be expected
    }
  }
}
