package dev.jora.engine;

import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.Arrays;

/** The tokens of a text, and what is shown of them: whole characters, free of stop strings. */
final class StreamText {
  /**
   * A place between two tokens.
   *
   * @param count tokens before it
   * @param pending bytes of a character that is not complete there
   * @param begun how much of a banned phrase has come
   * @param points code points before it, of all that phrases are looked for in
   * @param length characters before it
   * @param safe how many of them begin no stop string
   */
  record Mark(int count, byte[] pending, int begun, int points, int length, int safe) {}

  /**
   * A banned phrase has come.
   *
   * @param begin code points before it
   */
  record Banned(String phrase, int begin) {}

  private final Tokenizer tokenizer;
  private final Generator.Options options;
  private final GenerationListener listener;
  private final StreamingDecoder pieces;
  private final StopStrings stops;
  private final BannedPhrases banned;
  private final StringBuilder text = new StringBuilder(); // what was shown
  private final StringBuilder held = new StringBuilder(); // what comes behind it
  private int safe; // characters of both that begin no stop string
  private int begun = BannedPhrases.NOTHING;
  private int points;
  private String stopToken;
  private int[] ids = new int[64];
  private int count;

  StreamText(Tokenizer tokenizer, Generator.Options options, GenerationListener listener) {
    this.tokenizer = tokenizer;
    this.options = options;
    this.listener = listener;
    this.pieces = new StreamingDecoder(tokenizer, options.shown());
    this.pieces.rewind(options.begun());
    this.stops = new StopStrings(options.stops());
    this.banned = options.banned();
  }

  /** A token comes, which is not shown yet. */
  void append(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
  }

  /** How many have come. */
  int count() {
    return count;
  }

  /** All that have come. */
  int[] ids() {
    return Arrays.copyOf(ids, count);
  }

  /** Shows a token that was drawn. */
  void show(int id) {
    take(id);
    release(Integer.MAX_VALUE);
  }

  /**
   * Takes the text of a token that was drawn, and holds it back.
   *
   * @return the phrase that has come with it, if one has: then the text must {@linkplain #rewind go
   *     back}
   */
  Banned take(int id) {
    stopToken = stopToken(id);
    return stopToken == null ? take(pieces.accept(id)) : null;
  }

  private Banned take(String piece) {
    int at = length();
    held.append(piece);
    safe += stops.accept(piece).length();
    if (banned.isEmpty()) {
      return null;
    }
    int end = stops.found() == null ? length() : safe; // what stands behind it is not shown
    for (int i = 0; i < piece.length(); ) {
      int point = piece.codePointAt(i);
      i += Character.charCount(point);
      begun = banned.next(begun, point);
      points++;
      String phrase = banned.whole(begun);
      if (phrase != null && at + i <= end) {
        return new Banned(phrase, points - phrase.codePointCount(0, phrase.length()));
      }
    }
    return null;
  }

  /** Shows what is held back, of the whole text at most so many characters. */
  void release(int limit) {
    int to = Math.min(limit, safe) - text.length();
    if (to > 0) {
      String piece = held.substring(0, to);
      held.delete(0, to);
      show(piece);
    }
  }

  /** Shows tokens that no stop string is looked for in; control tokens show their text. */
  void showForced(int[] tokens) {
    flush();
    StreamingDecoder forced = new StreamingDecoder(tokenizer, true);
    for (int id : tokens) {
      show(forced.accept(id));
    }
    show(forced.flush());
    safe = length();
  }

  /** Shows what was held back: nothing comes that could complete it. */
  void flush() {
    if (stops.found() == null) {
      int before = length();
      boolean completes = take(pieces.flush()) != null; // bytes that are no character
      safe += stops.flush().length();
      if (completes) {
        held.setLength(before - text.length());
        safe = Math.min(safe, before);
      }
    }
    release(Integer.MAX_VALUE);
    begun = BannedPhrases.NOTHING;
  }

  /** Where the text is now. */
  Mark mark() {
    return new Mark(count, pieces.held(), begun, points, length(), safe);
  }

  /** Goes back to a place behind which nothing was shown. */
  void rewind(Mark mark) {
    count = mark.count;
    pieces.rewind(mark.pending);
    begun = mark.begun;
    points = mark.points;
    held.setLength(mark.length - text.length());
    stopToken = null;
    stops.restart();
    stops.accept(held.toString()); // what was shown is no part of a stop string
    safe = mark.safe;
  }

  /**
   * True if what comes may complete a phrase that begins at one of these code points.
   *
   * @param from code points before them
   * @param to code points before those behind them
   */
  boolean mayBegin(int from, int to) {
    for (int i = begun; i != BannedPhrases.NOTHING; i = banned.shorter(i)) {
      int begin = points - banned.depth(i);
      if (from <= begin && begin < to) {
        return true;
      }
    }
    boolean isPending = pieces.held().length > 0 && from <= points && points < to;
    return isPending && banned.beginBeyondAscii();
  }

  /** The stop string that ends the text, or null. */
  String stopWord() {
    return stopToken == null ? stops.found() : stopToken;
  }

  /** All that was shown. */
  String shown() {
    return text.toString();
  }

  private int length() {
    return text.length() + held.length();
  }

  /** The stop string that a control token spells, or null. */
  private String stopToken(int id) {
    if (options.stops().isEmpty() || !tokenizer.vocab().isHidden(id)) {
      return null;
    }
    String spelled = tokenizer.vocab().text(id);
    return options.stops().contains(spelled) ? spelled : null;
  }

  private void show(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      listener.text(piece);
    }
  }
}
