package dev.jora.template;

import dev.jora.template.Node.Expr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives expressions their values. */
final class Evaluator {
  private final Env env;
  private final Source source;

  Evaluator(Env env, Source source) {
    this.env = env;
    this.source = source;
  }

  /** The value of an expression; what goes wrong is told with the place of the innermost node. */
  Value value(Expr node, Scope scope) {
    try {
      env.meter().enter();
      Value value = evaluate(node, scope);
      env.meter().leave();
      return value;
    } catch (Fault e) {
      throw source.error(node.at(), e.getMessage(), e);
    }
  }

  private Value evaluate(Expr node, Scope scope) {
    return switch (node) {
      case Node.Const c -> c.value();
      case Node.Name n -> {
        Value value = scope.get(n.name());
        yield value != null ? value : new Value.Undefined("'" + n.name() + "' is undefined");
      }
      case Node.ListOf l -> Value.list(values(l.items(), scope));
      case Node.TupleOf t -> new Value.Seq(Value.Kind.TUPLE, values(t.items(), scope));
      case Node.DictOf d -> dict(d, scope);
      case Node.Attribute a -> Access.attribute(env, value(a.of(), scope), a.name());
      case Node.Item i -> item(i, scope);
      case Node.Slice s -> throw new Fault("a slice stands in brackets only");
      case Node.Call c -> call(c, scope);
      case Node.Filter f -> filter(f, scope);
      case Node.Test t -> test(t, scope);
      case Node.Not n -> Value.of(!value(n.operand(), scope).isTrue());
      case Node.Sign s -> sign(s, value(s.operand(), scope));
      case Node.Binary b -> binary(b, scope);
      case Node.Logic l -> {
        Value left = value(l.left(), scope);
        yield left.isTrue() == l.and() ? value(l.right(), scope) : left;
      }
      case Node.Concat c -> concat(c, scope);
      case Node.Compare c -> compare(c, scope);
      case Node.Conditional c -> conditional(c, scope);
    };
  }

  private List<Value> values(List<Expr> nodes, Scope scope) {
    List<Value> values = new ArrayList<>(nodes.size());
    for (Expr node : nodes) {
      values.add(value(node, scope));
    }
    return values;
  }

  private Value dict(Node.DictOf node, Scope scope) {
    Value.Dict dict = Value.Dict.empty();
    for (int i = 0; i < node.keys().size(); i++) {
      dict.put(env, value(node.keys().get(i), scope), value(node.values().get(i), scope));
    }
    return dict;
  }

  private Value item(Node.Item node, Scope scope) {
    Value of = value(node.of(), scope);
    if (node.key() instanceof Node.Slice s) {
      return Access.slice(
          env, of, part(s.from(), scope), part(s.to(), scope), part(s.step(), scope));
    }
    return Access.item(env, of, value(node.key(), scope));
  }

  private Value part(Expr node, Scope scope) {
    return node == null ? Value.NONE : value(node, scope);
  }

  private Value call(Node.Call node, Scope scope) {
    Value function = value(node.function(), scope);
    return call(function, arguments(node.arguments(), scope));
  }

  /** Calls a value. */
  Value call(Value function, Builtin.Call arguments) {
    return switch (function) {
      case Value.Thing thing -> thing.call(env, arguments);
      case Value.Undefined u -> throw new Fault(u.message());
      default -> throw new Fault("'" + function.type() + "' object is not callable");
    };
  }

  /** The values of arguments. */
  Builtin.Call arguments(Node.Arguments node, Scope scope) {
    List<Value> positional = values(node.positional(), scope);
    Map<String, Value> named = new LinkedHashMap<>();
    for (Node.Keyword keyword : node.named()) {
      if (named.put(keyword.name(), value(keyword.value(), scope)) != null) {
        throw new Fault("keyword argument repeated: " + keyword.name());
      }
    }
    if (node.star() != null) {
      positional.addAll(env.items(value(node.star(), scope)));
    }
    if (node.starStar() != null) {
      Value more = value(node.starStar(), scope);
      if (!(more instanceof Value.Dict dict)) {
        throw new Fault("argument after ** must be a mapping, not " + more.type());
      }
      for (Value.Dict.Entry entry : dict.entries().values()) {
        env.meter().steps(1);
        if (!(entry.key() instanceof Value.Str name)) {
          throw new Fault("keywords must be strings");
        }
        if (named.put(name.string(), entry.value()) != null) {
          throw new Fault("got multiple values for keyword argument '" + name.string() + "'");
        }
      }
    }
    return new Builtin.Call(positional, named);
  }

  private Value filter(Node.Filter node, Scope scope) {
    Builtin filter = Filters.get(node.name());
    Value input = value(node.input(), scope);
    return filter.call(env, arguments(node.arguments(), scope).after(input));
  }

  private Value test(Node.Test node, Scope scope) {
    Builtin test = Tests.get(node.name());
    Value input = value(node.input(), scope);
    return test.call(env, arguments(node.arguments(), scope).after(input));
  }

  private static Value sign(Node.Sign node, Value value) {
    return switch (value) {
      case Value.Undefined u -> throw new Fault(u.message());
      case Value.Real r -> node.negative() ? new Value.Real(-r.value()) : r;
      default -> {
        if (!Numbers.isInt(value)) {
          String sign = node.negative() ? "-" : "+";
          throw new Fault("bad operand type for unary " + sign + ": '" + value.type() + "'");
        }
        yield new Value.Int(node.negative() ? Numbers.big(value).negate() : Numbers.big(value));
      }
    };
  }

  /** Long sums lean to the left: their spine is walked, not climbed into. */
  private Value binary(Node.Binary node, Scope scope) {
    Deque<Node.Binary> spine = new ArrayDeque<>();
    Expr first = node;
    while (first instanceof Node.Binary b) {
      spine.push(b);
      first = b.left();
    }
    Value left = value(first, scope);
    for (Node.Binary operation : spine) {
      Value right = value(operation.right(), scope);
      try {
        env.meter().steps(1);
        left = operation.operator().apply(env, left, right);
      } catch (Fault e) {
        throw source.error(operation.at(), e.getMessage(), e);
      }
    }
    return left;
  }

  private Value concat(Node.Concat node, Scope scope) {
    Text.Builder out = env.builder();
    for (Expr part : node.parts()) {
      out.add(env.str(value(part, scope)));
    }
    return Value.of(out.build());
  }

  private Value compare(Node.Compare node, Scope scope) {
    Value left = value(node.first(), scope);
    for (Node.Operand operand : node.rest()) {
      Value right = value(operand.right(), scope);
      if (!operand.operator().apply(env, left, right)) {
        return Value.FALSE;
      }
      left = right;
    }
    return Value.TRUE;
  }

  private Value conditional(Node.Conditional node, Scope scope) {
    if (value(node.test(), scope).isTrue()) {
      return value(node.then(), scope);
    }
    return node.otherwise() != null
        ? value(node.otherwise(), scope)
        : new Value.Undefined(
            "the inline if-expression evaluated to false and no else section was defined.");
  }
}
