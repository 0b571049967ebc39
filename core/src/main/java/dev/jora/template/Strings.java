package dev.jora.template;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** Work on texts that keeps track of what is data. Places and counts are code points here. */
final class Strings {
  private Strings() {}

  /** Number of code points. */
  static int length(Env env, Text text) {
    env.meter().read(text.length() / 4); // which is quicker than to look at each
    return text.string().codePointCount(0, text.length());
  }

  /** The offset of a code point that is there, or of the end. */
  static int offset(Text text, int codePoint) {
    return text.string().offsetByCodePoints(0, codePoint);
  }

  /** Every stretch changed by itself. */
  static Text map(Env env, Text text, UnaryOperator<String> change) {
    Text.Builder out = env.builder();
    int at = 0;
    for (Text.Piece piece : text.pieces()) {
      int end = at + piece.text().length();
      env.meter().read(end - at);
      out.add(change.apply(piece.text()), text, at, end);
      at = end;
    }
    return out.build();
  }

  static Text upper(Env env, Text text) {
    return map(env, text, s -> s.toUpperCase(Locale.ROOT));
  }

  static Text lower(Env env, Text text) {
    return map(env, text, s -> s.toLowerCase(Locale.ROOT));
  }

  /** Changes characters; {@code begins} says where words begin. */
  private interface Caser {
    String change(int codePoint, boolean begins);
  }

  private static Text cased(Env env, Text text, boolean everyWord, Caser caser) {
    Text.Builder out = env.builder();
    boolean begins = true;
    String s = text.string();
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      int next = i + Character.charCount(c);
      out.add(caser.change(c, begins), text, i, next);
      begins = everyWord && !isCased(c);
      i = next;
    }
    return out.build();
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static String titled(int c, boolean begins) {
    String s = Character.toString(c);
    if (!begins) {
      return s.toLowerCase(Locale.ROOT);
    }
    int title = Character.toTitleCase(c);
    return title == c ? s : Character.toString(title);
  }

  static Text capitalize(Env env, Text text) {
    return cased(env, text, false, Strings::titled);
  }

  /** Python's {@code str.title}. */
  static Text title(Env env, Text text) {
    return cased(env, text, true, Strings::titled);
  }

  static Text swapCase(Env env, Text text) {
    return cased(
        env,
        text,
        false,
        (c, begins) -> {
          String s = Character.toString(c);
          return Character.isUpperCase(c) ? s.toLowerCase(Locale.ROOT) : s.toUpperCase(Locale.ROOT);
        });
  }

  /** Without the characters of a set, or white space where {@code set} is null, at its ends. */
  static Text strip(Env env, Text text, String set, boolean left, boolean right) {
    env.meter().read((long) text.length() + (set == null ? 0 : set.length()));
    IntPredicate isIn = set == null ? Chars::isSpace : set(set)::get;
    String s = text.string();
    int from = 0;
    int to = s.length();
    while (left && from < to && isIn.test(s.codePointAt(from))) {
      from += Character.charCount(s.codePointAt(from));
    }
    while (right && to > from && isIn.test(s.codePointBefore(to))) {
      to -= Character.charCount(s.codePointBefore(to));
    }
    return text.slice(from, to);
  }

  private static BitSet set(String characters) {
    BitSet set = new BitSet();
    characters.codePoints().forEach(set::set);
    return set;
  }

  /** All non-overlapping places of {@code old}, at most {@code count}, replaced. */
  static Text replace(Env env, Text text, String old, Text with, long count) {
    String s = text.string();
    Search search = new Search(env.meter(), s, old);
    Text.Builder out = env.builder();
    int from = 0;
    long left = count < 0 ? Long.MAX_VALUE : count;
    int at = left == 0 ? -1 : search.next(0);
    while (at >= 0 && left > 0) {
      out.add(text, from, at).add(with);
      env.meter().steps(1);
      from = at + old.length();
      left--;
      if (!old.isEmpty()) {
        at = search.next(from);
      } else {
        // Between all characters, and at both ends.
        at = at < s.length() ? at + Character.charCount(s.codePointAt(at)) : -1;
      }
    }
    return out.add(text, from, s.length()).build();
  }

