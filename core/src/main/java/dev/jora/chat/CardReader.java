package dev.jora.chat;

import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@link CharacterCard}s. Keys that are not known are passed over. */
final class CardReader {
  private static final int LARGEST_FILE = 32 << 20;

  /** Bytes of JSON. */
  static final int LARGEST_TEXT = 8 << 20;

  /** Names of chunks that hold cards, the best first. */
  private static final List<String> CHUNKS = List.of("ccv3", "chara");

  private CardReader() {}

  static CharacterCard read(Path file) {
    byte[] bytes = bytes(file);
    if (Png.isPng(bytes)) {
      return fromPng(file.toString(), bytes);
    }
    if (bytes.length > LARGEST_TEXT) {
      throw noCard(file, "a file of " + bytes.length + " bytes that is no PNG");
    }
    int first = 0;
    while (first < bytes.length && (bytes[first] <= ' ' || bytes[first] == (byte) 0xBF)) {
      first++; // white space, and the mark that may stand before UTF-8
    }
    if (first == bytes.length || bytes[first] != '{') {
      throw noCard(file, "a file that is neither");
    }
    return fromJson(file.toString(), bytes);
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw noCard(file, "a file of more than " + LARGEST_FILE + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new ChatException(file + ": no such file", e);
    } catch (IOException e) {
      throw new ChatException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static ChatException noCard(Path file, String found) {
    return new ChatException(
        file + ": expected a character card, as JSON or in a PNG picture, found " + found);
  }

  private static CharacterCard fromPng(String file, byte[] bytes) {
    Map<String, byte[]> texts = Png.texts(file, bytes, Set.copyOf(CHUNKS), 3 * LARGEST_TEXT);
    Optional<String> name = CHUNKS.stream().filter(texts::containsKey).findFirst();
    if (name.isEmpty()) {
      throw new ChatException(
          file
              + ": expected a character card in a text chunk 'chara' or 'ccv3', found a picture"
              + " without one; programs that edit or convert pictures drop it");
    }
    String what = file + ", chunk '" + name.get() + "'";
    String base64 = new String(texts.get(name.get()), StandardCharsets.ISO_8859_1);
    byte[] json;
    try {
      json = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new ChatException(what + ": expected base64, found " + e.getMessage(), e);
    }
    if (json.length > LARGEST_TEXT) {
      throw new ChatException(
          what + ": a card of " + json.length + " bytes, at most " + LARGEST_TEXT + " are read");
    }
    return fromJson(what, json);
  }

  private static CharacterCard fromJson(String what, byte[] bytes) {
    Json json = Json.read(what, bytes);
    Map<String, Json> card = json.object("an object with a character card");
    if (card.containsKey("data")) { // of version 2 or 3
      card = card.get("data").object("an object with a character card");
    } else if (card.containsKey("spec")) {
      throw json.fault("'data' beside 'spec', as cards of version 2 and 3 have it");
    }
    String name = text(card, "nickname");
    if (name.isBlank()) {
      name = text(card, "name", "char_name");
    }
    if (name.isBlank()) {
      throw json.fault("a character card with 'name' (or 'spec' and 'data')");
    }
    return new CharacterCard(
        name.strip(),
        text(card, "description", "char_persona"),
        text(card, "personality"),
        text(card, "scenario", "world_scenario"),
        text(card, "first_mes", "char_greeting"),
        texts(card, "alternate_greetings"),
        text(card, "mes_example", "example_dialogue"),
        text(card, "system_prompt"),
        text(card, "post_history_instructions"),
        book(card.get("character_book")));
  }

  /** The text of the first key that is there; none is empty. */
  private static String text(Map<String, Json> card, String... keys) {
    for (String key : keys) {
      Json value = card.get(key);
      if (value != null && !value.isNull()) {
        return value.string("a string").replace("\r\n", "\n");
      }
    }
    return "";
  }

  private static List<String> texts(Map<String, Json> card, String key) {
    Json value = card.get(key);
    if (value == null || value.isNull()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Json text : value.array("an array of strings")) {
      texts.add(text.string("a string").replace("\r\n", "\n"));
    }
    return texts;
  }

  private static CharacterBook book(Json json) {
    if (json == null || json.isNull()) {
      return CharacterBook.EMPTY;
    }
    Map<String, Json> book = json.object("an object");
    Json entries = book.get("entries");
    if (entries == null || entries.isNull()) {
      return CharacterBook.EMPTY;
    }
    List<CharacterBook.Entry> read = new ArrayList<>();
    for (Json each : entries.array("an array of entries")) {
      Map<String, Json> entry = each.object("an object");
      String content = withoutDecorators(text(entry, "content"));
      boolean usable = flag(entry, "enabled", true) && !content.isBlank();
      if (usable && (!flag(entry, "use_regex", false) || flag(entry, "constant", false))) {
        boolean selective = flag(entry, "selective", false);
        read.add(
            new CharacterBook.Entry(
                texts(entry, "keys"),
                selective ? texts(entry, "secondary_keys") : List.of(),
                content,
                flag(entry, "constant", false),
                flag(entry, "case_sensitive", false),
                number(entry, "insertion_order", 0)));
      }
    }
    return new CharacterBook((int) Math.clamp(number(book, "scan_depth", 2), 0, 1000), read);
  }

  /** Version 3 has lines {@code @@…} before the text, which are for programs. */
  private static String withoutDecorators(String content) {
    return content.replaceFirst("^(?:@@[^\\n]*(?:\\n|$))+", "");
  }

  private static boolean flag(Map<String, Json> map, String key, boolean fallback) {
    Json json = map.get(key);
    return json == null || json.isNull() ? fallback : json.bool("true or false");
  }

  private static double number(Map<String, Json> map, String key, double fallback) {
    Json json = map.get(key);
    return json == null || json.isNull() ? fallback : json.number("a number").doubleValue();
  }
}
