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
import java.util.LinkedHashSet;
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

  /** What version 1 has, and some cards of later ones have beside {@code data} only. */
  private static final List<String> FIRST_FIELDS =
      List.of("description", "personality", "scenario", "first_mes", "mes_example");

  private CardReader() {}

  static CharacterCard read(Path file) {
    byte[] bytes = bytes(file);
    if (Png.isPng(bytes)) {
      return fromPng(file, bytes);
    }
    if (Webp.isWebp(bytes)) {
      return fromWebp(file, bytes);
    }
    if (bytes.length > LARGEST_TEXT) {
      throw noCard(file, "a file of " + bytes.length + " bytes that is no picture");
    }
    if (!isObject(bytes)) {
      throw noCard(file, "a file that is neither");
    }
    return fromJson(file, file.toString(), bytes);
  }

  /** True if it begins as a JSON object does. */
  private static boolean isObject(byte[] bytes) {
    int first = 0;
    while (first < bytes.length && (bytes[first] <= ' ' || bytes[first] == (byte) 0xBF)) {
      first++; // white space, and the mark that may stand before UTF-8
    }
    return first < bytes.length && bytes[first] == '{';
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
        file + ": expected a character card, as JSON or in a PNG or WEBP picture, found " + found);
  }

  private static CharacterCard fromPng(Path file, byte[] bytes) {
    Map<String, byte[]> texts =
        Png.texts(file.toString(), bytes, Set.copyOf(CHUNKS), 3 * LARGEST_TEXT);
    Optional<String> name = CHUNKS.stream().filter(texts::containsKey).findFirst();
    if (name.isEmpty()) {
      throw without(file, "a text chunk 'chara' or 'ccv3'");
    }
    String what = file + ", chunk '" + name.get() + "'";
    byte[] text = texts.get(name.get());
    if (isObject(text)) {
      return fromJson(file, what, text);
    }
    try {
      return fromJson(file, what, decoded(new String(text, StandardCharsets.ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      throw new ChatException(what + ": expected base64, found " + e.getMessage(), e);
    }
  }

  private static CharacterCard fromWebp(Path file, byte[] bytes) {
    for (String text : Webp.texts(file.toString(), bytes)) {
      try {
        byte[] json = decoded(text);
        if (isObject(json)) {
          return fromJson(file, file + ", its EXIF or XMP data", json);
        }
      } catch (IllegalArgumentException e) {
        // some other text of the picture
      }
    }
    throw without(file, "its EXIF or XMP data");
  }

  private static ChatException without(Path file, String where) {
    return new ChatException(
        file
            + ": expected a character card in "
            + where
            + ", found a picture without"
            + " one; programs that edit or convert pictures drop it");
  }

  /**
   * The JSON of a text, which is that itself, base64, or its bytes as numbers.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  private static byte[] decoded(String raw) {
    String text = raw.replace("\0", "").strip();
    if (text.startsWith("{")) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (text.matches("(?s)\\d{1,3}(?:,\\d{1,3}){2,8}.*") && text.indexOf(',') < 4) {
      String[] numbers = text.split(",");
      byte[] bytes = new byte[numbers.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Integer.parseInt(numbers[i].strip());
      }
      return bytes;
    }
    String base64 = text.replaceAll("\\s", "").replace('-', '+').replace('_', '/');
    return Base64.getDecoder().decode(base64);
  }

  private static CharacterCard fromJson(Path file, String what, byte[] bytes) {
    if (bytes.length > LARGEST_TEXT) {
      throw new ChatException(
          what + ": a card of " + bytes.length + " bytes, at most " + LARGEST_TEXT + " are read");
    }
    Json json = Json.read(what, bytes);
    Map<String, Json> outer = json.object("an object with a character card");
    List<String> notes = new ArrayList<>();
    CardFields whole = new CardFields(outer, notes);
    CardFields card = whole;
    Json data = outer.get("data");
    if (data != null && data.isObject()) { // of version 2 or 3
      card = whole.object("data");
    } else if (outer.containsKey("spec")) {
      throw json.fault("'data' beside 'spec', as cards of version 2 and 3 have it");
    }
    String name = name(card);
    if (name.isBlank() && card != whole) {
      name = name(whole);
      if (!name.isBlank()) {
        notes.add("'data.name' is missing, 'name' stands beside it");
      }
    }
    if (card != whole) {
      card = card.orOf(whole, FIRST_FIELDS);
    }
    if (name.isBlank()) {
      if (!card.has("spec", "description", "first_mes", "personality", "scenario", "char_persona")
          && card == whole) {
        throw json.fault("a character card with 'name' (or 'spec' and 'data')");
      }
      name = file.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
      notes.add("'name' is missing: the file's is taken");
    }
    return new CharacterCard(
        name.strip(),
        card.text("description", "char_persona"),
        card.text("personality"),
        card.text("scenario", "world_scenario"),
        card.text("first_mes", "char_greeting"),
        card.texts("alternate_greetings"),
        card.text("mes_example", "example_dialogue"),
        card.text("system_prompt"),
        card.text("post_history_instructions"),
        BookReader.read(card),
        List.copyOf(new LinkedHashSet<>(notes)));
  }

  private static String name(CardFields card) {
    String nickname = card.text("nickname");
    return nickname.isBlank() ? card.text("name", "char_name") : nickname;
  }
}
