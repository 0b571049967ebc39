package dev.jora.engine;

import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;

/** What is shown of a text as its tokens come: whole characters, free of stop strings. */
final class ShownText {
  private final Tokenizer tokenizer;
  private final Generator.Options options;
  private final GenerationListener listener;
  private final StreamingDecoder pieces;
  private final StopStrings stops;
  private final StringBuilder text = new StringBuilder();
  private String stopToken;

  ShownText(Tokenizer tokenizer, Generator.Options options, GenerationListener listener) {
    this.tokenizer = tokenizer;
    this.options = options;
    this.listener = listener;
    this.pieces = new StreamingDecoder(tokenizer, options.shown());
    this.stops = new StopStrings(options.stops());
  }

  /** A token was drawn. */
  void accept(int id) {
    stopToken = stopToken(id);
    if (stopToken == null) {
      show(stops.accept(pieces.accept(id)));
    }
  }

  /** Tokens that no stop string is looked for in; control tokens show their text. */
  void force(int[] ids) {
    flush();
    StreamingDecoder forced = new StreamingDecoder(tokenizer, true);
    for (int id : ids) {
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
  String text() {
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
