package dev.jora.tokenizer;

/**
 * Pieces that the regular expressions of pre-tokenizers are made of, as loops over code points. A
 * rule tries to match at a place and returns the end of the match, or −1; like the expressions, it
 * sees nothing beyond the piece of text it is given.
 */
final class Rules {
  /** One alternative of an expression. */
  interface Rule {
    /** End of the match that starts at {@code at}, at most {@code end}; −1 for none. */
    int match(int[] s, int at, int end);
  }

  private static final CharSet CR_LF = CharSet.chars("\r\n");

  private Rules() {}

  /** {@code set{1,most}}. */
  static Rule run(CharSet set, int most) {
    return (s, at, end) -> {
      int i = skip(set, s, at, atMost(at, most, end));
      return i > at ? i : -1;
    };
  }

  /** {@code set+}. */
  static Rule run(CharSet set) {
    return run(set, Integer.MAX_VALUE);
  }

  /** Exactly {@code n} of a set. */
  static Rule exactly(CharSet set, int n) {
    return (s, at, end) -> end - at >= n && skip(set, s, at, at + n) == at + n ? at + n : -1;
  }

  /** {@code prefix?set+}, where no character is in both. */
  static Rule prefixed(CharSet prefix, CharSet set) {
    return (s, at, end) -> {
      if (at == end) {
        return -1;
      }
      int from = prefix.has(s[at]) && !set.has(s[at]) ? at + 1 : at;
      int i = skip(set, s, from, end);
      return i > from ? i : -1;
    };
  }

  /** {@code ?set+tail*}, after an optional space. */
  static Rule spaced(CharSet set, CharSet tail) {
    return spaced(set, tail, Integer.MAX_VALUE);
  }

  /** {@code ?set+tail{0,most}}, after an optional space. */
  static Rule spaced(CharSet set, CharSet tail, int most) {
    return (s, at, end) -> {
      int from = at < end && s[at] == ' ' ? at + 1 : at;
      int i = skip(set, s, from, end);
      return i > from ? skip(tail, s, i, atMost(i, most, end)) : -1;
    };
  }

  /** {@code ?set+}. */
  static Rule spaced(CharSet set) {
    return spaced(set, CharSet.of(c -> false));
  }

  /** {@code \s*[\r\n]+}: white space up to its last line end. */
  static Rule lineEnds() {
    return (s, at, end) -> {
      int last = -1;
      for (int i = at; i < end && CharSet.SPACE.has(s[i]); i++) {
        if (CR_LF.has(s[i])) {
          last = i + 1;
        }
      }
      return last;
    };
  }

  /** {@code \s+(?!\S)}: white space but for one before something else. */
  static Rule spaceBeforeSpace() {
    return (s, at, end) -> {
      int i = skip(CharSet.SPACE, s, at, end);
      if (i < end) {
        i--;
      }
      return i > at ? i : -1;
    };
  }

  /** {@code \s{most}(?!\S)|\s{most/2}(?!\S)|...|\s{1}(?!\S)}. */
  static Rule spaceByPowersOfTwo(int most) {
    return (s, at, end) -> {
      int spaces = skip(CharSet.SPACE, s, at, end) - at;
      int free = at + spaces < end ? spaces - 1 : spaces;
      return free > 0 ? at + Math.min(most, Integer.highestOneBit(free)) : -1;
    };
  }

  /** {@code \s+$}. */
  static Rule spaceAtEnd() {
    return (s, at, end) -> at < end && skip(CharSet.SPACE, s, at, end) == end ? end : -1;
  }

  /** {@code 's|'t|'re|'ve|'m|'ll|'d}, in lower case or any. */
  static Rule contraction(boolean anyCase) {
    return (s, at, end) -> contractionEnd(s, at, end, anyCase);
  }

  private static int contractionEnd(int[] s, int at, int end, boolean anyCase) {
    if (at + 1 >= end || s[at] != '\'') {
      return -1;
    }
    int a = fold(s[at + 1], anyCase);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') {
      return at + 2;
    }
    int b = at + 2 < end ? fold(s[at + 2], anyCase) : -1;
    boolean two = (a == 'r' || a == 'v') && b == 'e' || a == 'l' && b == 'l';
    return two ? at + 3 : -1;
  }

  private static int fold(int c, boolean anyCase) {
    return anyCase && c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /**
   * {@code prefix?upper*lower+|prefix?upper+lower*}, where caseless letters are in both sets: words
   * in camel case.
   *
   * @param contractions true: a contraction may follow and belongs to the word
   */
  static Rule camelCase(CharSet prefix, CharSet upper, CharSet lower, boolean contractions) {
    return (s, at, end) -> {
      if (at == end) {
        return -1;
      }
      boolean letter = upper.has(s[at]) || lower.has(s[at]);
      int from = !letter && prefix.has(s[at]) ? at + 1 : at;
      int i = skip(upper, s, from, end);
      if (i < end && lower.has(s[i])) {
        i = skip(lower, s, i, end);
      } else {
        int back = i;
        while (back > from && !lower.has(s[back - 1])) {
          back--;
        }
        i = back > from ? back : i;
      }
      if (i == from) {
        return -1;
      }
      int tail = contractions ? contractionEnd(s, i, end, true) : -1;
      return tail < 0 ? i : tail;
    };
  }

  /** {@code prefix?(?:letter mark*(?: letter mark*)*)+}: words with single spaces between. */
  static Rule phrase(CharSet prefix, CharSet letter, CharSet mark) {
    return (s, at, end) -> {
      if (at == end) {
        return -1;
      }
      int from = prefix.has(s[at]) ? at + 1 : at;
      if (from == end || !letter.has(s[from])) {
        return -1;
      }
      int i = from;
      while (i < end && (letter.has(s[i]) || spaceBefore(letter, s, i, end))) {
        i = skip(mark, s, letter.has(s[i]) ? i + 1 : i + 2, end);
      }
      return i;
    };
  }

  private static boolean spaceBefore(CharSet letter, int[] s, int at, int end) {
    return s[at] == ' ' && at + 1 < end && letter.has(s[at + 1]);
  }

  /** {@code open set{1,most} close}. */
  static Rule enclosed(String open, CharSet set, int most, String close) {
    return (s, at, end) -> {
      int from = literal(open, s, at, end);
      if (from < 0) {
        return -1;
      }
      int i = skip(set, s, from, atMost(from, most, end));
      return i > from ? literal(close, s, i, end) : -1;
    };
  }

  private static int literal(String ascii, int[] s, int at, int end) {
    if (ascii.length() > end - at) {
      return -1;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (s[at + i] != ascii.charAt(i)) {
        return -1;
      }
    }
    return at + ascii.length();
  }

  private static int atMost(int at, int most, int end) {
    return most < end - at ? at + most : end;
  }

  /** {@code first set+}. */
  static Rule leading(CharSet first, CharSet set) {
    return (s, at, end) -> {
      if (at == end || !first.has(s[at])) {
        return -1;
      }
      int i = skip(set, s, at + 1, end);
      return i > at + 1 ? i : -1;
    };
  }

  private static int skip(CharSet set, int[] s, int at, int end) {
    int i = at;
    while (i < end && set.has(s[i])) {
      i++;
    }
    return i;
  }
}
