package dev.jora.fuzz;

import dev.jora.fuzz.GgufParts.Pair;
import dev.jora.fuzz.GgufParts.Row;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damage to a model by somebody who knows what its parts mean. */
final class ModelDamage {
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private ModelDamage() {}

  /** A damaged copy; one to three faults, of which one may be to the bytes. */
  static byte[] of(byte[] model, Random random) {
    GgufParts parts = GgufParts.of(model);
    for (int n = random.nextInt(3); n >= 0; n--) {
      if (!parts.pairs.isEmpty() && (parts.rows.isEmpty() || random.nextInt(5) < 3)) {
        metadata(parts, random);
      } else if (!parts.rows.isEmpty()) {
        tensor(parts, random);
      }
    }
    byte[] bytes = parts.bytes();
    return random.nextInt(6) == 0 ? Damage.bytes(bytes, random) : bytes;
  }

  private static void metadata(GgufParts parts, Random random) {
    int at = random.nextInt(parts.pairs.size());
    Pair pair = parts.pairs.get(at);
    switch (random.nextInt(12)) {
      case 0 -> parts.pairs.remove(at);
      case 1 -> pair.key = renamed(pair.key, random);
      case 2 -> retype(pair, random);
      case 3 -> parts.pairs.add(random.nextInt(parts.pairs.size()), pair);
      case 4 -> pair.value = parts.pairs.get(random.nextInt(parts.pairs.size())).value;
      default -> value(pair, random);
    }
  }

  private static byte[] renamed(byte[] name, Random random) {
    return random.nextInt(3) == 0 ? new byte[0] : Damage.bytes(name, random);
  }

  /** Another type with a value that fits it. */
  private static void retype(Pair pair, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int[] widths = {1, 1, 2, 2, 4, 4, 4, 1, -1, -1, 8, 8, 8};
    pair.type = random.nextInt(widths.length);
    if (pair.type == STRING) {
      byte[] text = "\u001b[2Jllama\n".getBytes(StandardCharsets.UTF_8);
      GgufParts.number(out, text.length, 8);
      out.writeBytes(text);
    } else if (pair.type == ARRAY) {
      int count = random.nextInt(5);
      GgufParts.number(out, 4, 4);
      GgufParts.number(out, count, 8);
      out.writeBytes(new byte[4 * count]);
    } else {
      GgufParts.number(out, Damage.extreme(random), widths[pair.type]);
      byte[] bytes = out.toByteArray();
      bytes[0] &= (byte) (pair.type == 7 ? 1 : -1);
      pair.value = bytes;
      return;
    }
    pair.value = out.toByteArray();
  }

  private static void value(Pair pair, Random random) {
    if (pair.type == ARRAY) {
      array(pair, random);
    } else if (pair.type == STRING) {
      byte[] text = Arrays.copyOfRange(pair.value, 8, pair.value.length);
      String source = new String(text, StandardCharsets.UTF_8);
      byte[] damaged = Damage.text(source.isEmpty() ? "x" : source, new String[] {"llama"}, random);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      GgufParts.number(out, damaged.length, 8);
      out.writeBytes(damaged);
      pair.value = out.toByteArray();
    } else {
      pair.value = scalar(pair.type, pair.value.length, pair.value, random);
    }
  }

  private static byte[] scalar(int type, int width, byte[] old, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (type == FLOAT32) {
      GgufParts.number(out, Float.floatToRawIntBits(Damage.strange(random)), 4);
    } else if (width == 1) {
      out.write(random.nextInt(2));
    } else if (random.nextBoolean()) { // near the right one, which gets further
      long value = width >= 4 ? ByteBuffer.wrap(old).order(ByteOrder.LITTLE_ENDIAN).getInt(0) : 1;
      long[] near = {value + 1, value - 1, value * 2, value / 2, value * 3, -value};
      GgufParts.number(out, near[random.nextInt(near.length)], width);
    } else {
      GgufParts.number(out, Damage.extreme(random), width);
    }
    return out.toByteArray();
  }

