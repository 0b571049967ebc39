package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Character cards of all versions, whole and damaged. */
final class CharacterCardTest {
  private static final String V1 =
      """
      {"name": "Zoë", "description": "{{char}} is a <BOT>.", "personality": "kind to {{User}}",
       "scenario": "On the moon.", "first_mes": "Hi {{user}} 😀", "unknown": {"a": [1, 2.5, null]},
       "mes_example": "<START>\\n{{user}}: What?\\n{{char}}: A bit\\nof this.\\n"}
      """;

  private static final String V2 =
      """
      {"spec": "chara_card_v2", "spec_version": "2.0", "data": {
        "name": "Ada", "description": "A", "personality": "", "scenario": "S {{random:a,b}}",
        "first_mes": "Hello.", "alternate_greetings": ["Ahoy, <user>.", " "],
        "mes_example": "", "creator_notes": "nothing", "extensions": {},
        "system_prompt": "{{original}} Be {{CHAR}}.", "post_history_instructions": "Go on, {{user}}.",
        "character_book": {"scan_depth": 4, "entries": [
          {"keys": ["Moon", "luna"], "content": "The moon is {{char}}'s.", "enabled": true,
           "insertion_order": 9},
          {"keys": [], "content": "Always.", "enabled": true, "constant": true,
           "insertion_order": 5},
          {"keys": ["x"], "content": "First.", "constant": true, "insertion_order": 1},
          {"keys": ["sun"], "secondary_keys": ["hot"], "selective": true, "insertion_order": 2,
           "content": "@@depth 4\\n@@role user\\nThe sun."},
          {"keys": ["NASA"], "case_sensitive": true, "content": "A club.", "insertion_order": 3},
          {"keys": ["moon"], "content": "Never.", "enabled": false},
          {"keys": ["m.*n"], "use_regex": true, "enabled": false, "content": "Never."}]}}}
      """;

  @TempDir Path folder;

