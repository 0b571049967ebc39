package dev.jora.grammar;

import dev.jora.grammar.Expression.Chars;
import dev.jora.grammar.Expression.Choice;
import dev.jora.grammar.Expression.Literal;
import dev.jora.grammar.Expression.Reference;
import dev.jora.grammar.Expression.Repeat;
import dev.jora.grammar.Expression.Sequence;
import dev.jora.grammar.Expression.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GBNF to expressions. Groups lie on a stack of their own. */
final class GbnfParser {
  /** Groups and repetitions within each other. */
  static final int MAX_DEPTH = 400;

  /** Of one item; the size of the whole has a bound of its own. */
  static final int MAX_REPETITIONS = 1_000_000;

  /** What is open: a rule, or a group in it. */
  private static final class Group {
    final Place place;
    final List<Expression> alternatives = new ArrayList<>();
    List<Expression> items = new ArrayList<>();

    /** How deep the last item is. */
    int depth;

    /** How deep the deepest item is. */
    int deepest;

    Group(Place place) {
      this.place = place;
    }

    void add(Expression item, int itemDepth) {
      items.add(item);
      depth = itemDepth;
      deepest = Math.max(deepest, itemDepth);
    }

    void endAlternative() {
      alternatives.add(items.size() == 1 ? items.getFirst() : new Sequence(items));
      items = new ArrayList<>();
    }

    Expression end() {
      endAlternative();
      return alternatives.size() == 1 ? alternatives.getFirst() : new Choice(alternatives);
    }
  }

  private final GbnfReader in;
  private final Map<String, Expression> rules = new LinkedHashMap<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final List<Reference> references = new ArrayList<>();

  private GbnfParser(String grammar) {
    this.in = new GbnfReader(grammar);
  }

  /**
   * The rules of a grammar.
   *
   * @param parts rules that it need not define
   * @throws GrammarException where it is not GBNF, or names a rule that it lacks
   */
  static Grammar parse(String grammar, Map<String, Grammar> parts) {
    GbnfParser parser = new GbnfParser(grammar);
    parts.forEach(
        (name, part) -> {
          parser.rules.putAll(part.rulesWithin(name));
          parser.places.putAll(part.placesWithin(name));
        });
    parser.in.skip(true);
    while (!parser.in.atEnd()) {
      parser.rule();
      parser.in.skip(true);
    }
    for (Reference reference : parser.references) {
      if (!parser.rules.containsKey(reference.rule())) {
        throw new GrammarException(
            reference.place(), "there is no rule '" + reference.rule() + "'; define it");
      }
    }
    if (!parser.rules.containsKey(Grammar.ROOT)) {
      throw new GrammarException(
          Place.START, "there is no rule 'root', with which every text begins; define it");
    }
    return new Grammar(parser.rules, parser.places);
  }

  private void rule() {
    Place place = in.place();
    if (!in.atName()) {
      throw in.expected(
          "the name of a rule (a rule goes on in the next line only behind '::=', '|', or within"
              + " parentheses)");
    }
    String name = in.name();
    in.skip(false);
    if (!in.take("::=")) {
      throw in.expected("'::=' behind the name of rule '" + name + "'");
    }
    in.skip(true);
    Expression expression = body(place);
    if (!in.atEnd() && !in.atNewline()) {
      throw in.expected("an item, '|', or the end of the rule '" + name + "'");
    }
    rules.put(name, expression); // as in llama.cpp, the last of several counts
    places.put(name, place);
  }

  private Expression body(Place place) {
    Deque<Group> open = new ArrayDeque<>();
    open.push(new Group(place));
    while (true) {
      Group group = open.peek();
      boolean nested = open.size() > 1;
      if (in.peek() == '(') {
        if (open.size() > MAX_DEPTH) {
          throw tooDeep(in.place());
        }
        open.push(new Group(in.place()));
        in.next();
        in.skip(true);
      } else if (in.peek() == '|') {
        group.endAlternative();
        in.next();
        in.skip(true);
      } else if (in.peek() == ')' && nested) {
        open.pop();
        int depth = group.deepest + 1;
        if (depth > MAX_DEPTH) {
          throw tooDeep(group.place);
        }
        open.peek().add(group.end(), depth);
        in.next();
        in.skip(open.size() > 1);
      } else if (item(group)) {
        in.skip(nested);
      } else if (nested) {
        throw in.expected("an item, '|' or the ')' of the group of line " + group.place.line());
      } else {
        return group.end();
      }
    }
  }

  private static GrammarException tooDeep(Place place) {
    return new GrammarException(
        place, "more than " + MAX_DEPTH + " groups or repetitions within each other; use rules");
  }

