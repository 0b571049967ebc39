package dev.jora.convert.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles instruction by instruction, and the archives that hold them. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleBytes() {
    code(0x80, 2);
  }

  PickleBytes code(int... codes) {
    for (int code : codes) {
      out.write(code);
    }
    return this;
  }

  PickleBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  PickleBytes text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return code('X').raw(little(4, bytes.length)).raw(bytes);
  }

  PickleBytes global(String module, String name) {
    return raw(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  PickleBytes number(long value) {
    return code(0x8A, 8).raw(little(8, value));
  }

  PickleBytes numbers(long... values) {
    code('(');
    for (long value : values) {
      number(value);
    }
    return code('t');
  }

  PickleBytes storage(String type, String key, long elements) {
    return code('(')
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .number(elements)
        .code('t', 'Q');
  }

  /** A tensor of F32 in the storage 0. */
  PickleBytes tensor(long elements, long offset, long[] shape, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .code('(')
        .storage("FloatStorage", "0", elements)
        .number(offset)
        .numbers(shape)
        .numbers(strides)
        .code(0x89)
        .global("collections", "OrderedDict")
        .code(')', 'R', 't', 'R');
  }

  /** With STOP at its end. */
  byte[] bytes() {
    return code('.').out.toByteArray();
  }

  static byte[] little(int bytes, long value) {
    ByteBuffer all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    byte[] some = new byte[bytes];
    all.get(some);
    return some;
  }

  static byte[] floats(float... values) {
    ByteBuffer all = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      all.putFloat(value);
    }
    return all.array();
  }

  /** An archive of a pickle and the storage 0. */
  static byte[] zip(byte[] pickle, byte[] storage) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle);
    entries.put("archive/data/0", storage);
    return zip(entries, ZipEntry.STORED);
  }

  static byte[] zip(Map<String, byte[]> entries, int method) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(method);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry head = new ZipEntry(entry.getKey());
        head.setSize(entry.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        head.setCrc(crc.getValue());
        zip.putNextEntry(head);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A file of the older form: pickles, then the storage 0. */
  static byte[] legacy(byte[] pickle, boolean little, long elements, byte[] storage) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        new PickleBytes()
            .code(0x8A, 10)
            .raw(HexFormat.of().parseHex("6cfc9c46f9206aa85019"))
            .bytes());
    bytes.writeBytes(new PickleBytes().number(1001).bytes());
    bytes.writeBytes(
        new PickleBytes().code('}').text("little_endian").code(little ? 0x88 : 0x89, 's').bytes());
    bytes.writeBytes(pickle);
    bytes.writeBytes(new PickleBytes().code(']').text("0").code('a').bytes());
    bytes.writeBytes(little(8, elements));
    bytes.writeBytes(storage);
    return bytes.toByteArray();
  }

  /** A file of safetensors with this header. */
  static byte[] safetensors(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(little(8, json.length));
    bytes.writeBytes(json);
    bytes.writeBytes(data);
    return bytes.toByteArray();
  }
}
