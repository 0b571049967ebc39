package dev.jora.grammar;

import dev.jora.grammar.CharRanges.Range;
import dev.jora.grammar.Expression.Chars;
import dev.jora.grammar.Expression.Choice;
import dev.jora.grammar.Expression.Literal;
import dev.jora.grammar.Expression.Reference;
import dev.jora.grammar.Expression.Repeat;
import dev.jora.grammar.Expression.Sequence;
import dev.jora.grammar.Expression.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Expressions to positions, from their ends to their beginnings: each is built in front of the
 * position that follows it. Recurses as deep as groups are nested, which the parser bounds.
 */
final class ProgramBuilder {
  private final Grammar grammar;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Chars, List<Utf8Ranges.Units>> encoded = new IdentityHashMap<>();
  private final IntList kinds = new IntList();
  private final IntList first = new IntList();
  private final IntList second = new IntList();
  private final IntList edges = new IntList();
  private final IntList targets = new IntList();
  private final List<Token> tokens = new ArrayList<>();
  private final IntList like = new IntList();
  private final IntList alike = new IntList();

  /** Where the rule or repetition stands that is being built. */
  private Place place = Place.START;

  private ProgramBuilder(Grammar grammar) {
    this.grammar = grammar;
    grammar.rules().keySet().forEach(name -> numbers.put(name, numbers.size()));
  }

  /**
   * The positions of a grammar.
   *
   * @throws GrammarException if there would be too many, or a rule begins with itself
   */
  static Program build(Grammar grammar) {
    Program program = new ProgramBuilder(grammar).build();
    LeftRecursion.refuse(program, grammar);
    return program;
  }

  private Program build() {
    int[] starts = new int[numbers.size()];
    grammar
        .rules()
        .forEach(
            (name, expression) -> {
              place = grammar.place(name);
              int rule = numbers.get(name);
              starts[rule] = before(position(Program.END, rule, 0), expression);
            });
    byte[] bytes = new byte[kinds.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) kinds.get(i);
    }
    return new Program(
        bytes,
        first.toArray(),
        second.toArray(),
        edges.toArray(),
        targets.toArray(),
        starts,
        numbers.get(Grammar.ROOT),
        tokens.toArray(Token[]::new),
        like.toArray(),
        alike.toArray(),
        Program.classes(edges.toArray()));
  }

  private int position(byte kind, int a, int b) {
    if (kinds.size() == Grammar.MAX_POSITIONS
        || targets.size() + edges.size() > 8 * Grammar.MAX_POSITIONS) {
      throw new GrammarException(
          place,
          "the grammar is too large: written out, with each repetition as often as it is allowed,"
              + " it has more than "
              + Grammar.MAX_POSITIONS
              + " positions; use fewer repetitions, or '*'");
    }
    first.add(a);
    second.add(b);
    like.add(kinds.size());
    alike.add(Integer.MAX_VALUE);
    return kinds.add(kind);
  }

  private int split(int... positions) {
    int from = targets.size();
    for (int target : positions) {
      targets.add(target);
    }
    return position(Program.SPLIT, from, positions.length);
  }

  /** Builds an expression in front of a position, and returns where it begins. */
  private int before(int next, Expression expression) {
    return switch (expression) {
      case Literal literal -> literal(next, literal);
      case Chars chars -> chars(next, chars);
      case Reference call -> position(Program.CALL, numbers.get(call.rule()), next);
      case Token token -> {
        tokens.add(token);
        yield position(Program.TOKEN, tokens.size() - 1, next);
      }
      case Sequence sequence -> {
        int begin = next;
        for (Expression item : sequence.items().reversed()) {
          begin = before(begin, item);
        }
        yield begin;
      }
      case Choice choice ->
          split(choice.alternatives().stream().mapToInt(a -> before(next, a)).toArray());
      case Repeat repeat -> repeat(next, repeat);
    };
  }

  private int literal(int next, Literal literal) {
    int begin = next;
    for (int codePoint : literal.codePoints().reversed()) {
      if (codePoint < 0x80) {
        begin = bytes(Program.BYTES, List.of(new int[] {codePoint << 8 | codePoint, begin}));
      } else {
        begin = chars(begin, new Chars(CharRanges.of(List.of(new Range(codePoint, codePoint)))));
      }
    }
    return begin;
  }

  private int bytes(byte kind, List<int[]> ways) {
    int from = edges.size() / 2;
    for (int[] way : ways) {
      edges.add(way[0]);
      edges.add(way[1]);
    }
    return position(kind, from, ways.size());
  }

  /** Sequences of bytes with a common end share its positions. */
  private int chars(int next, Chars chars) {
    List<Utf8Ranges.Units> all = encoded.computeIfAbsent(chars, c -> Utf8Ranges.of(c.ranges()));
    Map<List<Integer>, Integer> ends = new HashMap<>();
    List<int[]> ways = new ArrayList<>();
    for (Utf8Ranges.Units units : all) {
      int position = next;
      for (int i = units.ranges().length - 1; i > 0; i--) {
        int range = units.ranges()[i];
        int behind = position;
        byte kind = units.cutting()[i - 1] ? Program.BYTES : Program.INNER;
        position =
            ends.computeIfAbsent(
                List.of((int) kind, range, behind),
                key -> bytes(kind, List.of(new int[] {range, behind})));
      }
      ways.add(new int[] {units.ranges()[0], position});
    }
    return bytes(Program.BYTES, ways);
  }

  /** What may be missing leads straight to the end, so few positions are alive at a time. */
  private int repeat(int next, Repeat repeat) {
    Place outer = place;
    place = repeat.place();
    int begin = next;
    if (repeat.max() == Repeat.UNBOUNDED) {
      int loop = split(next, next);
      targets.set(first.get(loop), before(loop, repeat.item()));
      begin = loop;
    } else {
      int from = kinds.size();
      for (int i = repeat.min(); i < repeat.max(); i++) {
        begin = split(before(begin, repeat.item()), next);
      }
      copies(from, repeat.max() - repeat.min());
    }
    int from = kinds.size();
    for (int i = 0; i < repeat.min(); i++) {
      int item = before(begin, repeat.item());
      begin = split(item); // a position of its own, so that nothing a million times has an end
    }
    copies(from, repeat.min());
    place = outer;
    return begin;
  }

  /**
   * Notes what positions of copies, the last one first, are like in the first one. A copy is worth
   * its place only if it reads a byte at least, so a position does the same for as many bytes as
   * copies are left.
   */
  private void copies(int from, int count) {
    int size = count == 0 ? 0 : (kinds.size() - from) / count;
    for (int position = from; position < kinds.size() - size; position++) {
      int left = (position - from) / size;
      like.set(position, like.get(position) + (count - 1 - left) * size);
      alike.set(position, Math.min(alike.get(position), left - 1));
    }
  }
}
