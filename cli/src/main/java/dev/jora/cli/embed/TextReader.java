package dev.jora.cli.embed;

import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Texts one after the other, read as they are asked for. For one thread. */
final class TextReader implements AutoCloseable {
  private static final String STDIN = "stdin";
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Deque<SourceText> given;
  private final Deque<Path> files;
  private final boolean whole;
  private boolean stdin;
  private final long size;
  private long before; // bytes of texts that are given
  private long read;
  private InputStream in;
  private String name;
  private long line;

  /**
   * Nothing is read yet.
   *
   * @param given texts of the command line, which come first
   * @param files one text a line
   * @param stdin true: likewise, at the end
   * @param whole true: a file is one text
   * @throws UserException for a file that is not there
   */
  TextReader(List<SourceText> given, List<Path> files, boolean stdin, boolean whole) {
    this.given = new ArrayDeque<>(given);
    this.files = new ArrayDeque<>(files);
    this.stdin = stdin;
    this.whole = whole;
    this.before = given.isEmpty() ? 0 : given.getLast().end();
    this.size = stdin ? -1 : size(before, files);
  }

  private static long size(long before, List<Path> files) {
    long size = before;
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new UserException(file + ": no such file");
      }
      if (Files.isDirectory(file)) {
        throw new UserException(file + " is a folder: give a file with texts");
      }
      try {
        size = size < 0 || !Files.isRegularFile(file) ? -1 : size + Files.size(file);
      } catch (IOException e) {
        throw unreadable(file.toString(), e);
      }
    }
    return size;
  }

  /** Bytes of all sources; -1 where nobody knows. */
  long size() {
    return size;
  }

  /** True if the next text may be long in coming. */
  boolean waits() {
    return given.isEmpty() && size < 0; // stdin, or a file that somebody has yet to write
  }

  /** The next text, or null. */
  SourceText next() {
    if (!given.isEmpty()) {
      return given.remove();
    }
    try {
      while (in != null || open()) {
        SourceText text = whole ? all() : line();
        if (text != null) {
          return text;
        }
        close();
      }
      return null;
    } catch (NoSuchFileException e) {
      throw new UserException(name + ": no such file", e);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private boolean open() throws IOException {
    if (!files.isEmpty()) {
      Path file = files.remove();
      name = file.toString();
      in = new BufferedInputStream(Files.newInputStream(file));
    } else if (stdin) {
      stdin = false;
      name = STDIN;
      in = new BufferedInputStream(System.in);
    } else {
      return false;
    }
    line = 0;
    return true;
  }

  /** All of a file, without its last line end; null after that. */
  private SourceText all() throws IOException {
    if (line++ > 0) {
      return null;
    }
    byte[] bytes = in.readAllBytes();
    read += bytes.length;
    return new SourceText(name, 0, PromptOptions.dropLineEnd(unmarked(bytes)), before + read);
  }

  /** A line without its end, or null where the last line's end was the last. */
  private SourceText line() throws IOException {
    int b = in.read();
    if (b < 0) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (b >= 0) {
      bytes.write(b);
      read++;
      b = b == '\n' ? -1 : in.read();
    }
    byte[] text = PromptOptions.dropLineEnd(bytes.toByteArray());
    return new SourceText(name, ++line, line == 1 ? unmarked(text) : text, before + read);
  }

  /** Without the mark that some programs begin a UTF-8 file with. */
  private static byte[] unmarked(byte[] bytes) {
    boolean marked = Arrays.mismatch(bytes, MARK) == MARK.length || Arrays.equals(bytes, MARK);
    return marked ? Arrays.copyOfRange(bytes, MARK.length, bytes.length) : bytes;
  }

  private static UserException unreadable(String name, IOException e) {
    return new UserException(name + " cannot be read: " + IoReason.of(e), e);
  }

  @Override
  public void close() {
    if (in != null && !STDIN.equals(name)) {
      try {
        in.close();
      } catch (IOException e) {
        // It was read: nothing is lost.
      }
    }
    in = null;
  }
}