  /** Parts between separators; at most {@code most} cuts where that is not negative. */
  static List<Value> split(Env env, Text text, String separator, long most, boolean fromRight) {
    if (separator == null) {
      return fromRight ? wordsFromRight(env, text, most) : words(env, text, most);
    }
    if (separator.isEmpty()) {
      throw new Fault("empty separator");
    }
    String s = text.string();
    Search search = new Search(env.meter(), s, separator);
    List<Value> parts = new ArrayList<>();
    long left = most < 0 ? Long.MAX_VALUE : most;
    if (fromRight) {
      int end = s.length();
      for (int at; left > 0 && (at = search.before(end)) >= 0; left--) {
        add(env, parts, text, at + separator.length(), end);
        end = at;
      }
      add(env, parts, text, 0, end);
      return parts.reversed();
    }
    int from = 0;
    for (int at; left > 0 && (at = search.next(from)) >= 0; left--) {
      add(env, parts, text, from, at);
      from = at + separator.length();
    }
    add(env, parts, text, from, s.length());
    return parts;
  }

  private static void add(Env env, List<Value> parts, Text text, int from, int to) {
    env.meter().steps(1 + (to - from) / 16);
    parts.add(Value.of(text.slice(from, to)));
  }

  private static List<Value> words(Env env, Text text, long most) {
    String s = text.string();
    env.meter().read(s.length());
    List<Value> parts = new ArrayList<>();
    int i = skip(s, 0, true);
    while (i < s.length()) {
      boolean last = most >= 0 && parts.size() >= most;
      int end = last ? s.length() : skip(s, i, false);
      add(env, parts, text, i, end);
      i = last ? s.length() : skip(s, end, true);
    }
    return parts;
  }

  private static int skip(String s, int from, boolean spaces) {
    int i = from;
    while (i < s.length() && Chars.isSpace(s.charAt(i)) == spaces) {
      i++;
    }
    return i;
  }

  private static List<Value> wordsFromRight(Env env, Text text, long most) {
    String s = text.string();
    List<Value> parts = new ArrayList<>();
    int end = strip(env, text, null, false, true).length();
    while (end > 0) {
      int from = end;
      if (most >= 0 && parts.size() >= most) {
        from = 0;
      } else {
        while (from > 0 && !Chars.isSpace(s.charAt(from - 1))) {
          from--;
        }
      }
      add(env, parts, text, from, end);
      end = from;
      while (end > 0 && Chars.isSpace(s.charAt(end - 1))) {
        end--;
      }
    }
    return parts.reversed();
  }

  static List<Value> lines(Env env, Text text, boolean keepEnds) {
    String s = text.string();
    env.meter().read(s.length());
    List<Value> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (Chars.isLineEnd(c)) {
        int next = c == '\r' && s.startsWith("\n", i + 1) ? i + 2 : i + 1;
        add(env, lines, text, from, keepEnds ? next : i);
        from = next;
        i = next - 1;
      }
    }
    if (from < s.length()) {
      add(env, lines, text, from, s.length());
    }
    return lines;
  }

  static Text join(Env env, Text separator, Iterable<Value> items, boolean convert) {
    Text.Builder out = env.builder();
    boolean first = true;
    int i = 0;
    for (Value item : items) {
      env.meter().steps(1);
      if (!first) {
        out.add(separator);
      }
      first = false;
      if (!convert && !(item instanceof Value.Str)) {
        throw new Fault(
            "sequence item " + i + ": expected str instance, " + item.type() + " found");
      }
      out.add(env.str(item));
      i++;
    }
    return out.build();
  }

  /** Filled up to {@code width} code points; the share of fill on the left is 0, 1 or 2 halves. */
  static Text pad(Env env, Text text, int width, Text fill, int leftHalves) {
    int missing = width - length(env, text);
    if (missing <= 0) {
      return text;
    }
    int left = leftHalves == 1 ? missing / 2 + (missing & width & 1) : missing * (leftHalves / 2);
    Text.Builder out = env.builder();
    repeat(env, out, fill, left);
    out.add(text);
    repeat(env, out, fill, missing - left);
    return out.build();
  }

  private static void repeat(Env env, Text.Builder out, Text fill, int times) {
    for (int i = 0; i < times; i++) {
      out.add(fill);
    }
    env.meter().steps(times / 16);
  }

  /** For HTML; what is marked as safe stays. */
  static Text escaped(Env env, Value value) {
    if (value instanceof Value.Str s && s.safe()) {
      return s.text();
    }
    Text text = env.str(value);
    Text.Builder out = env.builder();
    for (int i = 0; i < text.length(); i++) {
      String escape =
          switch (text.string().charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> "&#39;";
            case '"' -> "&#34;";
            default -> null;
          };
      if (escape == null) {
        out.add(text, i, i + 1);
      } else {
        out.add(escape, text, i, i + 1);
      }
    }
    return out.build();
  }
}
