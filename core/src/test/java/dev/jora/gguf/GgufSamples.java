package dev.jora.gguf;

import dev.jora.tensor.GgmlType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Small sound files, as bytes. */
final class GgufSamples {
  /** Where the last tensor of {@link #v3} ends: one byte less is too few. */
  static final int V3_END = v3().size();

  private GgufSamples() {}

  /** A version 3 file with a value and an array of every type and two tensors. */
  static RawGguf v3() {
    RawGguf file = RawGguf.header(3, 2, 1 + 2 * 12).pair("general.architecture", "llama");
    everyType(file, new Random(1));
    return file.tensor("a.weight", GgmlType.Q8_0.id(), 0, 32, 3)
        .tensor("b", GgmlType.F16.id(), 128, 5)
        .pad(32)
        .zeros(102)
        .pad(32)
        .raw("0123456789".getBytes(StandardCharsets.US_ASCII));
  }

  /** A version 2 file with its own alignment and one tensor. */
  static RawGguf v2() {
    return RawGguf.header(2, 1, 3)
        .pair("general.alignment", 64)
        .array("tokenizer.ggml.tokens", GgufType.STRING, 3)
        .string("<s>")
        .string("")
        .string("\u2581the")
        .array("tokenizer.ggml.scores", GgufType.FLOAT32, 3)
        .u32(Float.floatToIntBits(-1))
        .u32(0)
        .u32(Float.floatToIntBits(Float.NaN))
        .tensor("token_embd.weight", GgmlType.F32.id(), 0, 2, 3)
        .pad(64)
        .zeros(24)
        .pad(64);
  }

  /** What is rare and legal: arrays of arrays, empty tensors in all places, a scalar. */
  static RawGguf odd() {
    return RawGguf.header(3, 6, 2)
        .array("x.nested", GgufType.ARRAY, 3)
        .u32(GgufType.UINT16.ordinal())
        .u64(2)
        .u16(1)
        .u16(2)
        .u32(GgufType.STRING.ordinal())
        .u64(1)
        .string("a")
        .u32(GgufType.ARRAY.ordinal())
        .u64(1)
        .u32(GgufType.BOOL.ordinal())
        .u64(0)
        .array("x.none", GgufType.ARRAY, 0)
        .tensor("empty.first", GgmlType.F32.id(), 0, 0)
        .tensor("scalar", GgmlType.F32.id(), 0)
        .tensor("empty.q4", GgmlType.Q4_0.id(), 32, 0, 32)
        .tensor("ids", GgmlType.I64.id(), 32, 5)
        .tensor("empty.rows", GgmlType.F16.id(), 96, 4, 0, 3)
        .tensor("empty.last", GgmlType.I8.id(), 96, 0, 0, 0, 0)
        .pad(32)
        .u32(Float.floatToIntBits(1.5f))
        .pad(32)
        .zeros(40);
  }

  /** The shards of a model of three tensors. */
  static List<RawGguf> shards() {
    return List.of(
        RawGguf.header(3, 1, 4)
            .pair("general.architecture", "llama")
            .split(0, 2, 3)
            .tensor("a", GgmlType.F32.id(), 0, 4)
            .pad(32)
            .raw(new byte[] {1, 2, 3, 4})
            .zeros(12)
            .pad(32),
        RawGguf.header(3, 2, 3)
            .split(1, 2, 3)
            .tensor("b", GgmlType.I8.id(), 0, 5)
            .tensor("c", GgmlType.I8.id(), 32, 2, 2)
            .pad(32)
            .raw(new byte[] {5, 6, 7, 8, 9})
            .pad(32)
            .raw(new byte[] {10, 11, 12, 13})
            .pad(32));
  }

  /** A pair and an array pair of each of the twelve value types, with random bits. */
  static void everyType(RawGguf file, Random random) {
    for (GgufType type : GgufType.values()) {
      if (type == GgufType.ARRAY) {
        continue;
      }
      String name = type.name().toLowerCase(Locale.ROOT);
      value(file.key("x." + name, type), type, random);
      int count = random.nextInt(4);
      file.array("x." + name + "s", type, count);
      for (int i = 0; i < count; i++) {
        value(file, type, random);
      }
    }
  }

  private static void value(RawGguf file, GgufType type, Random random) {
    byte[] bytes = new byte[type == GgufType.STRING ? random.nextInt(12) : type.minBytes()];
    random.nextBytes(bytes);
    switch (type) {
      case STRING -> file.string(bytes);
      case BOOL -> file.u8(bytes[0] & 1);
      default -> file.raw(bytes);
    }
  }
}