  /** Reads an item or a sign of repetition into the group, if one stands here. */
  private boolean item(Group group) {
    Place place = in.place();
    switch (in.peek()) {
      case '"' -> group.add(literal(), 0);
      case '[' -> group.add(chars(), 0);
      case '.' -> {
        in.next();
        group.add(new Chars(CharRanges.ANY), 0);
      }
      case '<', '!' -> group.add(token(), 0);
      case '*' -> {
        in.next();
        repeat(group, place, 0, Repeat.UNBOUNDED);
      }
      case '+' -> {
        in.next();
        repeat(group, place, 1, Repeat.UNBOUNDED);
      }
      case '?' -> {
        in.next();
        repeat(group, place, 0, 1);
      }
      case '{' -> repeatCounted(group, place);
      default -> {
        if (!in.atName()) {
          return false;
        }
        Reference reference = new Reference(in.name(), place);
        references.add(reference);
        group.add(reference, 0);
      }
    }
    return true;
  }

  private Literal literal() {
    Place place = in.place();
    in.next();
    List<Integer> codePoints = new ArrayList<>();
    while (in.peek() != '"') {
      if (in.atEnd()) {
        throw new GrammarException(place, "the literal that begins here lacks its closing '\"'");
      }
      codePoints.add(in.character());
    }
    in.next();
    return new Literal(codePoints);
  }

  private Chars chars() {
    Place place = in.place();
    in.next();
    boolean negated = in.take("^");
    List<CharRanges.Range> ranges = new ArrayList<>();
    while (in.peek() != ']') {
      Place from = in.place();
      int first = classCharacter(place);
      int last = first;
      if (in.atRange()) {
        in.next();
        last = classCharacter(place);
      }
      if (last < first) {
        throw new GrammarException(
            from, "a range of characters must ascend; exchange its beginning and its end");
      }
      ranges.add(new CharRanges.Range(first, last));
    }
    in.next();
    if (ranges.isEmpty()) {
      throw new GrammarException(
          place, "a class must name a character; write \\] for a bracket, \"\" for nothing");
    }
    return new Chars(of(ranges, negated));
  }

  private int classCharacter(Place place) {
    if (in.atEnd()) {
      throw new GrammarException(place, "the class that begins here lacks its closing ']'");
    }
    return in.character();
  }

  private static CharRanges of(List<CharRanges.Range> ranges, boolean negated) {
    CharRanges set = CharRanges.of(ranges);
    return negated ? set.negated() : set;
  }

  /** {@code <[id]>} or {@code <name>}, behind a {@code !} any other. */
  private Token token() {
    Place place = in.place();
    boolean negated = in.take("!");
    if (in.take("<[")) {
      int id = in.number("the id of a token", Integer.MAX_VALUE - 1);
      if (!in.take("]>")) {
        throw in.expected("']>' behind the id of a token");
      }
      return new Token(null, id, negated, place);
    }
    if (!in.take("<")) {
      throw in.expected("a token, <name> or <[id]>, behind '!'");
    }
    StringBuilder name = new StringBuilder("<");
    while (in.peek() != '>') {
      if (in.atEnd() || in.atNewline()) {
        throw new GrammarException(place, "the token that begins here lacks its closing '>'");
      }
      name.appendCodePoint(in.next());
    }
    in.next();
    return new Token(name.append('>').toString(), -1, negated, place);
  }

  /** Puts the last item of a group under a repetition. */
  private static void repeat(Group group, Place place, int min, int max) {
    Expression last = group.items.isEmpty() ? null : group.items.removeLast();
    if (last == null || last instanceof Literal literal && literal.codePoints().isEmpty()) {
      throw new GrammarException(place, "there is no item before this repetition");
    }
    if (group.depth >= MAX_DEPTH) {
      throw tooDeep(place);
    }
    group.add(new Repeat(last, min, max, place), group.depth + 1);
  }

  /** {n}, {n,} or {n,m}. */
  private void repeatCounted(Group group, Place place) {
    in.next();
    in.skip(true);
    int min = in.number("a number of repetitions", MAX_REPETITIONS);
    int max = min;
    in.skip(true);
    if (in.take(",")) {
      in.skip(true);
      max = in.atDigit() ? in.number("a number of repetitions", MAX_REPETITIONS) : Repeat.UNBOUNDED;
      in.skip(true);
    }
    if (!in.take("}")) {
      throw in.expected("'}' behind the number of repetitions");
    }
    if (max != Repeat.UNBOUNDED && max < min) {
      throw new GrammarException(
          place, "{" + min + "," + max + "} asks for more repetitions than it allows");
    }
    repeat(group, place, min, max);
  }
}
