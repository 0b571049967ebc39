package dev.jora.fuzz;

import java.util.Random;

/** Grows templates that mostly parse: what goes wrong goes wrong while they run. */
final class TemplateGrammar {
  private static final String[] NAMES = {
    "messages",
    "message",
    "bos_token",
    "add_generation_prompt",
    "x",
    "y",
    "ns",
    "loop",
    "f",
    "tools"
  };
  private static final String[] FILTERS = {
    "length",
    "upper",
    "trim",
    "list",
    "first",
    "last",
    "sort",
    "join(',')",
    "join",
    "tojson",
    "int",
    "float",
    "string",
    "abs",
    "sum",
    "max",
    "min",
    "unique",
    "reverse",
    "items",
    "dictsort",
    "batch(2)",
    "slice(3)",
    "indent(4)",
    "replace('a','b')",
    "map(attribute='role')",
    "selectattr('role')",
    "rejectattr('x','equalto',1)",
    "groupby('role')",
    "default('d', true)",
    "round(2)",
    "title",
    "wordcount",
    "center(20)",
    "truncate(3)",
    "urlencode",
    "xmlattr",
    "format(1)",
    "random",
    "pprint"
  };
  private static final String[] OPERATORS = {
    "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "and", "or", "in", "not in"
  };
  private static final String[] TESTS = {
    "defined",
    "none",
    "string",
    "mapping",
    "iterable",
    "odd",
    "divisibleby(0)",
    "sameas(x)",
    "callable"
  };
  private static final String[] METHODS = {
    "strip()",
    "split()",
    "split('')",
    "items()",
    "get('role')",
    "keys()",
    "upper()",
    "startswith('a')",
    "replace('', 'x')",
    "format(x)",
    "join(messages)",
    "append(x)",
    "pop()",
    "update(x)",
    "rstrip('a')"
  };
  private static final String[] LITERALS = {
    "0",
    "1",
    "-1",
    "2.5",
    "1e308",
    "9999999999",
    "99999999999999999999",
    "''",
    "'a<s>b'",
    "none",
    "true",
    "[]",
    "{}",
    "[1, 'a', none]",
    "{'a': 1, 2: [3]}",
    "(1, 2)",
    "(1,)"
  };

  private final Random random;

  TemplateGrammar(Random random) {
    this.random = random;
  }

  void body(StringBuilder out, int depth) {
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      statement(out, depth - 1);
    }
  }

  private void statement(StringBuilder out, int depth) {
    switch (depth <= 0 ? random.nextInt(2) : random.nextInt(9)) {
      case 0 -> out.append("text\n");
      case 1, 2 -> out.append("{{ ").append(value(3)).append(" }}");
      case 3 -> block(out, "if " + value(2), "if", depth);
      case 4 -> block(out, "for " + name() + " in " + value(2), "for", depth);
      case 5 -> block(out, "macro " + name() + "(x, y=" + value(1) + ")", "macro", depth);
      case 6 -> out.append("{%- set " + name() + " = " + value(3) + " -%}");
      case 7 ->
          out.append(
              "{% set ns = namespace(a=" + value(1) + ") %}{% set ns.a = " + value(2) + " %}");
      default -> block(out, "filter " + Damage.one(FILTERS, random), "filter", depth);
    }
  }

  private void block(StringBuilder out, String head, String name, int depth) {
    out.append("{% ").append(head).append(" %}");
    body(out, depth);
    if (random.nextInt(4) == 0 && (name.equals("if") || name.equals("for"))) {
      out.append("{% else %}");
      body(out, depth - 1);
    }
    out.append("{% end").append(name).append(" %}");
  }

  private String name() {
    return Damage.one(NAMES, random);
  }

  private String value(int depth) {
    if (depth <= 0) {
      return random.nextBoolean() ? name() : Damage.one(LITERALS, random);
    }
    return switch (random.nextInt(10)) {
      case 0 -> value(depth - 1) + " | " + Damage.one(FILTERS, random);
      case 1 ->
          "("
              + value(depth - 1)
              + " "
              + Damage.one(OPERATORS, random)
              + " "
              + value(depth - 1)
              + ")";
      case 2 -> value(depth - 1) + " is " + Damage.one(TESTS, random);
      case 3 -> "(" + value(depth - 1) + ")." + Damage.one(METHODS, random);
      case 4 -> value(depth - 1) + "[" + value(depth - 1) + "]";
      case 5 ->
          value(depth - 1)
              + "["
              + value(depth - 1)
              + ":"
              + value(depth - 1)
              + ":"
              + value(depth - 1)
              + "]";
      case 6 ->
          "(" + value(depth - 1) + " if " + value(depth - 1) + " else " + value(depth - 1) + ")";
      case 7 -> name() + "(" + value(depth - 1) + ", y=" + value(depth - 1) + ")";
      case 8 -> "range(" + value(depth - 1) + ")";
      default -> value(0);
    };
  }
}
