package dev.jora.engine;

import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.Arrays;

/** The tokens of a text, and what is shown of them: whole characters, free of stop strings. */
final class StreamText {
  private final Tokenizer tokenizer;
  private final Generator.Options options;
  private final GenerationListener listener;
  private final StreamingDecoder pieces;
  private final StopStrings stops;
  private final StringBuilder text = new StringBuilder();
  private String stopToken;
  private int[] ids = new int[64];
  private int count;

  StreamText(Tokenizer tokenizer, Generator.Options options, GenerationListener listener) {
    this.tokenizer = tokenizer;
    this.options = options;
    this.listener = listener;
    this.pieces = new StreamingDecoder(tokenizer, options.shown());
    this.stops = new StopStrings(options.stops());
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
    stopToken = stopToken(id);
    if (stopToken == null) {
      show(stops.accept(pieces.accept(id)));
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
  }

  /** Shows what was held back: nothing comes that could complete it. */
  void flush() {
    if (stops.found() == null) {
      show(stops.accept(pieces.flush()));
      show(stops.flush());
    }
  }

  /** The stop string that ends the text, or null. */
  String stopWord() {
    return stopToken == null ? stops.found() : stopToken;
  }

  /** All that was shown. */
  String shown() {
    return text.toString();
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
