package dev.jora.grammar.schema;

import dev.jora.grammar.GbnfText;
import java.util.ArrayList;
import java.util.List;

/** What stands on the right of a rule. */
sealed interface Part {
  /** No text at all, not even the empty one. */
  Part NOTHING = new Choice(List.of());

  /** The empty text. */
  Part EMPTY = new Sequence(List.of());

  int UNBOUNDED = Integer.MAX_VALUE;

  /** One item as GBNF writes it. */
  record Item(String text) implements Part {}

  /** Another rule. */
  record Call(String rule) implements Part {}

  record Sequence(List<Part> parts) implements Part {}

  record Choice(List<Part> parts) implements Part {}

  record Repeat(Part part, int min, int max) implements Part {}

  /** Parts behind each other. */
  static Part sequence(Part... parts) {
    return sequence(List.of(parts));
  }

  static Part sequence(List<Part> parts) {
    List<Part> flat = new ArrayList<>();
    for (Part part : parts) {
      if (part.equals(NOTHING)) {
        return NOTHING;
      }
      if (part instanceof Sequence sequence) {
        flat.addAll(sequence.parts);
      } else {
        flat.add(part);
      }
    }
    return flat.size() == 1 ? flat.getFirst() : new Sequence(flat);
  }

  /** One of the parts. */
  static Part choice(Part... parts) {
    return choice(List.of(parts));
  }

  static Part choice(List<Part> parts) {
    List<Part> flat = new ArrayList<>();
    for (Part part : parts) {
      List<Part> each = part instanceof Choice choice ? choice.parts : List.of(part);
      each.stream().filter(p -> !flat.contains(p)).forEach(flat::add);
    }
    return flat.size() == 1 ? flat.getFirst() : new Choice(flat);
  }

  /** From {@code min} to {@code max} of the part; none if {@code max} is less. */
  static Part repeat(Part part, int min, int max) {
    if (max < Math.max(0, min) || part.equals(NOTHING) && min > 0) {
      return NOTHING;
    }
    if (max == 0 || part.equals(NOTHING) || part.equals(EMPTY)) {
      return EMPTY;
    }
    return min == 1 && max == 1 ? part : new Repeat(part, Math.max(0, min), max);
  }

  /** A text as a literal. */
  static Part literal(String text) {
    return new Item(GbnfText.literal(text));
  }
}
