package dev.jora.cli.terminal;

/** What a part of an answer is; a {@link Style} says how that looks. */
public enum Mark {
  HEADING,
  STRONG,
  EMPHASIS,
  STRUCK,
  CODE,
  LINK,
  /** Rules, the bars of quotes, URLs, the languages of code. */
  FAINT,
  THINKING;

  /** This mark in a set of marks. */
  int bit() {
    return 1 << ordinal();
  }
}
