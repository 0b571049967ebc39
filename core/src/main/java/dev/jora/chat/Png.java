package dev.jora.chat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The texts in a PNG picture: its chunks tEXt, zTXt and iTXt. */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private final String file;
  private final ByteBuffer in;
  private final Set<String> keywords;
  private int left; // bytes that packed texts may still become
  private final Map<String, byte[]> texts = new HashMap<>();

  private Png(String file, byte[] bytes, Set<String> keywords, int limit) {
    this.file = file;
    this.in = ByteBuffer.wrap(bytes).position(SIGNATURE.length);
    this.keywords = keywords;
    this.left = limit;
  }

  static boolean isPng(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * The texts of keywords by these; of two with the same the last.
   *
   * @param file how messages call the picture
   * @param keywords in lower case; the picture may have them in any
   * @param limit bytes that packed texts may become, all together
   * @throws ChatException if the picture is damaged
   */
  static Map<String, byte[]> texts(String file, byte[] bytes, Set<String> keywords, int limit) {
    Png png = new Png(file, bytes, keywords, limit);
    while (png.chunk()) {
      // each adds its text
    }
    return png.texts;
  }

  private ChatException fault(int at, String what) {
    return new ChatException(
        file + ", offset " + at + ": " + what + ": the picture is damaged, get it again");
  }

  /** Reads a chunk; false if it is the last. */
  private boolean chunk() {
    int at = in.position();
    if (in.remaining() < 12) {
      throw fault(at, "expected a chunk or IEND, found the end of the file");
    }
    long length = Integer.toUnsignedLong(in.getInt());
    byte[] type = new byte[4];
    in.get(type);
    String name = name(type, at);
    if (length > in.remaining() - 4) {
      int left = in.remaining() - 4;
      throw fault(at, "chunk " + name + " of " + length + " bytes, found only " + left);
    }
    byte[] data = new byte[(int) length];
    in.get(data);
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(data);
    if (in.getInt() != (int) crc.getValue()) {
      throw fault(at, "chunk " + name + ", its checksum does not match");
    }
    if (name.equals("tEXt") || name.equals("zTXt") || name.equals("iTXt")) {
      text(name, data, at);
    }
    return !name.equals("IEND");
  }

  private String name(byte[] type, int at) {
    for (byte b : type) {
      if (!(b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z')) {
        throw fault(at, "expected a chunk, found something else");
      }
    }
    return new String(type, StandardCharsets.US_ASCII);
  }

  /** Keyword and a zero come first; what then depends on the kind of the chunk. */
  private void text(String kind, byte[] data, int at) {
    int end = zero(data, 0, at);
    String keyword = new String(data, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (!keywords.contains(keyword)) {
      return;
    }
    int text =
        switch (kind) {
          case "tEXt" -> end + 1;
          case "zTXt" -> end + 2; // the method, of which there is one
          // Is it packed, how, a language, the keyword in it.
          default -> zero(data, zero(data, end + 3, at) + 1, at) + 1;
        };
    boolean packed = kind.equals("zTXt") || kind.equals("iTXt") && data[end + 1] != 0;
    byte[] rest = Arrays.copyOfRange(data, Math.min(text, data.length), data.length);
    texts.put(keyword, packed ? inflate(rest, at) : rest);
  }

  private int zero(byte[] data, int from, int at) {
    for (int i = from; i < data.length; i++) {
      if (data[i] == 0) {
        return i;
      }
    }
    throw fault(at, "a text chunk that ends too soon");
  }

  private byte[] inflate(byte[] data, int at) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      while (!inflater.finished()) {
        int n = inflater.inflate(buffer);
        if (n == 0 && !inflater.finished()) {
          throw fault(at, "a packed text that ends too soon");
        }
        out.write(buffer, 0, n);
        left -= n;
        if (left < 0) {
          throw new ChatException(
              file + ", offset " + at + ": a packed text that becomes larger than any card is");
        }
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw fault(at, "a packed text that cannot be unpacked");
    } finally {
      inflater.end();
    }
  }
}
