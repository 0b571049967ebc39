package dev.jora.grammar.schema;

/**
 * Strings: those of a language that have a length. Lengths stay apart as long as can be, for they
 * need no automaton.
 *
 * @param min of characters
 * @param max of characters; {@link Part#UNBOUNDED}
 */
record StringSet(Dfa language, int min, int max) {
  static final StringSet ALL = of(Dfa.any());
  static final StringSet NONE = of(Dfa.none());

  static StringSet of(Dfa language) {
    return new StringSet(language, 0, Part.UNBOUNDED);
  }

  /** True if only lengths restrict it. */
  boolean isAnyLanguage() {
    return language == Dfa.any();
  }

  /** The language with the lengths in it. */
  Dfa whole() {
    if (min > max) {
      return Dfa.none();
    }
    if (min == 0 && max == Part.UNBOUNDED) {
      return language;
    }
    Dfa lengths = Dfa.length(min, max == Part.UNBOUNDED ? -1 : max);
    return isAnyLanguage() ? lengths : language.and(lengths);
  }

  boolean isEmpty() {
    return min > max || !isAnyLanguage() && whole().isEmpty();
  }

  StringSet and(StringSet other) {
    Dfa both =
        isAnyLanguage()
            ? other.language
            : other.isAnyLanguage() || other.language == language
                ? language
                : language.and(other.language);
    return new StringSet(both, Math.max(min, other.min), Math.min(max, other.max));
  }

  StringSet or(StringSet other) {
    if (equals(ALL) || other.equals(NONE) || equals(other)) {
      return this;
    }
    if (other.equals(ALL) || equals(NONE)) {
      return other;
    }
    Dfa either = whole().or(other.whole());
    return either.not().isEmpty() ? ALL : of(either);
  }

  StringSet not() {
    return equals(ALL) ? NONE : equals(NONE) ? ALL : NONE.or(of(whole().not()));
  }
}
