package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cards as sites export them: wrong types, books, macros, decorators, pictures. */
final class CardKindsTest {
  private static final List<String> ODD =
      List.of("null", "7", "1.5", "true", "[]", "{}", "\"\"", "\"100\"", "[null, 1, {}]", "\"x\"");

  @TempDir Path folder;

  private CharacterCard read(byte[] bytes) {
    try {
      return CharacterCard.read(Files.write(folder.resolve("Ann.card"), bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CharacterCard read(String json) {
    return read(json.getBytes(StandardCharsets.UTF_8));
  }

  private CharacterCard card(String fields) {
    return read("{\"spec\": \"chara_card_v2\", \"data\": {\"name\": \"Mira\"" + fields + "}}");
  }

  /** A card with a book of these entries. */
  private CharacterCard book(String more, String... entries) {
    return card(
        ", \"character_book\": {" + more + "\"entries\": [" + String.join(",", entries) + "]}");
  }

  private static String entry(String keys, String content, String more) {
    return "{\"keys\": [" + keys + "], \"content\": \"" + content + "\"" + more + "}";
  }

  @Test
  void whatStandsBesideDataIsTakenWhereDataHasNone() {
    CharacterCard card =
        read(
            """
            {"spec": "chara_card_v2", "name": "Mira", "first_mes": "Hi", "scenario": "A garden.",
             "personality": "beside", "mes_example": "<START>", "data":
             {"description": "x", "personality": "calm", "scenario": null, "mes_example": ""}}
            """);
    assertEquals("Mira", card.name());
    assertEquals("Hi", card.firstMessage());
    assertEquals("A garden.", card.scenario());
    assertEquals("calm", card.personality());
    assertEquals("", card.examples());
    assertEquals("x", card.description());
    assertEquals(
        Stream.of("name", "scenario", "first_mes")
            .map(name -> "'data." + name + "' is missing, '" + name + "' stands beside it")
            .toList(),
        card.notes());
  }

  /** What the user's last words become, of a talk in turns. */
  private static String told(CharacterCard card, String... turns) {
    return all(card, turns).getLast().content();
  }

  private static List<Message> all(CharacterCard card, String... turns) {
    List<Message> talk = new ArrayList<>(List.of(Message.system(card.system("Eve"))));
    for (int i = 0; i < turns.length; i++) {
      boolean user = (turns.length - i) % 2 == 1;
      talk.add(user ? Message.user(turns[i]) : Message.assistant(turns[i]));
    }
    return card.told("Eve", talk, String::length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "description",
        "personality",
        "scenario",
        "first_mes",
        "mes_example",
        "system_prompt",
        "post_history_instructions",
        "alternate_greetings",
        "character_book",
        "extensions",
        "nickname",
        "tags",
        "creator_notes"
      })
  void anyTypeInAnyField(String field) {
    for (String odd : ODD) {
      CharacterCard card = card(", \"" + field + "\": " + odd);
      told(card, "I saw a bee");
      card.greetings("Eve");
      card.examples("Eve");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys",
        "secondary_keys",
        "selective",
        "constant",
        "enabled",
        "insertion_order",
        "priority",
        "case_sensitive",
        "use_regex",
        "position",
        "extensions",
        "probability",
        "selectiveLogic",
        "depth",
        "role",
        "name",
        "id",
        "comment"
      })
  void anyTypeInAnyFieldOfAnEntry(String field) {
    for (String odd : ODD) {
      String more = ", \"constant\": false, \"" + field + "\": " + odd;
      CharacterCard card = book("", entry("\"bee\"", "Bees sleep.", more));
      boolean mayHide = List.of("keys", "enabled", "probability").contains(field);
      String all =
          all(card, "I saw a bee").stream().map(Message::content).collect(Collectors.joining());
      assertTrue(mayHide || all.contains("Bees sleep."), field + " " + odd + ": " + all);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scan_depth", "token_budget", "recursive_scanning", "name", "extensions"})
  void anyTypeInAnyFieldOfABook(String field) {
    for (String odd : ODD) {
      CharacterCard card = book("\"" + field + "\": " + odd + ",", entry("\"bee\"", "Bees.", ""));
      assertTrue(told(card, "a bee").contains("Bees.") || field.equals("token_budget"), odd);
    }
    assertEquals(List.of(), book("", entry("\"bee\"", "Bees.", "")).notes());
  }

  @Test
  void saysWhatWasWrong() {
    assertEquals(
        List.of("'data.first_mes' is 7, not a string"), card(", \"first_mes\": 7").notes());
    assertEquals("7", card(", \"first_mes\": 7").first("Eve").content());
    CharacterCard odd = card(", \"alternate_greetings\": [null, \"x\", {}], \"scenario\": {}");
    assertEquals(List.of(Message.assistant("x")), odd.greetings("Eve"));
    assertEquals(
        List.of(
            "'data.scenario' is an object, not a string",
            "'data.alternate_greetings[0]' is null, not a string",
            "'data.alternate_greetings[2]' is an object, not a string"),
        odd.notes());
    assertEquals(
        "Mira",
        read("{\"spec\": \"v\", \"name\": \"Mira\", \"data\": {\"description\": \"x\"}}").name());
    assertEquals("Ann", read("{\"spec\": \"v\", \"data\": {\"description\": \"x\"}}").name());
    assertEquals("42", card(", \"nickname\": 42").name());
    assertTrue(told(book("", entry("42", "Answer.", "")), "is it 42?").contains("Answer."));
    String words = "{\"keys\": \"hive, bee\", \"content\": \"Bees.\"}";
    assertTrue(told(book("", words), "a bee").contains("Bees."));
  }

  @Test
  void patterns() {
    for (String key :
        List.of(
            "bees?\\\\b", "/BEE/i", "bee", "/\\\\bbee\\\\b/", "/^i saw[^]*bee$/im", "b[e]{2}")) {
      String regex = entry("\"" + key + "\"", "Bees.", ", \"use_regex\": true");
      assertTrue(told(book("", regex), "I saw a bee").contains("Bees."), key);
    }
    String literal = entry("\"/be+/\"", "Bees.", "");
    assertTrue(told(book("", literal), "a bee").contains("Bees."), "a literal is one anyway");
    for (String key : List.of("/BEE/", "bee$x", "(", "[", "wasp", "a{99999999999}")) {
      String regex = entry("\"" + key + "\"", "Bees.", ", \"use_regex\": true");
      assertFalse(told(book("", regex), "I saw a bee").contains("Bees."), key);
    }
    assertTrue(
        book("", entry("\"(\"", "x", ", \"use_regex\": true"))
            .notes()
            .getFirst()
            .startsWith("the pattern '(' cannot match: "));
    String slow = entry("\"(a+)+b\", \"(a|aa)+$\"", "x", ", \"use_regex\": true");
    String deep = entry("\"(x|a)*b\"", "x", ", \"use_regex\": true");
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> told(book("", slow, deep), "a".repeat(50_000) + "c"));
  }

  @Test
  void otherNamesAndObjects() {
    String tavern =
        "{\"key\": [\"bee\"], \"keysecondary\": [\"hive\"], \"order\": 2, \"disable\": false,"
            + " \"content\": \"Bees.\"}";
    assertTrue(told(book("", tavern), "a bee in a hive").contains("Bees."));
    assertFalse(told(book("", tavern), "a bee").contains("Bees."));
    assertFalse(told(book("", tavern.replace("false", "true")), "bee hive").contains("Bees."));
    CharacterCard keyed =
        card(", \"character_book\": {\"entries\": {\"0\": " + entry("\"bee\"", "Bees.", "") + "}}");
    assertTrue(told(keyed, "a bee").contains("Bees."));
    assertTrue(
        told(card(", \"character_book\": [" + entry("\"bee\"", "Bees.", "") + "]"), "a bee")
            .contains("Bees."));
    String none =
        entry(
            "\"bee\"",
            "Bees.",
            ", \"selective\": true, \"secondary_keys\": [\"wasp\"],"
                + " \"extensions\": {\"selectiveLogic\": 2}");
    assertTrue(told(book("", none), "a bee").contains("Bees."));
    assertFalse(told(book("", none), "a bee, a wasp").contains("Bees."));
    String whole = entry("\"bee\"", "Bees.", ", \"extensions\": {\"match_whole_words\": true}");
    assertFalse(told(book("", whole), "a beetle").contains("Bees."));
    assertTrue(told(book("", whole), "a bee!").contains("Bees."));
  }

  @Test
  void macros() {
    Substitution names = new Substitution("Mira", "Eve", "");
    assertEquals("Mira Eve Mira", names.in("{{CHAR}} {{ user }} <bot>"));
    assertEquals("a  b", names.in("a {{// note}}{{comment: hid}}{{hidden_key:zz}} b"));
    assertEquals("a zz b", names.scanned("a {{// note}}{{hidden_key:zz}} b"));
    assertEquals("x y 1 cba", names.in("{{random:x}} {{pick::y}} {{roll:d1}} {{reverse:abc}}"));
    assertEquals("a,b Eve", names.in("{{random:a\\,b}} {{random:{{user}}}}"));
    assertTrue(names.in("{{roll:2d6}}").matches("[2-9]|1[0-2]"));
    assertTrue(names.in("{{roll: 3D1+4 }}").equals("7"));
    assertTrue(names.in("{{random::a::b}}").matches("[ab]"));
    assertEquals("ab", names.in("a\n{{trim}}\n\nb"));
    assertEquals("{{unknown:Eve}} {{", names.in("{{unknown:{{user}}}} {{"));
    assertEquals("{{roll:1 Eve", names.in("{{roll:1 {{user}}"));
    String chance = "{{random:a,b,c,d,e,f}}{{roll:1000000}}".repeat(20);
    assertEquals(names.in(chance), names.in(chance), "the same each time");
    assertTrue(names.in("{{random:a,b}}".repeat(40)).contains("ab"), "not the same everywhere");
    assertFalse(names.in("{{time}} {{date}}").contains("{{"));
    names.in("{{".repeat(200_000) + "}}".repeat(200_000));
  }

  @Test
  void recursionAndBudget() {
    String bee = entry("\"bee\"", "Bees make honey.", ", \"insertion_order\": 1");
    String honey = entry("\"honey\"", "Honey is sweet.", ", \"insertion_order\": 2");
    String sweet = entry("\"sweet\"", "Sugar is sweet.", ", \"insertion_order\": 3");
    assertEquals("Bees make honey.\n\na bee", told(book("", bee, honey), "a bee"));
    assertEquals(
        "Bees make honey.\nHoney is sweet.\nSugar is sweet.\n\na bee",
        told(book("\"recursive_scanning\": true,", bee, honey, sweet), "a bee"));
    assertEquals(
        "Honey is sweet.\n\nbee, honey",
        told(book("\"token_budget\": 16,", bee, honey), "bee, honey"));
    String first = bee.replace("}", ", \"priority\": 9}");
    assertEquals(
        "Bees make honey.\n\nbee, honey",
        told(book("\"token_budget\": 16,", first, honey), "bee, honey"));
  }

  @Test
  void places() {
    CharacterCard card =
        card(
            ", \"description\": \"DESC\", \"scenario\": \"SCEN\", \"character_book\": {\"entries\":"
                + " ["
                + String.join(
                    ",",
                    entry("\"bee\"", "one", ", \"position\": \"before_char\""),
                    entry("\"bee\"", "two", ", \"position\": \"after_char\""),
                    entry("\"bee\"", "@@position after_desc\\nthree", ""),
                    entry("\"bee\"", "@@depth 0\\nfour", ""),
                    entry("\"bee\"", "@@depth 2\\n@@role assistant\\n\\nfive", ""),
                    entry("\"bee\"", "six", ", \"extensions\": {\"position\": 4, \"depth\": 3}"),
                    entry("", "seven", ", \"constant\": true"))
                + "]}");
    List<Message> all = all(card, "hi", "hello", "a bee");
    assertTrue(
        all.getFirst().content().endsWith("one\nDESC\nthree\nScenario: SCEN\ntwo\nseven"),
        all.getFirst().content());
    assertEquals("six\n\nhi", all.get(1).content());
    assertEquals("five\n\nhello", all.get(2).content());
    assertEquals("a bee\n\nfour", all.get(3).content());
    List<Message> quiet = all(card, "hi", "hello", "a wasp");
    assertEquals(card.system("Eve"), quiet.getFirst().content());
    assertTrue(quiet.getFirst().content().endsWith("seven"));
  }

  @Test
  void decorators() {
    assertEquals("x", Decorators.of("@@depth 4\n\n@@unknown\n\nx").content());
    assertEquals("x @@depth 4", Decorators.of("x @@depth 4").content());
    assertEquals(
        3, Decorators.of("@@risu 1\n@@@depth 3\n@@@depth 5\n@@depth 9\nx").number("depth", 0));
    assertEquals(4, Decorators.of("@@depth 4\n@@@scan_depth 3\nx").number("depth", 0));
    assertFalse(Decorators.of("@@depth 4\n@@@scan_depth 3\nx").has("scan_depth"));
    assertEquals(2, Decorators.of("@@depth x\n@@@depth 2\nx").number("depth", 0));
    decorated("@@activate", true, "nothing");
    decorated("@@dont_activate", false, "bee");
    decorated("@@dont_activate\\n@@activate", true, "bee");
    decorated("@@constant", true, "nothing");
    decorated("@@additional_keys hive, comb", false, "bee");
    decorated("@@additional_keys hive, comb", true, "bee comb");
    decorated("@@exclude_keys hive,comb", false, "bee comb");
    decorated("@@activate_only_after 1", false, "bee");
    decorated("@@activate_only_after 1", true, "x", "y", "bee");
    decorated("@@activate_only_every 2", false, "x", "y", "bee");
    decorated("@@activate_only_every 2", true, "x", "y", "x", "y", "bee");
    decorated("@@scan_depth 1", false, "bee", "y", "x");
    decorated("@@scan_depth 3", true, "bee", "y", "x");
    decorated("@@keep_activate_after_match", true, "bee", "y", "x", "y", "x");
    decorated("@@dont_activate_after_match", false, "bee", "y", "bee");
    decorated("@@is_greeting 1", true, "bee"); // nobody greeted
    decorated("@@ignore_on_max_context", true, "bee");
  }

  private void decorated(String decorators, boolean expected, String... turns) {
    CharacterCard card = book("", entry("\"bee\"", decorators + "\\n\\nBees.", ""));
    String all = all(card, turns).stream().map(Message::content).collect(Collectors.joining("|"));
    assertEquals(expected, all.contains("Bees."), decorators + " " + List.of(turns) + ": " + all);
    assertFalse(all.contains("@@"), all);
  }

  @Test
  void greetingsCount() {
    CharacterCard card =
        card(
            ", \"first_mes\": \"Hi.\", \"alternate_greetings\": [\"Ho.\"], \"character_book\":"
                + " {\"entries\": ["
                + entry("\"bee\"", "@@is_greeting 1\\nBees.", "")
                + "]}");
    assertFalse(told(card, "Hi.", "bee").contains("Bees."));
    assertTrue(told(card, "Ho.", "bee").contains("Bees."));
  }

  @Test
  void probabilityIsTheSameEachTime() {
    CharacterCard card = book("", entry("\"bee\"", "Bees.", ", \"probability\": 50"));
    int told = 0;
    List<String> talk = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      talk.add("bee");
      String[] turns = talk.toArray(String[]::new);
      boolean is = told(card, turns).contains("Bees.");
      assertEquals(is, told(card, turns).contains("Bees."));
      told += is ? 1 : 0;
      talk.add("yes");
    }
    assertTrue(told > 5 && told < 35, told + " of 40");
    assertFalse(
        told(book("", entry("\"bee\"", "Bees.", ", \"probability\": 0")), "bee").contains("Bees."));
  }

  private static byte[] webp(String type, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(12 + 12 + 8 + data.length + 1);
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8);
    out.put("WEBPVP8 ".getBytes(StandardCharsets.US_ASCII)).putInt(4).putInt(0);
    out.put(type.getBytes(StandardCharsets.US_ASCII)).putInt(data.length).put(data);
    return out.array();
  }

  /** EXIF data with a comment. */
  private static byte[] exif(String head, String comment, ByteOrder order) {
    byte[] text = comment.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + 18 + 18 + 8 + text.length).order(order);
    out.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
    out.putShort((short) 42).putInt(8);
    out.putShort((short) 1).putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(26);
    out.putInt(0);
    out.putShort((short) 1).putShort((short) 0x9286).putShort((short) 7);
    out.putInt(8 + text.length).putInt(44).putInt(0);
    out.put(head.getBytes(StandardCharsets.US_ASCII)).put(text);
    return out.array();
  }

  @Test
  void webpPictures() {
    String json = "{\"name\": \"Mira\", \"first_mes\": \"Grüße\"}";
    String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    CharacterCard expected = read(json);
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      assertEquals(expected, read(webp("EXIF", exif("ASCII\0\0\0", json, order))));
      assertEquals(expected, read(webp("EXIF", exif("\0\0\0\0\0\0\0\0", base64, order))));
    }
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    String numbers =
        Stream.iterate(0, i -> i < utf8.length, i -> i + 1)
            .map(i -> "" + (utf8[i] & 0xff))
            .collect(Collectors.joining(","));
    assertEquals(expected, read(webp("EXIF", exif("ASCII\0\0\0", numbers, ByteOrder.BIG_ENDIAN))));
    String xmp = "<x:xmpmeta><rdf:li xml:lang=\"x-default\">" + base64 + "</rdf:li></x:xmpmeta>";
    assertEquals(expected, read(webp("XMP ", xmp.getBytes(StandardCharsets.UTF_8))));
    String escaped = "<rdf:Description chara=\"" + json.replace("\"", "&quot;") + "\"/>";
    assertEquals(expected, read(webp("XMP ", escaped.getBytes(StandardCharsets.UTF_8))));
    byte[] whole = webp("EXIF", exif("ASCII\0\0\0", json, ByteOrder.BIG_ENDIAN));
    java.util.Random random = new java.util.Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        read(damaged);
      } catch (ChatException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
    ByteArrayOutputStream none = new ByteArrayOutputStream();
    none.writeBytes(webp("ICCP", new byte[10]));
    assertTrue(
        org.junit.jupiter.api.Assertions.assertThrows(
                ChatException.class, () -> read(none.toByteArray()))
            .getMessage()
            .contains("in its EXIF or XMP data, found a picture without one"));
  }
}
