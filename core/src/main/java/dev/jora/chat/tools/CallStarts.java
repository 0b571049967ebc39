package dev.jora.chat.tools;

import java.util.List;
import java.util.stream.Stream;

/** Where in a text calls may begin. */
final class CallStarts {
  private final List<String> opens;
  private final List<String> calls;
  private final List<String> all;

  CallStarts(ToolFormat format) {
    String head = format.head().literal();
    opens = format.opens().stream().map(String::strip).toList();
    boolean alone = format.opens().isEmpty();
    calls = format.traits().bare() ? List.of("{") : alone ? List.of(head) : List.of();
    all = Stream.concat(opens.stream(), calls.stream()).toList();
  }

  /** The first place where something begins, or may; the length of the text if there is none. */
  int first(CharSequence text, boolean ended) {
    for (int at = 0; at < text.length(); at++) {
      if (begins(text, at, ended)) {
        return at;
      }
    }
    return text.length();
  }

  private boolean begins(CharSequence text, int at, boolean ended) {
    for (String start : all) {
      int n = Math.min(start.length(), text.length() - at);
      boolean whole = n == start.length();
      if ((whole || !ended)
          && text.subSequence(at, at + n).toString().equals(start.substring(0, n))) {
        return true;
      }
    }
    return false;
  }

  /** What opens a section at a place, or null. */
  String openAt(CharSequence text, int at) {
    return opens.stream()
        .filter(open -> text.toString().startsWith(open, at))
        .findFirst()
        .orElse(null);
  }

  /** True if a call begins at a place. */
  boolean callAt(CharSequence text, int at) {
    return calls.stream().anyMatch(call -> text.toString().startsWith(call, at));
  }
}
