package dev.jora.engine;

import java.util.List;

/**
 * Watches a stream of text for stop strings. Text that may be the beginning of one is held back, so
 * that no part of a stop string is ever let through.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private String found;

  StopStrings(List<String> stops) {
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
  }

  /** The stop string that ended the stream, or null. */
  String found() {
    return found;
  }

  /** Takes the next piece; returns what is safe to show. */
  String accept(String piece) {
    held.append(piece);
    int at = -1;
    for (String stop : stops) {
      int i = held.indexOf(stop);
      if (i >= 0 && (at < 0 || i < at)) {
        at = i;
        found = stop;
      }
    }
    return release(at >= 0 ? at : held.length() - longestBeginning());
  }

  /** What was held back, at the end of the stream; nothing after a stop string. */
  String flush() {
    return found != null ? "" : release(held.length());
  }

  /** As new. */
  void restart() {
    held.setLength(0);
    found = null;
  }

  private String release(int length) {
    String safe = held.substring(0, length);
    held.delete(0, length);
    return safe;
  }

  /** Length of the longest end of the held text that begins a stop string. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (stop.startsWith(held.substring(held.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
