package dev.jora.chat.tools;

/** What has come of an answer and is not decided, and what a call that may be none has taken. */
final class CallInput {
  /** What is not taken yet. */
  final StringBuilder held = new StringBuilder();

  /** What would be text if there is no call after all. */
  final StringBuilder taken = new StringBuilder();

  /** True if nothing comes any more. */
  boolean ended;

  /** Takes the first {@code n} characters that are held. */
  String take(int n) {
    String text = held.substring(0, n);
    held.delete(0, n);
    taken.append(text);
    return text;
  }

  /** Takes white space. */
  void skipSpace() {
    int n = 0;
    while (n < held.length() && Character.isWhitespace(held.charAt(n))) {
      n++;
    }
    take(n);
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  boolean startsWith(String text) {
    return held.length() >= text.length() && held.substring(0, text.length()).equals(text);
  }

  /** True if what is held begins the text, and more may come. */
  boolean mayBegin(String text) {
    return !ended && held.length() < text.length() && text.startsWith(held.toString());
  }
}
