package dev.jora.template;

import dev.jora.template.Node.Target;
import dev.jora.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Parses what is assigned to. */
final class Targets {
  private final Tokens tokens;

  Targets(Tokens tokens) {
    this.tokens = tokens;
  }

  /** What is assigned to: names, {@code ns.x}, and tuples of them. */
  Target target() {
    Token first = tokens.peek();
    List<Target> items = new ArrayList<>();
    boolean comma = false;
    do {
      Token next = tokens.peek();
      if (comma && (next.is(Kind.BLOCK_END) || next.isOperator(")"))) {
        break;
      }
      items.add(singleTarget());
      if (tokens.peek().isOperator(",")) {
        comma = true;
      }
    } while (tokens.takeOperator(","));
    return comma ? new Node.TargetTuple(first.at(), items) : items.getFirst();
  }

  private Target singleTarget() {
    if (tokens.takeOperator("(")) {
      tokens.enter();
      Target inner = target();
      tokens.leave();
      tokens.expectOperator(")");
      return inner;
    }
    Token name = name();
    if (tokens.takeOperator(".")) {
      Token attribute = tokens.expect(Kind.NAME);
      return new Node.NamespaceEntry(name.at(), name.text(), attribute.text());
    }
    return new Node.Name(name.at(), name.text());
  }

  /** A name that can be assigned to. */
  Token name() {
    Token name = tokens.expect(Kind.NAME);
    switch (name.text()) {
      case "true", "True", "false", "False", "none", "None" ->
          throw tokens.error(name, "can't assign to '" + name.text() + "'");
      default -> {
        return name;
      }
    }
  }

  /** True if it assigns to a name. */
  static boolean assigns(Target target, String name) {
    return switch (target) {
      case Node.Name n -> n.name().equals(name);
      case Node.NamespaceEntry e -> false;
      case Node.TargetTuple t -> t.items().stream().anyMatch(item -> assigns(item, name));
    };
  }
}