  private CharacterCard read(byte[] bytes) {
    try {
      return CharacterCard.read(Files.write(folder.resolve("card"), bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CharacterCard read(String json) {
    return read(json.getBytes(StandardCharsets.UTF_8));
  }

  private String fault(byte[] bytes) {
    String message = assertThrows(ChatException.class, () -> read(bytes)).getMessage();
    assertTrue(message.startsWith(folder.resolve("card").toString()), message);
    assertTrue(message.lines().count() == 1, message);
    return message.substring(folder.resolve("card").toString().length());
  }

  private String fault(String json) {
    return fault(json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] chunk(String type, byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(data.length);
      byte[] name = type.getBytes(StandardCharsets.US_ASCII);
      out.write(name);
      out.write(data);
      CRC32 crc = new CRC32();
      crc.update(name);
      crc.update(data);
      out.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] base64(String json) {
    return Base64.getEncoder().encode(json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater();
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static byte[] text(String keyword, String json) {
    return chunk("tEXt", join(latin(keyword + "\0"), base64(json)));
  }

  /** A picture of one pixel with these chunks before its end. */
  private static byte[] png(byte[]... chunks) {
    byte[] header = {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0};
    return join(
        new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'},
        chunk("IHDR", header),
        chunk("IDAT", deflated(new byte[2])),
        join(chunks),
        chunk("IEND", new byte[0]));
  }

  @Test
  void versionOne() {
    CharacterCard card = read(V1);
    assertEquals("Zoë", card.name());
    assertEquals(
        "You are Zoë, talking with Eve. Write Zoë's next reply and stay in character.\n"
            + "Zoë is a Zoë.\nZoë's personality: kind to Eve\nScenario: On the moon.",
        card.system("Eve"));
    assertEquals(Message.assistant("Hi Eve 😀"), card.first("Eve"));
    assertEquals(
        List.of(Message.user("What?"), Message.assistant("A bit\nof this.")), card.examples("Eve"));
    assertEquals("", card.afterHistory("Eve"));
    assertEquals(List.of(), card.activated("Eve", "moon"));
  }

  @Test
  void versionTwo() {
    CharacterCard card = read(V2);
    assertEquals("Terse. Be Ada.\nA\nScenario: S a\nFirst.\nAlways.", card.system("Eve", "Terse."));
    assertEquals(
        List.of(Message.assistant("Hello."), Message.assistant("Ahoy, Eve.")),
        card.greetings("Eve"));
    assertEquals("Go on, Eve.", card.afterHistory("Eve"));
    assertEquals(List.of(), card.examples("Eve"));
    assertEquals(4, card.book().scanDepth());
    assertEquals(List.of("The moon is Ada's."), card.activated("Eve", "To the MOON!"));
    assertEquals(List.of(), card.activated("Eve", "the sun, nasa"));
    assertEquals(
        List.of("The sun.", "A club.", "The moon is Ada's."),
        card.activated("Eve", "NASA: the sun is hot, luna not"));
  }

  @Test
  void versionThreeAndOddOnes() {
    CharacterCard card =
        read(
            "\uFEFF {\"spec\":\"chara_card_v3\",\"data\":{\"name\":\"Ada Lovelace\",\"nickname\":"
                + "\"Ada\",\"description\":null,\"first_mes\":\"\",\"character_book\":{\"entries\":null}}}");
    assertEquals("Ada", card.name());
    assertNull(card.first("Eve"));
    assertEquals("Pyg", read("{\"char_name\": \"Pyg\", \"char_greeting\": \"hi\"}").name());
    assertEquals(List.of(), read("{\"name\": \"a\", \"data\": {\"name\": \"b\"}}").examples("c"));
  }

  @Test
  void examplesOfEveryShape() {
    CharacterCard card =
        read(
            "{\"name\": \"Ann\", \"mes_example\": \"She waves.\\n"
                + "<start>\\n"
                + "ann: Oh.\\n"
                + "{{char}}: Ah.\\n"
                + "  <USER> : Yes?\\r"
                + "\\n"
                + "\\r"
                + "\\n"
                + "- no: not a speaker\\n"
                + "<START>{{user}}:Bye\\n"
                + "<BOT>:\\n"
                + "So long, {{user}}.\\n"
                + "\"}");
    assertEquals(
        List.of(
            Message.assistant("She waves."),
            Message.assistant("Oh.\nAh."),
            Message.user("Yes?\n\n- no: not a speaker"),
            Message.user("Bye"),
            Message.assistant("So long, Bob.")),
        card.examples("Bob"));
  }

  @Test
  void namesAreNotLookedIntoForOthers() {
    assertEquals(
        "{{user}}",
        read("{\"name\": \"a\", \"first_mes\": \"{{user}}\"}").first("{{user}}").content());
    assertEquals(
        "$1\\", read("{\"name\": \"a\", \"first_mes\": \"<user>\"}").first("$1\\").content());
  }

  @Test
  void picturesOfEveryKind() {
    CharacterCard expected = read(V1);
    assertEquals(expected, read(png(text("chara", V1))));
    assertEquals(expected, read(png(text("Chara", V1))));
    assertEquals(expected, read(png(text("chara", V2), text("ccv3", V1))), "ccv3 first");
    assertEquals(expected, read(png(text("ccv3", V1), text("chara", V2))), "wherever it stands");
    byte[] packed = join(latin("chara\0\0"), deflated(base64(V1)));
    assertEquals(expected, read(png(chunk("zTXt", packed))));
    byte[] plain = join(latin("chara\0\0\0de\0Figur\0"), base64(V1));
    assertEquals(expected, read(png(chunk("iTXt", plain))));
    byte[] both = join(latin("chara\0\1\0\0\0"), deflated(base64(V1)));
    assertEquals(expected, read(png(chunk("iTXt", both))));
    assertEquals(expected, read(png(text("Comment", "x"), text("chara", V1))));
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(
        ": expected a character card, as JSON or in a PNG or WEBP picture, found a file that is"
            + " neither",
        fault("GIF89a"));
    assertTrue(fault("").endsWith("found a file that is neither"));
    assertEquals(
        ": expected a character card in a text chunk 'chara' or 'ccv3', found a picture without"
            + " one; programs that edit or convert pictures drop it",
        fault(png(text("Comment", "x"))));
    assertTrue(
        fault(png(chunk("tEXt", latin("chara\0%%%"))))
            .startsWith(", chunk 'chara': expected base64, found Illegal base64 character"),
        fault(png(chunk("tEXt", latin("chara\0%%%")))));
    assertTrue(
        fault(png(text("chara", "{\"name\":\n oh}")))
            .startsWith(", chunk 'chara', line 2, column 2: not JSON: "),
        fault(png(text("chara", "{\"name\":\n oh}"))));
    assertTrue(
        fault("{\"name\": \"a\",\n").startsWith(", line 2, column 1: not JSON: unexpected end"));
    assertEquals(
        ", line 1, column 1: expected a character card with 'name' (or 'spec' and 'data'), found"
            + " an object",
        fault("{}"));
    assertEquals(
        ", line 1, column 1: expected 'data' beside 'spec', as cards of version 2 and 3 have it,"
            + " found an object",
        fault("{\"spec\": \"chara_card_v2\", \"name\": \"a\"}"));
    assertThrows(ChatException.class, () -> CharacterCard.read(folder.resolve("none")));
    assertThrows(ChatException.class, () -> CharacterCard.read(folder));
    assertEquals(
        " is not JSON: expected UTF-8 text, found other bytes",
        fault(latin("{\"name\": \"Zoë\"}")));
  }

  @Test
  void damagedPictures() {
    byte[] png = png(text("chara", V1));
    assertTrue(
        fault(Arrays.copyOf(png, png.length - 20)).contains("chunk tEXt of "),
        fault(Arrays.copyOf(png, png.length - 20)));
    assertTrue(fault(Arrays.copyOf(png, png.length - 12)).contains("found the end of the file"));
    byte[] flipped = png.clone();
    flipped[png.length - 30] ^= 4;
    assertTrue(fault(flipped).contains("chunk tEXt, its checksum does not match"));
    byte[] noKeyword = png(chunk("tEXt", latin("chara")));
    assertTrue(fault(noKeyword).contains("a text chunk that ends too soon"), fault(noKeyword));
    byte[] cut = deflated(base64(V1));
    byte[] packed = join(latin("chara\0\0"), Arrays.copyOf(cut, cut.length / 2));
    assertTrue(fault(png(chunk("zTXt", packed))).contains("a packed text that ends too soon"));
  }

  @Test
  void bombsAreRefused() {
    byte[] bomb = deflated(new byte[100 << 20]);
    String message = fault(png(chunk("zTXt", join(latin("chara\0\0"), bomb))));
    assertTrue(message.contains("larger than any card"), message);
    byte[] smaller = chunk("zTXt", join(latin("chara\0\0"), deflated(new byte[8 << 20])));
    byte[][] many = new byte[1000][];
    Arrays.fill(many, smaller);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertTrue(fault(png(many)).contains("larger than any card")));
    byte[] other = chunk("zTXt", join(latin("Comment\0\0"), bomb));
    assertEquals("Ada", read(png(other, text("chara", V2))).name(), "others are not unpacked");
    assertTrue(fault("{\"name\": \"" + "a".repeat(9 << 20) + "\"}").contains("that is no picture"));
    String deep = "[".repeat(300);
    assertTrue(fault("{\"name\":\"a\",\"x\":" + deep).contains("nested 201 deep, and at most 200"));
    assertTrue(fault("{\"name\":\"a\",\"x\":[" + "1,".repeat(2 << 20) + "1]}").contains("values"));
    String key = "k".repeat(40_000);
    String nested = ("{\"" + key + "\":").repeat(100) + "[" + "1,".repeat(100_000) + "1]";
    assertEquals("a", read("{\"name\":\"a\",\"x\":" + nested + "}".repeat(101)).name());
  }

  @Test
  void anythingElseIsACardOrAnError() {
    Random random = new Random(5);
    byte[] picture =
        png(chunk("zTXt", join(latin("chara\0\0"), deflated(base64(V2)))), text("ccv3", V2));
    byte[] json = V2.getBytes(StandardCharsets.UTF_8);
    int cards = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = (round % 3 == 0 ? picture : json).clone();
      if (random.nextInt(3) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
      }
      for (int n = random.nextInt(3); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (round % 3 == 1) {
        bytes = png(chunk("tEXt", join(latin("chara\0"), Base64.getEncoder().encode(bytes))));
      }
      try {
        CharacterCard card = read(bytes);
        card.system("Eve");
        card.examples("Eve");
        card.greetings("Eve");
        card.activated("Eve", "moon");
        cards++;
      } catch (ChatException e) {
        assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
      }
    }
    assertTrue(cards > 100, cards + " cards");
  }
}
