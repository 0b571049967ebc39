package dev.jora.chat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts in a WEBP picture: the description and the comment of its EXIF data, and its XMP. */
final class Webp {
  private static final int DESCRIPTION = 0x010e;
  private static final int EXIF = 0x8769;
  private static final int COMMENT = 0x9286;
  private static final int MOST_FIELDS = 1000;

  /** Values of attributes and elements that are long enough for a card. */
  private static final Pattern VALUE = Pattern.compile(">\\s*([^<>]{16,}?)\\s*<|=\"([^\"]{16,})\"");

  private Webp() {}

  static boolean isWebp(byte[] bytes) {
    return bytes.length >= 12
        && new String(bytes, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
        && new String(bytes, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
  }

  /**
   * The texts that may be a card, the likeliest first.
   *
   * @param file how messages call the picture
   * @throws ChatException if the picture is damaged
   */
  static List<String> texts(String file, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(12);
    List<String> texts = new ArrayList<>();
    while (in.remaining() >= 8) {
      int at = in.position();
      byte[] type = new byte[4];
      in.get(type);
      long length = Integer.toUnsignedLong(in.getInt());
      if (length > in.remaining()) {
        throw new ChatException(
            file
                + ", offset "
                + at
                + ": a chunk of "
                + length
                + " bytes, found only "
                + in.remaining()
                + ": the picture is damaged, get it again");
      }
      byte[] data = new byte[(int) length];
      in.get(data);
      switch (new String(type, StandardCharsets.ISO_8859_1)) {
        case "EXIF" -> exif(data, texts);
        case "XMP " -> xmp(new String(data, StandardCharsets.UTF_8), texts);
        default -> {}
      }
      in.position(Math.min(in.limit(), in.position() + (int) (length & 1)));
    }
    return texts;
  }

  private static void exif(byte[] data, List<String> texts) {
    boolean named =
        new String(data, 0, Math.min(6, data.length), StandardCharsets.ISO_8859_1)
            .equals("Exif\0\0");
    byte[] tiff = named ? Arrays.copyOfRange(data, 6, data.length) : data;
    if (tiff.length < 8) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(tiff);
    in.order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    fields(in, in.getInt(4), texts, 0);
  }

  /** Fields of one table of a TIFF file; what does not lie in it is passed over. */
  private static void fields(ByteBuffer in, int at, List<String> texts, int depth) {
    if (at < 0 || at > in.limit() - 2 || depth > 2) {
      return;
    }
    int n = Math.min(MOST_FIELDS, Short.toUnsignedInt(in.getShort(at)));
    for (int i = 0; i < n && at + 2 + 12L * (i + 1) <= in.limit(); i++) {
      int field = at + 2 + 12 * i;
      int tag = Short.toUnsignedInt(in.getShort(field));
      long length = Integer.toUnsignedLong(in.getInt(field + 4));
      int place = length <= 4 ? field + 8 : in.getInt(field + 8);
      if (tag == EXIF) {
        fields(in, in.getInt(field + 8), texts, depth + 1);
      } else if (tag == COMMENT || tag == DESCRIPTION) {
        if (place >= 0 && place + length <= in.limit()) {
          byte[] value = new byte[(int) length];
          in.get(place, value);
          texts.add(tag == COMMENT ? 0 : texts.size(), text(value, in.order()));
        }
      }
    }
  }

  /** Comments begin with eight bytes that say how they are written. */
  private static String text(byte[] value, ByteOrder order) {
    String head =
        new String(value, 0, Math.min(8, value.length), StandardCharsets.ISO_8859_1).strip();
    Charset charset = StandardCharsets.UTF_8;
    int from = 0;
    if (head.startsWith("UNICODE\0")) {
      from = 8;
      boolean little = order == ByteOrder.LITTLE_ENDIAN;
      charset = little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
      if (value.length > 9 && (value[8] == 0) == little) { // written the other way round
        charset = little ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      }
    } else if (head.startsWith("ASCII\0\0\0") || head.isEmpty() || head.startsWith("\0\0\0\0")) {
      from = Math.min(8, value.length);
    }
    return new String(value, from, value.length - from, charset);
  }

  private static void xmp(String xml, List<String> texts) {
    Matcher matcher = VALUE.matcher(xml);
    while (matcher.find()) {
      String value = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      texts.add(
          value
              .replace("&quot;", "\"")
              .replace("&#34;", "\"")
              .replace("&apos;", "'")
              .replace("&#39;", "'")
              .replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&#10;", "\n")
              .replace("&#xA;", "\n")
              .replace("&amp;", "&"));
    }
  }
}
