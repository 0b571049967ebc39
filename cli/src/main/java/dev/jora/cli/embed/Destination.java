package dev.jora.cli.embed;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.PartFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where results go: stdout, or a file that has its name only when it is whole. */
final class Destination implements AutoCloseable {
  private final Path path;
  private final PartFile part;
  private final OutputStream file;
  private final Output out;

  private Destination(Path path) throws IOException {
    this.path = path;
    this.part = path == null ? null : new PartFile(path);
    this.file = path == null ? null : new BufferedOutputStream(part.stream(), 1 << 16);
    this.out = path == null ? Output.standard() : null;
  }

  /** For a file; null for stdout. */
  static Destination open(Path path) {
    try {
      return new Destination(path);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static UserException unwritable(Path path, IOException e) {
    return new UserException(path + " cannot be written: " + IoReason.of(e), e);
  }

  /** True for stdout. */
  boolean isStandard() {
    return path == null;
  }

  /** Text. */
  void print(CharSequence text) {
    write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes as they are. */
  void write(byte[] bytes) {
    if (out != null) {
      out.write(bytes);
      return;
    }
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Hands on what a reader may wait for. */
  void flush() {
    if (out != null) {
      out.flush();
    }
  }

  /** All is written. */
  void finish() {
    if (out != null) {
      out.flush();
      return;
    }
    try {
      file.flush();
      part.finish();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Takes away what is not finished. */
  @Override
  public void close() {
    if (part != null) {
      try {
        part.close();
      } catch (IOException e) {
        throw unwritable(path, e);
      }
    }
  }
}
