package dev.jora.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of which some has come. Behind the bytes stands, until it is whole, what of it is done: a
 * mark, the size, the number of segments and of each start, end and how far it is. So a process may
 * end at any moment, and the next goes on where it was.
 */
final class PartBlob implements AutoCloseable {
  private static final long MARK = 0x4a4f5241_50415254L; // JORAPART
  private static final int HEAD = 24;
  private static final int ROW = 24;
  private static final int MOST = 256;

  /** Bytes that one connection fetches. */
  static final class Segment {
    final long start;
    final long end;
    private final int index;
    private long at;

    Segment(int index, long start, long end, long at) {
      this.index = index;
      this.start = start;
      this.end = end;
      this.at = at;
    }

    /** Where the next byte belongs. */
    long at() {
      return at;
    }

    boolean isDone() {
      return at == end;
    }
  }

  private final Path path;
  private final long size;
  private final FileChannel channel;
  private List<Segment> segments;

  private PartBlob(Path path, long size, FileChannel channel) {
    this.path = path;
    this.size = size;
    this.channel = channel;
  }

  /** Opens what is there of a file, or begins it. */
  static PartBlob open(Path path, long size, long segment) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    PartBlob part = new PartBlob(path, size, channel);
    part.segments = part.read();
    if (part.segments == null) {
      part.reset(segment);
    }
    return part;
  }

  /** Bytes that are still to come of a file. */
  static long missing(Path path, long size) throws IOException {
    if (!Files.isRegularFile(path)) {
      return size;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      List<Segment> found = new PartBlob(path, size, channel).read();
      return found == null
          ? size
          : found.stream().mapToLong(segment -> segment.end - segment.at).sum();
    }
  }

  private List<Segment> read() throws IOException {
    long length = channel.size() - size - HEAD;
    if (length < ROW || length > (long) MOST * ROW) {
      return null;
    }
    ByteBuffer rows = ByteBuffer.allocate((int) length + HEAD);
    while (rows.hasRemaining()) {
      if (channel.read(rows, size + rows.position()) < 0) {
        return null;
      }
    }
    rows.flip();
    if (rows.getLong() != MARK || rows.getLong() != size || rows.getLong() * ROW != length) {
      return null;
    }
    List<Segment> found = new ArrayList<>();
    long expected = 0;
    while (rows.hasRemaining()) {
      Segment s = new Segment(found.size(), rows.getLong(), rows.getLong(), rows.getLong());
      if (s.start != expected || s.end < s.start || s.at < s.start || s.at > s.end) {
        return null;
      }
      expected = s.end;
      found.add(s);
    }
    return expected == size ? found : null;
  }

  /** Begins anew, in segments of about so many bytes. */
  void reset(long segment) throws IOException {
    int count = Math.clamp((size + segment - 1) / segment, 1, MOST);
    ByteBuffer rows = ByteBuffer.allocate(HEAD + count * ROW);
    rows.putLong(MARK).putLong(size).putLong(count);
    List<Segment> fresh = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long start = size / count * i;
      long end = i == count - 1 ? size : size / count * (i + 1);
      rows.putLong(start).putLong(end).putLong(start);
      fresh.add(new Segment(i, start, end, start));
    }
    channel.truncate(0);
    write(rows.flip(), size);
    segments = fresh;
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  List<Segment> segments() {
    return segments;
  }

  long done() {
    return segments.stream().mapToLong(s -> s.at - s.start).sum();
  }

  /** Bytes of a segment have come: first they are written, then noted. */
  void add(Segment segment, byte[] bytes, int count) throws IOException {
    write(ByteBuffer.wrap(bytes, 0, count), segment.at);
    note(segment, segment.at + count);
  }

  /** A segment begins anew. */
  void restart(Segment segment) throws IOException {
    note(segment, segment.start);
  }

  private void note(Segment segment, long at) throws IOException {
    write(ByteBuffer.allocate(8).putLong(at).flip(), size + HEAD + (long) segment.index * ROW + 16);
    segment.at = at;
  }

  /** Gives the whole file its name. */
  void finish(Path target) throws IOException {
    channel.truncate(size);
    channel.force(true);
    channel.close();
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
