package dev.jora.gguf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What people have in place of a GGUF file, told by how it begins. */
public final class OtherFile {
  /** Bytes of a file's front that are looked at, at most. */
  public static final int FRONT = 262;

  private static final List<OtherFile> ALL =
      List.of(
          of(0, hex("504b0304"), "a zip archive, or weights of PyTorch: unpack or convert it"),
          of(0, hex("1f8b"), "packed by gzip: unpack it"),
          of(0, hex("fd377a585a00"), "packed by xz: unpack it"),
          of(0, hex("28b52ffd"), "packed by zstd: unpack it"),
          of(0, hex("377abcaf271c"), "a 7z archive: unpack it"),
          of(0, text("BZh"), "packed by bzip2: unpack it"),
          of(0, text("Rar!"), "a rar archive: unpack it"),
          of(257, text("ustar"), "a tar archive: unpack it"),
          of(0, text("version https://git-lfs"), "a pointer of Git LFS: fetch the file itself"),
          of(0, text("<!DOCTYPE"), "a web page: fetch the file itself"),
          of(0, text("<!doctype"), "a web page: fetch the file itself"),
          of(0, text("<html"), "a web page: fetch the file itself"),
          of(0, text("lmgg"), "a model of the time before GGUF: convert it"),
          of(0, text("fmgg"), "a model of the time before GGUF: convert it"),
          of(0, text("tjgg"), "a model of the time before GGUF: convert it"),
          of(8, text("{\""), "safetensors: convert it"));

  private final int offset;
  private final byte[] magic;
  private final String words;

  private OtherFile(int offset, byte[] magic, String words) {
    this.offset = offset;
    this.magic = magic;
    this.words = words;
  }

  private static OtherFile of(int offset, byte[] magic, String words) {
    return new OtherFile(offset, magic, words);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] text(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  /** What a file is that begins with these bytes, and what to do with it; empty if nobody knows. */
  public static Optional<String> words(byte[] front) {
    return ALL.stream().filter(kind -> kind.begins(front)).map(kind -> kind.words).findFirst();
  }

  private boolean begins(byte[] front) {
    int end = offset + magic.length;
    return front.length >= end && Arrays.equals(front, offset, end, magic, 0, magic.length);
  }
}
