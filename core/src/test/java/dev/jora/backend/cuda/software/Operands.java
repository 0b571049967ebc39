package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.Assembler.Named;
import dev.jora.backend.cuda.software.Assembler.Place;
import dev.jora.backend.cuda.software.Assembler.Register;
import java.util.ArrayList;
import java.util.List;

/** The operands of one instruction, as text and as slots. */
final class Operands {
  private final Assembler assembler;
  private final List<String> texts;

  Operands(Assembler assembler, String text) {
    this.assembler = assembler;
    this.texts = split(text);
  }

  /** At commas that are in no bracket. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += "{[(".indexOf(c) >= 0 ? 1 : "}])".indexOf(c) >= 0 ? -1 : 0;
      if (c == ',' && (depth == 0 || i == text.length())) {
        if (!text.substring(from, i).isBlank()) {
          parts.add(text.substring(from, i).strip());
        }
        from = i + 1;
      }
    }
    return parts;
  }

  int size() {
    return texts.size();
  }

  String text(int i) {
    if (i >= texts.size()) {
      throw new PtxException("operand %d is missing".formatted(i + 1));
    }
    return texts.get(i);
  }

  boolean braces(int i) {
    return text(i).startsWith("{");
  }

  /** The slot to read or write operand {@code i} at; numbers are as wide as {@code type}. */
  int slot(int i, Type type) {
    return slot(text(i), type);
  }

  /** The same; 0 where there is no such operand. */
  int slotOr0(int i, Type type) {
    return i < texts.size() ? slot(i, type) : 0;
  }

  /** Whether it is held in 64 bits. */
  boolean wide(int i, Type type) {
    return wide(text(i), type);
  }

  private boolean wide(String name, Type type) {
    return assembler.find(name) instanceof Register r ? r.type().wide() : type.wide();
  }

  private int slot(String name, Type type) {
    if (name.equals("_")) {
      return assembler.register(type).slot();
    }
    if (Literal.is(name)) {
      return assembler.constant(type, null, Literal.parse(name));
    }
    Named named = assembler.find(name);
    if (named instanceof Register register) {
      return register.slot();
    }
    if (named instanceof Place place) {
      return assembler.constant(type, null, place.offset());
    }
    if (name.startsWith("%")) {
      return assembler.special(name);
    }
    if (!name.matches("[$\\w]+")) {
      throw new PtxException("no operand: " + name);
    }
    return assembler.constant(type, name, 0);
  }

  /** The first of {@code a|b}. */
  int first(int i, Type type) {
    String text = text(i);
    return slot(text.contains("|") ? text.substring(0, text.indexOf('|')) : text, type);
  }

  /** The second of {@code a|b}, a predicate; -1 if there is none. */
  int second(int i) {
    String text = text(i);
    int bar = text.indexOf('|');
    return bar < 0 || text.endsWith("|_") ? -1 : slot(text.substring(bar + 1), Type.PRED);
  }

  /** Slots of {@code {a, b}}, or of one register. */
  int[] list(int i, Type type) {
    String text = text(i);
    if (!text.startsWith("{")) {
      return new int[] {slot(text, type)};
    }
    return split(text.substring(1, text.length() - 1)).stream()
        .mapToInt(t -> slot(t, type))
        .toArray();
  }

  /** Whether the registers of a list are of 64 bits. */
  boolean wideList(int i, Type type) {
    String text = text(i);
    String one = text.startsWith("{") ? split(text.substring(1, text.length() - 1)).get(0) : text;
    return wide(one, type);
  }

  /** An address: where its register is, or a slot of zeros, and what is added. */
  record Address(int slot, boolean wide, long offset, Place place) {}

  Address address(int i) {
    String inner = text(i);
    if (!inner.startsWith("[") || !inner.endsWith("]")) {
      throw new PtxException("no address: " + inner);
    }
    inner = inner.substring(1, inner.length() - 1).strip();
    int plus = inner.indexOf('+');
    String base = plus < 0 ? inner : inner.substring(0, plus).strip();
    long offset = plus < 0 ? 0 : Literal.parse(inner.substring(plus + 1).strip());
    if (Literal.is(base)) {
      return new Address(0, true, Literal.parse(base) + offset, null);
    }
    Named named = assembler.find(base);
    if (named instanceof Place place) {
      return new Address(0, true, place.offset() + offset, place);
    }
    return new Address(slot(base, Type.B64), wide(base, Type.B64), offset, null);
  }
}
