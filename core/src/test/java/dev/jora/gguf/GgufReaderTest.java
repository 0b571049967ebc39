package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One broken file for every check of the reader: it must be refused, and for the right reason. */
class GgufReaderTest {
  private static final int F32 = 0;
  private static final int Q8_0 = 8;

  @TempDir Path folder;

  /** A broken file, the offset and field of its fault (-1: not looked at), words of the message. */
  record Broken(String name, RawGguf file, long offset, String field, List<String> words) {
    static Broken of(String name, RawGguf file, long offset, String field, String... words) {
      return new Broken(name, file, offset, field, List.of(words));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Broken> broken() {
    return Stream.of(header(), pairs(), arrays(), alignment(), tensors(), data())
        .flatMap(List::stream);
  }

  static List<Broken> header() {
    return List.of(
        Broken.of("text file", raw("# A model card\n"), 0, "not a GGUF file", "'GGUF'", "'# A '"),
        Broken.of("other magic", raw("\1\2\3\4...."), 0, "not a GGUF file", "bytes 01 02 03 04"),
        Broken.of("zip", raw("PK\3\4...."), 0, "not a GGUF file", "50 4b 03 04", "zip", "unpack"),
        Broken.of("gzip", other(0x1f, 0x8b, 8, 8), 0, "not a GGUF file", "gzip", "unpack"),
        Broken.of("zstd", other(0x28, 0xb5, 0x2f, 0xfd), 0, "not a GGUF file", "zstd", "unpack"),
        Broken.of("tar", raw("m.gg" + "\0".repeat(253) + "ustar"), 0, "not a GGUF file", "tar"),
        Broken.of("web page", raw("<!DOCTYPE html>"), 0, "not a GGUF file", "a web page: fetch"),
        Broken.of(
            "pointer",
            raw("version https://git-lfs.github.com/spec/v1\n"),
            0,
            "not a GGUF file",
            "a pointer of Git LFS: fetch"),
        Broken.of("old", raw("tjgg\3\0\0\0"), 0, "not a GGUF file", "before GGUF: convert it"),
        Broken.of("safetensors", raw("@\0\0\0\0\0\0\0{\"a"), 0, "not a GGUF file", "convert it"),
        Broken.of("three bytes", raw("GGU"), 0, "not a GGUF file", "found 'GGU'"),
        Broken.of("magic only", raw("GGUF"), 4, "version", "4 more bytes", "cut short"),
        Broken.of("version 0", RawGguf.header(0, 0, 0), 4, "version", "2 or 3", "found 0"),
        Broken.of("version 1", RawGguf.header(1, 0, 0), 4, "version", "found 1", "convert"),
        Broken.of("version 4", RawGguf.header(4, 0, 0), 4, "version", "2 or 3", "found 4"),
        Broken.of("big-endian", RawGguf.header(3 << 24, 0, 0), 4, "version", "big-endian", "3)"),
        Broken.of("-1 tensors", RawGguf.header(3, -1, 0), 8, "tensor count", "found -1"),
        Broken.of("2^62 tensors", RawGguf.header(3, 1L << 62, 0), 8, "tensor count", "at most 0"),
        Broken.of("-1 pairs", RawGguf.header(3, 0, -1), 16, "metadata count", "found -1"),
        Broken.of("2^31 pairs", RawGguf.header(3, 0, 1L << 31), 16, "metadata count", "2147483648"),
        Broken.of("a pair short", RawGguf.header(3, 0, 1).zeros(13), 16, "metadata count", "0"));
  }

  static List<Broken> pairs() {
    int start = RawGguf.header(3, 0, 1).size();
    byte[] latin1 = "naïve".getBytes(StandardCharsets.ISO_8859_1);
    return List.of(
        Broken.of(
            "key of 2^63 bytes", one().u64(1L << 63).zeros(9), 24, "pair 0", "9223372036854775808"),
        Broken.of("key of 64 KiB + 1", one().u64(65537).zeros(65537), 24, "pair 0", "65537"),
        Broken.of("key beyond the end", one().u64(100).zeros(9), 32, "pair 0", "100", "found 9"),
        Broken.of("empty key", one().string("").u32(0).zeros(9), 24, "pair 0", "empty"),
        Broken.of("key not UTF-8", one().string(latin1).u32(0).u8(1), 24, "pair 0", "UTF-8", "ef"),
        Broken.of(
            "key twice",
            RawGguf.header(3, 0, 2).pair("a.b", 1).pair("a.b", 2),
            start + 19,
            "key a.b",
            "second time"),
        Broken.of("value type 13", one().string("a").u32(13).u64(0), 33, "key a", "0 to 12", "13"),
        Broken.of("value type -1", one().string("a").u32(-1).u64(0), 33, "key a", "4294967295"),
        Broken.of("bool 2", one().key("a", GgufType.BOOL).u8(2), 37, "key a", "0 or 1", "found 2"),
        Broken.of(
            "string of 2^40 bytes",
            one().key("a", GgufType.STRING).u64(1L << 40),
            37,
            "key a",
            "1099511627776"),
        Broken.of("u32 cut", one().key("a", GgufType.UINT32).u16(1), 37, "key a", "found 2"));
  }

  static List<Broken> arrays() {
    GgufType string = GgufType.STRING;
    return List.of(
        Broken.of(
            "element type 13", one().key("a", GgufType.ARRAY).u32(13).u64(0), 37, "key a", "13"),
        Broken.of("arrays 17 deep", nested(17), 37 + 12 * 15, "key a", "at most 16 deep"),
        Broken.of("arrays 10000 deep", nested(10_000), 37 + 12 * 15, "key a", "at most 16 deep"),
        Broken.of(
            "2^60 arrays",
            one().array("a", GgufType.ARRAY, 1L << 60).zeros(12),
            41,
            "key a",
            "1152921504606846976"),
        Broken.of(
            "an inner array cut short",
            one().array("a", GgufType.ARRAY, 1).u32(GgufType.UINT32.ordinal()).u64(2).u32(1),
            53,
            "key a",
            "found 2"),
        Broken.of(
            "2^63 elements",
            one().array("a", GgufType.UINT8, 1L << 63),
            41,
            "key a",
            "9223372036854775808"),
        Broken.of(
            "2^61 + 1 u64: wraps",
            one().array("a", GgufType.UINT64, (1L << 61) + 1).u64(0),
            41,
            "key a",
            "at most 1 "),
        Broken.of(
            "strings short",
            one().array("a", string, 2).string("x").u32(0),
            41,
            "key a",
            "at most 1 "),
        Broken.of(
            "long element", one().array("a", string, 1).u64(99), 57, "key a", "99", "found 0"),
        Broken.of(
            "bool element 7",
            one().array("a", GgufType.BOOL, 2).u8(1).u8(7),
            50,
            "key a",
            "found 7"));
  }

  static List<Broken> alignment() {
    String field = "general.alignment";
    RawGguf wide = one().key(field, GgufType.UINT64).u64(32);
    RawGguf text = one().pair(field, "32");
    return Stream.concat(
            Stream.of(0, 1, 4, 24, 33, 1 << 21, 1 << 31)
                .map(
                    n ->
                        Broken.of(
                            "alignment " + n,
                            one().pair(field, n),
                            24,
                            field,
                            "power of two",
                            Integer.toUnsignedString(n))),
            Stream.of(
                Broken.of("alignment as u64", wide, 24, field, "as u64"),
                Broken.of("alignment as string", text, 24, field, "as str")))
        .toList();
  }

  static List<Broken> tensors() {
    int table = RawGguf.model(1).size();
    String longName = "n".repeat(64);
    return List.of(
        Broken.of("name of 64 bytes", tensor(longName, F32, 0, 1), table, "tensor 0", "63", "64"),
        Broken.of("empty name", tensor("", F32, 0, 1), table, "tensor 0", "empty"),
        Broken.of(
            "name not UTF-8",
            RawGguf.model(1).string((byte) 0xC3).zeros(40),
            table,
            "tensor 0",
            "UTF-8",
            "c3"),
        Broken.of(
            "name twice",
            RawGguf.model(2).tensor("t", F32, 0, 8).tensor("t", F32, 32, 8).pad(32).zeros(64),
            table + 33,
            "tensor t",
            "second time"),
        Broken.of(
            "5 dimensions",
            tensor("t", F32, 0, 1, 1, 1, 1, 1),
            table + 9,
            "tensor t",
            "0 to 4",
            "5"),
        Broken.of(
            "2^32 - 1 dimensions",
            RawGguf.model(1).string("t").u32(-1).zeros(64),
            table + 9,
            "tensor t",
            "4294967295"),
        Broken.of(
            "an empty tensor of 2^64 rows",
            tensor("t", F32, 0, 0, 1L << 32, 1L << 32),
            table + 9,
            "tensor t",
            "2^63 values"),
        Broken.of(
            "a scalar of half a block", tensor("t", Q8_0, 0), table + 13, "tensor t", "32", "[]"),
        Broken.of("extent -1", tensor("t", F32, 0, -1), table + 13, "tensor t", "ne0", "found -1"),
        Broken.of(
            "2^63 values",
            tensor("t", F32, 0, 1L << 32, 1L << 31),
            table + 9,
            "tensor t",
            "2^63 values"),
        Broken.of(
            "2^63 - 1 values: bytes wrap",
            tensor("t", F32, 0, Long.MAX_VALUE, 1, 1, 1),
            -1,
            "tensor t",
            "2^63 bytes"),
        Broken.of(
            "2^62 values of 4 bytes",
            tensor("t", F32, 0, 1L << 31, 1L << 31),
            -1,
            "tensor t",
            "2^63 bytes"),
        Broken.of("type 4, removed", tensor("t", 4, 0, 32), table + 21, "tensor t", "type 4"),
        Broken.of("type 36, removed", tensor("t", 36, 0, 32), table + 21, "tensor t", "type 36"),
        Broken.of("type 1000", tensor("t", 1000, 0, 32), table + 21, "tensor t", "type 1000"),
        Broken.of("type -1", tensor("t", -1, 0, 32), table + 21, "tensor t", "4294967295"),
        Broken.of("half a block", tensor("t", Q8_0, 0, 48), table + 21, "tensor t", "32", "[48]"));
  }

  static List<Broken> data() {
    int table = RawGguf.model(1).size();
    int second = table + 33;
    return List.of(
        Broken.of(
            "first offset 32",
            tensor("t", F32, 32, 8).zeros(64),
            table,
            "tensor t",
            "offset 0",
            "32"),
        Broken.of("offset not aligned", two(33), second, "tensor u", "offset 32", "found 33"),
        Broken.of("overlap", two(0), second, "tensor u", "offset 32", "found 0"),
        Broken.of("gap", two(64), second, "tensor u", "offset 32", "found 64"),
        Broken.of("offset -32", two(-32), second, "tensor u", "18446744073709551584"),
        Broken.of("data cut", tensor("t", F32, 0, 9), table, "tensor t", "36 bytes", "found 32"),
        Broken.of(
            "no data at all",
            RawGguf.model(1).tensor("t", F32, 0, 8),
            table,
            "tensor t",
            "32 bytes",
            "found 0"),
        Broken.of(
            "2^62 bytes", tensor("t", F32, 0, 1L << 60), table, "tensor t", "4611686018427387904"));
  }

  private static RawGguf raw(String text) {
    return new RawGguf().ascii(text);
  }

  private static RawGguf other(int... bytes) {
    RawGguf raw = new RawGguf();
    for (int b : bytes) {
      raw.u8(b);
    }
    return raw;
  }

  /** An array in arrays, {@code depth} levels in all. */
  private static RawGguf nested(int depth) {
    RawGguf file = one().key("a", GgufType.ARRAY);
    for (int i = 1; i < depth; i++) {
      file.u32(GgufType.ARRAY.ordinal()).u64(1);
    }
    return file.u32(GgufType.UINT8.ordinal()).u64(0);
  }

  private static RawGguf one() {
    return RawGguf.header(3, 0, 1);
  }

  /** A file of one tensor and 32 bytes of data. */
  private static RawGguf tensor(String name, int type, long offset, long... ne) {
    return RawGguf.model(1).tensor(name, type, offset, ne).pad(32).zeros(32);
  }

  /** A file of two tensors of 32 bytes, the second at {@code offset}. */
  private static RawGguf two(long offset) {
    return RawGguf.model(2).tensor("t", F32, 0, 8).tensor("u", F32, offset, 8).pad(32).zeros(128);
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refuses(Broken broken) {
    Path path = broken.file().write(folder.resolve("broken.gguf"));
    GgufException e = assertThrows(GgufException.class, () -> GgufFile.open(path).close());
    assertEquals(path, e.file());
    assertTrue(e.field().contains(broken.field()), e.getMessage());
    if (broken.offset() >= 0) {
      assertEquals(broken.offset(), e.offset(), e.getMessage());
    }
    for (String word : broken.words()) {
      assertTrue(e.getMessage().contains(word), e.getMessage() + " lacks " + word);
    }
    assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = GgufSamples.v3().bytes();
    for (int length = 0; length < GgufSamples.V3_END; length++) {
      Path path = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
      assertThrows(GgufException.class, () -> GgufFile.open(path).close(), "length " + length);
    }
  }

  @Test
  void boundsTheHeaderOfAFileOfHoles() throws IOException {
    long count = 1L << 30;
    for (GgufType type : List.of(GgufType.UINT8, GgufType.STRING)) {
      long elements = count / type.minBytes();
      Path path = one().array("a", type, elements).write(folder.resolve("holes.gguf"));
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(1), channel.size() + count);
      }
      GgufException e = assertThrows(GgufException.class, () -> GgufFile.open(path).close());
      assertTrue(e.getMessage().contains("key a"), e.getMessage());
      assertTrue(e.getMessage().contains("at most " + HeaderCursor.MAX_HEADER), e.getMessage());
    }
  }

