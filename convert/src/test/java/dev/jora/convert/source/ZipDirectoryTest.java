package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zip archives as PyTorch writes them and as nobody should. */
final class ZipDirectoryTest {
  private static final byte[] FIRST = {1, 2, 3};
  private static final byte[] SECOND = {4, 5, 6, 7};

  @TempDir private Path folder;

  private byte[] read(byte[] zip, String name) throws IOException {
    Path path = Files.write(folder.resolve("a.zip"), zip);
    try (SourceFile file = new SourceFile(path)) {
      ZipDirectory directory = new ZipDirectory(file);
      return directory.checked(directory.entries().get(name)).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private void requireRefused(byte[] zip, String words) {
    String message = assertThrows(SourceException.class, () -> read(zip, "r/b")).getMessage();
    assertTrue(message.contains(words), message);
  }

  private static byte[] two() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("r/a", FIRST);
    entries.put("r/b", SECOND);
    return PickleBytes.zip(entries, ZipEntry.STORED);
  }

  private static ByteBuffer little(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int directory(byte[] zip) {
    return little(zip).getInt(zip.length - 6);
  }

  /** The same archive with its directory in 64 bits, the entries' numbers in an extra field. */
  private static byte[] large() {
    byte[] zip = two();
    int start = directory(zip);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(zip, 0, start);
    int at = start;
    for (int i = 0; i < 2; i++) {
      int nameBytes = 3;
      byte[] head = Arrays.copyOfRange(zip, at, at + 46 + nameBytes);
      ByteBuffer entry = little(head);
      byte[] size = PickleBytes.little(8, entry.getInt(24));
      byte[] place = PickleBytes.little(8, entry.getInt(42));
      entry.putInt(20, -1).putInt(24, -1).putInt(42, -1).putShort(30, (short) 28);
      out.writeBytes(head);
      out.writeBytes(new byte[] {1, 0, 24, 0});
      out.writeBytes(size);
      out.writeBytes(size);
      out.writeBytes(place);
      at += 46 + nameBytes;
    }
    int end = out.size();
    out.writeBytes(PickleBytes.little(4, 0x06064b50));
    out.writeBytes(PickleBytes.little(8, 44));
    out.writeBytes(PickleBytes.little(8, 0x2d002d));
    out.writeBytes(PickleBytes.little(4, 0));
    for (long number : new long[] {2, 2, end - start, start}) {
      out.writeBytes(PickleBytes.little(8, number));
    }
    out.writeBytes(PickleBytes.little(4, 0x07064b50));
    out.writeBytes(PickleBytes.little(4, 0));
    out.writeBytes(PickleBytes.little(8, end));
    out.writeBytes(PickleBytes.little(4, 1));
    byte[] last = Arrays.copyOfRange(zip, zip.length - 22, zip.length);
    little(last).putInt(8, -1).putInt(12, -1).putInt(16, -1);
    out.writeBytes(last);
    return out.toByteArray();
  }

  @Test
  void entriesArePartsOfTheFile() throws IOException {
    assertArrayEquals(FIRST, read(two(), "r/a"));
    assertArrayEquals(SECOND, read(two(), "r/b"));
  }

  @Test
  void directoriesMayHave64Bits() throws IOException {
    assertArrayEquals(FIRST, read(large(), "r/a"));
    assertArrayEquals(SECOND, read(large(), "r/b"));
  }

  @Test
  void aCommentMayFollow() throws IOException {
    byte[] zip = two();
    byte[] comment = "PK and more".getBytes(StandardCharsets.US_ASCII);
    byte[] longer = Arrays.copyOf(zip, zip.length + comment.length);
    System.arraycopy(comment, 0, longer, zip.length, comment.length);
    little(longer).putShort(zip.length - 2, (short) comment.length);
    assertArrayEquals(SECOND, read(longer, "r/b"));
  }

  @Test
  void everyCutIsSeen() {
    for (byte[] whole : new byte[][] {two(), large()}) {
      for (int length = 1; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThrows(SourceException.class, () -> read(cut, "r/b"), "cut to " + length);
      }
    }
  }

  @Test
  void entriesLieApartAndInside() {
    byte[] same = two();
    int second = directory(same) + 46 + 3;
    assertEquals(0x02014b50, little(same).getInt(second));
    little(same).putInt(second + 42, 0); // both at the first one's header
    requireRefused(same, "lies within another");
    byte[] longer = two();
    little(longer).putInt(directory(longer) + 20, 40).putInt(directory(longer) + 24, 40);
    requireRefused(longer, "lies within another");
    byte[] outside = two();
    little(outside).putInt(second + 20, 1 << 30).putInt(second + 24, 1 << 30);
    requireRefused(outside, "lies outside");
    byte[] nowhere = two();
    little(nowhere).putInt(second + 42, -2);
    requireRefused(nowhere, "lies outside");
  }

  @Test
  void oneNameIsOneEntry() {
    byte[] zip = two();
    zip[directory(zip) + 46 + 3 + 46 + 2] = 'a';
    requireRefused(zip, "r/a is there twice");
  }

  @Test
  void numbersOf64BitsAreChecked() {
    byte[] zip = large();
    int end = zip.length - 22 - 20 - 56;
    for (long lie : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
      for (int field : new int[] {40, 48}) {
        byte[] broken = zip.clone();
        little(broken).putLong(end + field, lie);
        requireRefused(broken, "a zip archive, but");
      }
      for (int field : new int[] {0, 8, 16}) {
        byte[] broken = zip.clone();
        int extra = (int) little(zip).getLong(end + 48) + 46 + 3 + 4;
        little(broken).putLong(extra + field, lie);
        requireRefused(broken, "a zip archive, but");
      }
    }
  }
}
