package dev.jora.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damage to bytes and to text that knows nothing of what they mean. */
final class Damage {
  static final long[] EXTREMES = {
    0,
    1,
    2,
    3,
    7,
    8,
    31,
    32,
    33,
    64,
    255,
    256,
    257,
    65535,
    65536,
    1 << 20,
    1 << 30,
    (1L << 31) - 1,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 61,
    1L << 62,
    1L << 63,
    Long.MAX_VALUE,
    -2,
    -1
  };

  private static final String[] WORDS = {
    "\0",
    "\u001b[31m",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e999",
    "NaN",
    "99999999999999999999",
    "\\ud800",
    "\uFFFD",
    "\u202e",
    "😀",
    "\r",
    "\n",
    "\t",
    "[[[[[[[[",
    "{\"a\":",
    "{{",
    "}}",
    "{%",
    "%}",
    "{{user}}",
    "{{char}}",
    "<|im_start|>",
    "<s>",
    "</s>",
    "%s",
    "\\",
    "\ufeff"
  };

  private Damage() {}

  static <T> T one(T[] of, Random random) {
    return of[random.nextInt(of.length)];
  }

  static long extreme(Random random) {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  /** One to four faults. */
  static byte[] bytes(byte[] file, Random random) {
    byte[] bytes = file.clone();
    for (int n = random.nextInt(4); n >= 0 && bytes.length > 8; n--) {
      // Most that can go wrong stands in the first bytes.
      int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 200) : bytes.length);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> buffer.putInt(Math.min(at, bytes.length - 4) & ~3, (int) extreme(random));
        case 4 -> buffer.putFloat(Math.min(at, bytes.length - 4) & ~3, strange(random));
        default -> bytes = joined(bytes, at, random);
      }
    }
    return bytes;
  }

  static float strange(Random random) {
    float[] values = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -0f, -1, 1e-45f, 3e38f, -3e38f
    };
    return values[random.nextInt(values.length)];
  }

  private static byte[] joined(byte[] bytes, int at, Random random) {
    int cut = Math.min(random.nextInt(24), bytes.length - at);
    int from = random.nextInt(bytes.length);
    int length = Math.min(random.nextInt(64), bytes.length - from);
    return ByteBuffer.allocate(bytes.length - cut + length)
        .put(bytes, 0, at)
        .put(bytes, from, length)
        .put(bytes, at + cut, bytes.length - at - cut)
        .array();
  }

  /** One to three bytes or pieces changed, removed, doubled or moved; new bytes are codes. */
  static byte[] pieces(byte[] source, byte[] codes, Random random) {
    byte[] bytes = source.clone();
    for (int n = random.nextInt(3); n >= 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(1 + random.nextInt(12), bytes.length - at);
      int from = random.nextInt(bytes.length);
      byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1, 2 -> bytes[at] = codes[random.nextInt(codes.length)];
        case 3 -> bytes = spliced(bytes, at, at + length, new byte[0]);
        case 4 -> bytes = spliced(bytes, at, at, part);
        default -> bytes = spliced(bytes, at, Math.min(bytes.length, at + part.length), part);
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] part) {
    byte[] out = new byte[bytes.length - (to - from) + part.length];
    System.arraycopy(bytes, 0, out, 0, from);
    System.arraycopy(part, 0, out, from, part.length);
    System.arraycopy(bytes, to, out, from + part.length, bytes.length - to);
    return out;
  }

  /** Text with up to five pieces removed, doubled or replaced; now and then bytes that are none. */
  static byte[] text(String source, String[] words, Random random) {
    StringBuilder text = new StringBuilder(source);
    for (int n = random.nextInt(random.nextInt(5) + 1); n >= 0 && !text.isEmpty(); n--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(40) + 1));
      String word = one(random.nextBoolean() ? words : WORDS, random);
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, word);
        case 2 -> text.replace(at, end, word);
        case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        case 4 -> text.insert(at, word.repeat(1 + random.nextInt(2000)));
        default -> text.setLength(random.nextInt(4) == 0 ? at : text.length());
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return random.nextInt(8) == 0 ? bytes(bytes, random) : bytes;
  }
}
