package dev.jora.cli.terminal;

import java.util.List;

/** A block that other blocks stand in. */
sealed interface Container {
  /** What stands before each line of a quote. */
  char BAR = '│';

  /** What stands before its first line in the terminal. */
  String first();

  /** What stands before its other lines. */
  String rest();

  /** A quote. */
  record Quote() implements Container {
    @Override
    public String first() {
      return BAR + " ";
    }

    @Override
    public String rest() {
      return first();
    }
  }

  /**
   * An item of a list.
   *
   * @param least spaces that make a line of the source a part of it; models indent less than
   *     CommonMark wants
   * @param offset spaces before its text in the source
   * @param marker what it is shown with, a space at the end
   */
  record Item(int least, int offset, String marker) implements Container {
    @Override
    public String first() {
      return marker;
    }

    @Override
    public String rest() {
      return " ".repeat(marker.length());
    }
  }

  /**
   * What stands before a block in these containers, of which the first {@code kept} are not new.
   */
  static Indent indent(List<Container> containers, int kept) {
    StringBuilder first = new StringBuilder();
    StringBuilder rest = new StringBuilder();
    for (int i = 0; i < containers.size(); i++) {
      Container container = containers.get(i);
      first.append(i < kept ? container.rest() : container.first());
      rest.append(container.rest());
    }
    return new Indent(first.toString(), rest.toString());
  }
}
