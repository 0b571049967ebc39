package dev.jora.cli.terminal;

import java.util.List;

/**
 * What the beginning of a line says.
 *
 * @param kept how many of the open containers go on
 * @param opened containers that begin
 * @param kind what the rest of the line is
 * @param at where that begins
 * @param indent spaces before it
 */
record LineStart(int kept, List<Container> opened, Kind kind, int at, int indent) {
  /** Kinds of lines; {@code isWhole} for those that can only be told when the line has ended. */
  enum Kind {
    BLANK(true),
    TEXT(false),
    HEADING(false),
    FENCE(true),
    RULE(true),
    UNDERLINE(true),
    CODE(false),
    ROW(false),
    FORMULA(true);

    private final boolean isWhole;

    Kind(boolean isWhole) {
      this.isWhole = isWhole;
    }

    boolean isWhole() {
      return isWhole;
    }
  }

  /**
   * Blanks that a line of text is shown with: its own, as code without a fence and verses need
   * them. Those that stand for an item that the line goes on without saying so are the item's.
   *
   * @param containers those that the line stands in
   */
  int blanks(List<Container> containers) {
    int n = indent;
    if (opened.isEmpty()) {
      for (Container container : containers.subList(kept, containers.size())) {
        n -= container instanceof Container.Item item ? item.offset() : 0;
      }
    }
    return Math.max(0, n);
  }
}
