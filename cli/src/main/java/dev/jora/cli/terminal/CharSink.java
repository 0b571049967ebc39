package dev.jora.cli.terminal;

/** Takes characters (UTF-16 units) one by one. */
interface CharSink {
  void accept(char c);

  /** Takes all characters of a text. */
  default void accept(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      accept(text.charAt(i));
    }
  }
}
