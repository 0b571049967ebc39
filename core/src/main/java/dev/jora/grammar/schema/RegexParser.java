package dev.jora.grammar.schema;

import dev.jora.grammar.schema.RegexNode.At;
import dev.jora.grammar.schema.RegexNode.Chars;
import dev.jora.grammar.schema.RegexNode.Choice;
import dev.jora.grammar.schema.RegexNode.Condition;
import dev.jora.grammar.schema.RegexNode.Look;
import dev.jora.grammar.schema.RegexNode.Repeat;
import dev.jora.grammar.schema.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/** ECMA-262 patterns to trees. Recurses as deep as groups are nested, which has a bound. */
final class RegexParser {
  static final int MAX_LENGTH = 10_000;
  static final int MAX_DEPTH = 200;

  /** A number of repetitions above this is one. */
  private static final int MANY = 1_000_000_000;

  private static final int END = -1;

  private final String pattern;
  private final int[] text;
  private final RegexEscapes escapes;
  private int at;
  private int depth;

  private RegexParser(String pattern) {
    this.pattern = pattern;
    this.text = pattern.codePoints().toArray();
    this.escapes = new RegexEscapes(this);
  }

  /**
   * The tree of a pattern.
   *
   * @throws SchemaException where it is none, or asks for what no automaton does
   */
  static RegexNode parse(String pattern) {
    RegexParser parser = new RegexParser(pattern);
    if (parser.text.length > MAX_LENGTH) {
      throw parser.fault(
          MAX_LENGTH, "a pattern may have at most " + MAX_LENGTH + " characters; shorten it");
    }
    RegexNode node = parser.choice();
    if (parser.peek() == ')') {
      throw parser.fault("there is no group for this ')' to close; write \\)");
    }
    return node;
  }

  SchemaException fault(String message) {
    return fault(at, message);
  }

  /** A fault at the character of this index. */
  SchemaException fault(int index, String message) {
    String shown = pattern;
    if (text.length > 80) {
      shown = new String(text, 0, 80) + "…";
    }
    return new SchemaException(
        "pattern '" + shown + "', character " + (index + 1) + ": " + message);
  }

  int at() {
    return at;
  }

  int peek() {
    return peek(0);
  }

  private int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : END;
  }

  /** The character here, which must not be the end. */
  int next() {
    return text[at++];
  }

  boolean take(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (peek(i) != expected.charAt(i)) {
        return false;
      }
    }
    at += expected.length();
    return true;
  }

  private RegexNode choice() {
    List<RegexNode> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (take("|"));
    return alternatives.size() == 1 ? alternatives.getFirst() : new Choice(alternatives);
  }

  private RegexNode sequence() {
    List<RegexNode> items = new ArrayList<>();
    while (peek() != END && peek() != '|' && peek() != ')') {
      items.add(repeated());
    }
    return items.size() == 1 ? items.getFirst() : new Sequence(items);
  }

  private RegexNode repeated() {
    int from = at;
    RegexNode item = item();
    int sign = at;
    int min;
    int max = Repeat.UNBOUNDED;
    if (take("*")) {
      min = 0;
    } else if (take("+")) {
      min = 1;
    } else if (take("?")) {
      min = 0;
      max = 1;
    } else if (take("{")) {
      min = number();
      if (!take(",")) {
        max = min;
      } else if (peek() != '}') {
        max = number();
      }
      if (!take("}")) {
        throw fault("expected '}' behind the number of repetitions; write \\{ for a brace");
      }
      if (max != Repeat.UNBOUNDED && max < min) {
        throw fault(sign, "{" + min + "," + max + "} asks for more repetitions than it allows");
      }
    } else {
      return item;
    }
    if (item instanceof At || item instanceof Look) {
      throw fault(from, "an assertion cannot be repeated; leave out what stands behind it");
    }
    take("?"); // lazy or not, the same texts match
    return new Repeat(item, min, max);
  }

  private int number() {
    if (peek() < '0' || peek() > '9') {
      throw fault("expected a number of repetitions behind '{'; write \\{ for a brace");
    }
    long value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(value * 10 + next() - '0', MANY);
    }
    return (int) value;
  }

  private RegexNode item() {
    int c = peek();
    switch (c) {
      case '(' -> {
        return group();
      }
      case '*', '+', '?', '{' ->
          throw fault(
              "there is nothing before '"
                  + (char) c
                  + "' to repeat; write \\"
                  + (char) c
                  + " for the character");
      default -> at++;
    }
    return switch (c) {
      case '^' -> new At(Condition.BEGIN);
      case '$' -> new At(Condition.END);
      case '.' -> new Chars(RegexEscapes.LINE_ENDS.not());
      case '[' -> new Chars(charClass(at - 1));
      case '\\' -> {
        if (take("b")) {
          yield new At(Condition.BORDER);
        }
        yield take("B") ? new At(Condition.NO_BORDER) : new Chars(escapes.set(false));
      }
      default -> new Chars(CharSet.range(c, c));
    };
  }

  private RegexNode group() {
    int from = at++;
    if (++depth > MAX_DEPTH) {
      throw fault(from, "more than " + MAX_DEPTH + " groups within each other; use fewer");
    }
    boolean positive = take("?=");
    boolean negative = !positive && take("?!");
    if (!positive && !negative && peek() == '?') {
      groupKind(from);
    }
    RegexNode item = choice();
    if (!take(")")) {
      throw fault(from, "the group that begins here lacks its closing ')'");
    }
    depth--;
    if (!positive && !negative) {
      return new Sequence(List.of(item)); // an assertion in a group may be repeated
    }
    return new Look(
        item,
        negative,
        fault(
            from,
            "a lookahead within '*', '+' or '{n,}' cannot be enforced while a text is written; say"
                + " the same without it"));
  }

  private void groupKind(int from) {
    if (take("?:")) {
      return;
    }
    if (take("?<=") || take("?<!")) {
      throw fault(
          from,
          "a look-behind, (?<=…) or (?<!…), cannot be enforced while a text is written; say the"
              + " same without it");
    }
    if (!take("?<")) {
      throw fault(from, "unknown kind of group: there are (…) (?:…) (?<name>…) (?=…) (?!…)");
    }
    boolean named = false;
    while (peek() == '$' || peek() >= 0 && Character.isUnicodeIdentifierPart(peek())) {
      at++;
      named = true;
    }
    if (!named || !take(">")) {
      throw fault("expected the name of a group and '>'");
    }
  }

  /** What stands between brackets. */
  private CharSet charClass(int from) {
    boolean negated = take("^");
    CharSet set = CharSet.NONE;
    while (!take("]")) {
      int begin = at;
      CharSet first = classItem(from);
      if (peek() != '-' || peek(1) == ']') {
        set = set.or(first);
        continue;
      }
      at++;
      CharSet last = classItem(from);
      if (isOne(first) && isOne(last)) {
        if (first.first(0) > last.first(0)) {
          throw fault(
              begin, "a range of characters must ascend; exchange its beginning and its end");
        }
        set = set.or(CharSet.range(first.first(0), last.first(0)));
      } else { // as without the flag u: [\w-.] is three items
        set = set.or(first).or(CharSet.of("-")).or(last);
      }
    }
    return negated ? set.not() : set;
  }

  private static boolean isOne(CharSet set) {
    return set.ranges() == 1 && set.first(0) == set.last(0);
  }

  private CharSet classItem(int from) {
    if (peek() == END) {
      throw fault(from, "the class that begins here lacks its closing ']'");
    }
    int c = next();
    return c == '\\' ? escapes.set(true) : CharSet.range(c, c);
  }
}
