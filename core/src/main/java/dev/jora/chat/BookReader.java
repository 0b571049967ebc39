package dev.jora.chat;

import dev.jora.chat.CharacterBook.Conditions;
import dev.jora.chat.CharacterBook.Entry;
import dev.jora.chat.CharacterBook.Keys;
import dev.jora.chat.CharacterBook.Logic;
import dev.jora.chat.CharacterBook.Place;
import dev.jora.chat.CharacterBook.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the book of a card, in the names of versions 2 and 3 and in SillyTavern's. */
final class BookReader {
  private static final int DEPTH = 4;
  private static final Place LAST = new Place(Where.LAST, 0, Message.SYSTEM);
  private static final List<String> ROLES =
      List.of(Message.SYSTEM, Message.USER, Message.ASSISTANT);
  private static final Map<String, Where> POSITIONS =
      Map.of(
          "before_char", Where.BEFORE_DESCRIPTION,
          "before_desc", Where.BEFORE_DESCRIPTION,
          "after_char", Where.AFTER_CHARACTER,
          "after_desc", Where.AFTER_DESCRIPTION,
          "personality", Where.PERSONALITY,
          "scenario", Where.SCENARIO);

  private BookReader() {}

  /** The book of a card, with the note that SillyTavern puts among the messages. */
  static CharacterBook read(CardFields card) {
    CardFields book = card.book("character_book");
    List<Entry> entries = new ArrayList<>();
    for (CardFields each : book.objects("entries")) {
      Entry entry = entry(each.with(each.object("extensions")));
      if (entry != null) {
        entries.add(entry);
      }
    }
    Entry note = depthPrompt(card.object("extensions"));
    if (note != null) {
      entries.add(note);
    }
    if (entries.isEmpty()) {
      return CharacterBook.EMPTY;
    }
    return new CharacterBook(
        (int) Math.clamp(book.number("scan_depth", 2), 0, 1000),
        (int) Math.clamp(book.number("token_budget", 0), 0, Integer.MAX_VALUE),
        book.flag("recursive_scanning", false),
        entries);
  }

  private static Entry depthPrompt(CardFields extensions) {
    if (!extensions.has("depth_prompt")) {
      return null;
    }
    CardFields note = extensions.object("depth_prompt");
    String text = note.text("prompt");
    String role = note.word("role", Set.copyOf(ROLES), Message.SYSTEM);
    int depth = (int) Math.clamp(note.number("depth", DEPTH), 0, 1000);
    Conditions always =
        new Conditions(true, false, false, -1, 0, 0, -1, false, false, 100, false, false);
    Keys none = new Keys(List.of(), List.of(), Logic.ANY, List.of(), List.of());
    Place place = new Place(Where.DEPTH, depth, role);
    return text.isBlank() ? null : new Entry(none, text, always, place, 0, Double.MAX_VALUE);
  }

  /** An entry, or null for one that is never told. */
  private static Entry entry(CardFields fields) {
    Decorators decorators = Decorators.of(fields.text("content"));
    boolean enabled = fields.flag("enabled", true) && !fields.flag("disable", false);
    if (!enabled || decorators.content().isBlank()) {
      return null;
    }
    double order = fields.number("insertion_order", fields.number("order", 0));
    return new Entry(
        keys(fields, decorators),
        decorators.content(),
        conditions(fields, decorators),
        place(fields, decorators),
        order,
        fields.number("priority", order));
  }

  private static Keys keys(CardFields fields, Decorators decorators) {
    boolean pattern = fields.flag("use_regex", false);
    boolean matchesCase = fields.flag("case_sensitive", false);
    boolean whole = fields.flag("match_whole_words", false);
    boolean selective = fields.flag("selective", fields.has("keysecondary"));
    List<CardKey> keys = keys(fields.words("keys", "key"), pattern, matchesCase, whole);
    List<CardKey> secondary =
        selective
            ? keys(fields.words("secondary_keys", "keysecondary"), pattern, matchesCase, whole)
            : List.of();
    for (CardKey key : keys) {
      String fault = key.fault();
      if (fault != null) {
        fields.note("the pattern '" + key.text() + "' cannot match: " + fault);
      }
    }
    int logic = (int) Math.clamp(fields.number("selective_logic", 0), 0, Logic.values().length - 1);
    return new Keys(
        keys,
        secondary,
        Logic.values()[logic],
        keys(decorators.list("additional_keys"), pattern, matchesCase, whole),
        keys(decorators.list("exclude_keys"), pattern, matchesCase, whole));
  }

  private static List<CardKey> keys(
      List<String> texts, boolean pattern, boolean matchesCase, boolean whole) {
    return texts.stream()
        .filter(text -> !text.isBlank())
        .map(text -> new CardKey(text, pattern, matchesCase, whole))
        .toList();
  }

  private static Conditions conditions(CardFields fields, Decorators decorators) {
    boolean forced = decorators.has("activate");
    int depth = (int) Math.clamp(fields.number("scan_depth", -1), -1, 1000);
    double percent = fields.number("probability", 100);
    return new Conditions(
        fields.flag("constant", false) || decorators.has("constant"),
        forced,
        decorators.has("dont_activate"),
        Math.max(-1, decorators.number("scan_depth", depth)),
        decorators.number("activate_only_after", 0),
        decorators.number("activate_only_every", 0),
        decorators.number("is_greeting", -1),
        decorators.has("keep_activate_after_match"),
        decorators.has("dont_activate_after_match"),
        fields.flag("use_probability", true) ? percent : 100,
        !fields.flag("exclude_recursion", false),
        !fields.flag("prevent_recursion", false));
  }

  private static Place place(CardFields fields, Decorators decorators) {
    String role = decorators.word("role", role(fields));
    if (decorators.has("position")) {
      return new Place(POSITIONS.get(decorators.word("position", "")), 0, role);
    }
    if (decorators.has("depth")) {
      return new Place(Where.DEPTH, Math.max(0, decorators.number("depth", 0)), role);
    }
    Double number = fields.numberOrNull("position");
    if (number != null) { // SillyTavern's
      return switch (number.intValue()) {
        case 0 -> new Place(Where.BEFORE_DESCRIPTION, 0, role);
        case 1 -> new Place(Where.AFTER_CHARACTER, 0, role);
        case 4 ->
            new Place(Where.DEPTH, (int) Math.clamp(fields.number("depth", DEPTH), 0, 1000), role);
        default -> LAST;
      };
    }
    Where where = POSITIONS.get(fields.word("position", POSITIONS.keySet(), ""));
    return where == null ? LAST : new Place(where, 0, role);
  }

  /** By SillyTavern's number, or by name. */
  private static String role(CardFields fields) {
    Double number = fields.numberOrNull("role");
    return number != null
        ? ROLES.get((int) Math.clamp(number, 0, 2))
        : fields.word("role", Set.copyOf(ROLES), Message.SYSTEM);
  }
}
