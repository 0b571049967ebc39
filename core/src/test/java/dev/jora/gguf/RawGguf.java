package dev.jora.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A GGUF file put together field by field, little-endian, with nothing checked, so that it may be
 * as broken as a test wants. Shares no code with the reader and the writer.
 */
final class RawGguf {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Magic, version, tensor count and pair count. */
  static RawGguf header(int version, long tensors, long pairs) {
    return new RawGguf().ascii("GGUF").u32(version).u64(tensors).u64(pairs);
  }

  /** A sound version 3 header with one string pair and {@code tensors} tensors to come. */
  static RawGguf model(long tensors) {
    return header(3, tensors, 1).pair("general.architecture", "llama");
  }

  RawGguf u8(int value) {
    out.write(value);
    return this;
  }

  RawGguf u16(int value) {
    return u8(value).u8(value >> 8);
  }

  RawGguf u32(long value) {
    return u16((int) value).u16((int) (value >> 16));
  }

  RawGguf u64(long value) {
    return u32(value).u32(value >> 32);
  }

  RawGguf raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  RawGguf ascii(String text) {
    return raw(text.getBytes(StandardCharsets.US_ASCII));
  }

  RawGguf string(byte... bytes) {
    return u64(bytes.length).raw(bytes);
  }

  RawGguf string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A key and the type of its value. */
  RawGguf key(String key, GgufType type) {
    return string(key).u32(type.ordinal());
  }

  RawGguf pair(String key, String value) {
    return key(key, GgufType.STRING).string(value);
  }

  RawGguf pair(String key, int value) {
    return key(key, GgufType.UINT32).u32(value);
  }

  /** A key, and the type and number of the elements of its array. */
  RawGguf array(String key, GgufType type, long count) {
    return key(key, GgufType.ARRAY).u32(type.ordinal()).u64(count);
  }

  /** The three keys of a shard. */
  RawGguf split(int no, int count, int tensors) {
    return key(SplitSet.NO, GgufType.UINT16)
        .u16(no)
        .key(SplitSet.COUNT, GgufType.UINT16)
        .u16(count)
        .key(SplitSet.TENSORS, GgufType.INT32)
        .u32(tensors);
  }

  /** A row of the tensor table. */
  RawGguf tensor(String name, int type, long offset, long... ne) {
    string(name).u32(ne.length);
    for (long extent : ne) {
      u64(extent);
    }
    return u32(type).u64(offset);
  }

  RawGguf zeros(int count) {
    return raw(new byte[count]);
  }

  /** Zeros up to a multiple of {@code alignment}. */
  RawGguf pad(int alignment) {
    return zeros(-out.size() & (alignment - 1));
  }

  int size() {
    return out.size();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  Path write(Path path) {
    try {
      return Files.write(path, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
