package dev.jora.convert.source;

import static dev.jora.convert.source.SourceFile.INT;
import static dev.jora.convert.source.SourceFile.LONG;
import static dev.jora.convert.source.SourceFile.SHORT;

import dev.jora.gguf.Utf8;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The entries of a zip archive as parts of its mapped file, none within another and none unpacked.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_COMMENT = 0xFFFF;
  private static final int ENCRYPTED = 1 | 1 << 6;
  private static final int EXTRA_64 = 1;
  private static final long LARGE = 0xFFFFFFFFL;

  private final SourceFile file;
  private final MemorySegment data;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * An entry.
   *
   * @param start of its own header
   * @param bytes what it holds
   * @param crc what its bytes should sum up to
   * @param stored its bytes are as they were, neither compressed nor encrypted
   */
  record Entry(String name, long start, MemorySegment bytes, int crc, boolean stored) {
    private long end(MemorySegment file) {
      return bytes.address() - file.address() + bytes.byteSize();
    }
  }

  /**
   * Reads the directory.
   *
   * @throws SourceException if it is broken
   */
  ZipDirectory(SourceFile file) {
    this.file = file;
    this.data = file.data();
    read();
  }

  /** Entries by name. */
  Map<String, Entry> entries() {
    return entries;
  }

  /**
   * The bytes of an entry, which must be those that were written.
   *
   * @throws SourceException if they are others
   */
  MemorySegment checked(Entry entry) {
    if (entry.bytes().byteSize() > PickleCursor.MAX_BYTES) {
      throw file.fault("%s is longer than %,d bytes", entry.name(), PickleCursor.MAX_BYTES);
    }
    CRC32 crc = new CRC32();
    crc.update(entry.bytes().asByteBuffer());
    if ((int) crc.getValue() != entry.crc()) {
      throw file.fault("%s differs from its CRC-32: fetch the file anew", entry.name());
    }
    return entry.bytes();
  }

  private void read() {
    long end = end();
    long count = data.get(SHORT, end + 10) & 0xFFFF;
    long bytes = unsigned(end + 12);
    long start = unsigned(end + 16);
    long limit = end;
    long locator = end - LOCATOR_64_BYTES;
    if (locator >= 0 && data.get(INT, locator) == LOCATOR_64) {
      long end64 = data.get(LONG, locator + 8);
      require(
          end64 >= 0 && end64 <= locator - END_64_BYTES && data.get(INT, end64) == END_64,
          "its directory of 64 bits is broken");
      count = data.get(LONG, end64 + 32);
      bytes = data.get(LONG, end64 + 40);
      start = data.get(LONG, end64 + 48);
      limit = end64;
    }
    require(
        start >= 0 && bytes >= 0 && start <= limit && bytes <= limit - start,
        "its directory lies outside it");
    long at = start;
    for (long i = 0; i < count; i++) {
      at = entry(at, start + bytes, start);
    }
    requireApart(start);
  }

  /** Where the record at the end begins; a comment may follow it. */
  private long end() {
    long last = data.byteSize() - END_BYTES;
    for (long at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
      if (data.get(INT, at) == END && (data.get(SHORT, at + 20) & 0xFFFF) == last - at) {
        return at;
      }
    }
    throw file.fault("a zip archive without its directory at the end: it was cut, fetch it anew");
  }

  private void require(boolean right, String what) {
    if (!right) {
      throw file.fault("a zip archive, but %s: fetch it anew", what);
    }
  }

  private long unsigned(long at) {
    return Integer.toUnsignedLong(data.get(INT, at));
  }

  /**
   * Reads an entry of the directory.
   *
   * @return where the next one begins
   */
  private long entry(long at, long end, long directory) {
    require(at <= end - ENTRY_BYTES && data.get(INT, at) == ENTRY, "its directory is broken");
    int flags = data.get(SHORT, at + 8);
    int method = data.get(SHORT, at + 10) & 0xFFFF;
    int crc = data.get(INT, at + 16);
    int nameBytes = data.get(SHORT, at + 28) & 0xFFFF;
    int extraBytes = data.get(SHORT, at + 30) & 0xFFFF;
    int commentBytes = data.get(SHORT, at + 32) & 0xFFFF;
    long extra = at + ENTRY_BYTES + nameBytes;
    long next = extra + extraBytes + commentBytes;
    require(next <= end, "its directory is broken");
    String name = Utf8.decode(file.bytes(at + ENTRY_BYTES, nameBytes));
    long[] numbers = {unsigned(at + 24), unsigned(at + 20), unsigned(at + 42)};
    large(numbers, extra, extra + extraBytes);
    boolean stored = method == 0 && (flags & ENCRYPTED) == 0;
    long size = numbers[1];
    long start = numbers[2];
    require(!stored || size == numbers[0], name + " has two lengths");
    require(
        start >= 0 && start <= directory - LOCAL_BYTES && data.get(INT, start) == LOCAL,
        name + " lies outside it");
    long from =
        start
            + LOCAL_BYTES
            + (data.get(SHORT, start + 26) & 0xFFFF)
            + (data.get(SHORT, start + 28) & 0xFFFF);
    require(size >= 0 && from <= directory && size <= directory - from, name + " lies outside it");
    Entry entry = new Entry(name, start, data.asSlice(from, size), crc, stored);
    require(entries.put(name, entry) == null, name + " is there twice");
    return next;
  }

  /** Puts in the numbers that do not fit into 32 bits, which stand in an extra field. */
  private void large(long[] numbers, long from, long end) {
    long at = from;
    while (at <= end - 4) {
      int id = data.get(SHORT, at) & 0xFFFF;
      long next = at + 4 + (data.get(SHORT, at + 2) & 0xFFFF);
      if (id == EXTRA_64 && next <= end) {
        long value = at + 4;
        for (int i = 0; i < numbers.length; i++) {
          if (numbers[i] == LARGE && value <= next - Long.BYTES) {
            numbers[i] = data.get(LONG, value);
            value += Long.BYTES;
          }
        }
        return;
      }
      at = next;
    }
  }

  private void requireApart(long directory) {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::start));
    for (int i = 0; i < sorted.size(); i++) {
      long next = i + 1 < sorted.size() ? sorted.get(i + 1).start() : directory;
      require(sorted.get(i).end(data) <= next, sorted.get(i).name() + " lies within another");
    }
  }
}