  @Test
  void namesWhatIsNoFile() throws IOException {
    assertMessage(folder, "a directory");
    assertMessage(folder.resolve("absent.gguf"), "no such file");
    assertMessage(folder.resolve("absent").resolve("model.gguf"), "no such file");
    assertMessage(Files.createFile(folder.resolve("empty.gguf")), "an empty file");
    assertMessage(Path.of("/dev/null"), "a pipe or device");
  }

  @Test
  void namesAMissingPermission() throws IOException {
    Path path = GgufSamples.v3().write(folder.resolve("secret.gguf"));
    Assumptions.assumeTrue(path.toFile().setReadable(false), "skipped: no permissions here");
    Assumptions.assumeFalse(Files.isReadable(path), "skipped: this user may read everything");
    assertMessage(path, "no permission to read it");
  }

  @Test
  void spellsOutControlCharacters() {
    String key = "\u001b[2J\n" + "k".repeat(60_000);
    Path path = one().string(key).u32(13).u64(0).write(folder.resolve("escape.gguf"));
    GgufException e = assertThrows(GgufException.class, () -> GgufFile.open(path).close());
    assertTrue(e.getMessage().contains("key \\x1b[2J\\x0akkk"), e.getMessage());
    assertTrue(e.getMessage().length() < 500, e.getMessage());
    assertEquals("key " + key, e.field());
  }

  @Test
  void saysWhatTheSystemSays() {
    Path path = Path.of("model.gguf");
    assertEquals(
        "model.gguf: cannot open: expected a GGUF file, found no permission to read it",
        GgufException.unreadable(path, new AccessDeniedException("model.gguf")).getMessage());
    assertEquals(
        "model.gguf: cannot open: expected a GGUF file, found IOException: Input/output error",
        GgufException.unreadable(path, new IOException("Input/output error")).getMessage());
  }

  private static void assertMessage(Path path, String found) {
    for (boolean metadata : new boolean[] {false, true}) {
      GgufException e =
          assertThrows(
              GgufException.class,
              () -> {
                if (metadata) {
                  GgufFile.readMetadata(path);
                } else {
                  GgufFile.open(path).close();
                }
              });
      assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
      assertTrue(e.getMessage().endsWith("found " + found), e.getMessage());
    }
  }
}