  /** Changes elements or the length. */
  private static void array(Pair pair, Random random) {
    ByteBuffer buffer = ByteBuffer.wrap(pair.value).order(ByteOrder.LITTLE_ENDIAN);
    int element = buffer.getInt(0);
    int count = (int) buffer.getLong(4);
    int width =
        element == STRING || element == ARRAY || count == 0 ? 0 : (pair.value.length - 12) / count;
    if (width == 0) {
      strings(pair, count, element, random);
    } else if (random.nextInt(3) == 0) {
      int kept = random.nextInt(count + 1);
      pair.value = Arrays.copyOf(pair.value, 12 + width * kept);
      ByteBuffer.wrap(pair.value).order(ByteOrder.LITTLE_ENDIAN).putLong(4, kept);
    } else {
      for (int n = 1 + random.nextInt(random.nextInt(count) + 1); n > 0; n--) {
        int at = 12 + width * random.nextInt(count);
        byte[] old = Arrays.copyOfRange(pair.value, at, at + width);
        System.arraycopy(scalar(element, width, old, random), 0, pair.value, at, width);
      }
    }
  }

  /** Tokens and merges: emptied, doubled, cut, not UTF-8, one for another. */
  private static void strings(Pair pair, int count, int element, Random random) {
    if (element != STRING || count == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(pair.value).order(ByteOrder.LITTLE_ENDIAN).position(12);
    byte[][] all = new byte[count][];
    for (int i = 0; i < count; i++) {
      all[i] = new byte[(int) in.getLong()];
      in.get(all[i]);
    }
    for (int n = 1 + random.nextInt(random.nextInt(count) + 1); n > 0; n--) {
      int at = random.nextInt(count);
      all[at] =
          switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> all[random.nextInt(count)];
            case 2 -> new byte[] {(byte) random.nextInt()};
            case 3 -> "a b c \u001b<0xZZ>".getBytes(StandardCharsets.UTF_8);
            default -> Damage.bytes(all[at], random);
          };
    }
    int kept = random.nextInt(4) == 0 ? random.nextInt(count + 1) : count;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GgufParts.number(out, STRING, 4);
    GgufParts.number(out, kept, 8);
    for (int i = 0; i < kept; i++) {
      GgufParts.number(out, all[i].length, 8);
      out.writeBytes(all[i]);
    }
    pair.value = out.toByteArray();
  }

  private static void tensor(GgufParts parts, Random random) {
    int at = random.nextInt(parts.rows.size());
    Row row = parts.rows.get(at);
    switch (random.nextInt(10)) {
      case 0 -> parts.rows.remove(at);
      case 1 -> row.name = renamed(row.name, random);
      case 2 -> parts.rows.add(row);
      case 3 -> row.type = random.nextInt(45) - 1;
      case 4 -> row.offset = random.nextBoolean() ? Damage.extreme(random) : row.offset + 32;
      case 5 -> row.shape = shape(row.shape, random);
      case 6 -> row.name = parts.rows.get(random.nextInt(parts.rows.size())).name;
      case 7 -> parts.version = random.nextInt(5);
      default -> values(parts, row, random);
    }
  }

  private static long[] shape(long[] old, Random random) {
    long[] shape = Arrays.copyOf(old, random.nextInt(3) == 0 ? random.nextInt(6) : old.length);
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 || random.nextInt(2) == 0) {
        long[] to = {shape[i] / 2, shape[i] + 1, shape[i] * 2, 1, shape[0], Damage.extreme(random)};
        shape[i] = to[random.nextInt(to.length)];
      }
    }
    return shape;
  }

  /** NaN, infinities and random bits among the values. */
  private static void values(GgufParts parts, Row row, Random random) {
    ByteBuffer data = ByteBuffer.wrap(parts.data).order(ByteOrder.LITTLE_ENDIAN);
    int from = Math.clamp(row.offset, 0, Math.max(0, parts.data.length - 256)) & ~3;
    for (int n = 1 + random.nextInt(40); n > 0; n--) {
      int at = from + random.nextInt(64) * 4;
      if (at + 4 > parts.data.length) {
        return;
      }
      int half = 0x7c00 | random.nextInt(2) << 15 | random.nextInt(2);
      switch (random.nextInt(3)) {
        case 0 -> data.putFloat(at, Damage.strange(random));
        case 1 -> data.putShort(at, (short) half);
        default -> data.putInt(at, random.nextInt());
      }
    }
  }
}
