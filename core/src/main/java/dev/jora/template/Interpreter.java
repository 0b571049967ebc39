package dev.jora.template;

import dev.jora.template.Node.Stmt;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Does statements: puts text out, binds names, runs loops and macros. */
final class Interpreter {
  /** How a statement ended. */
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Env env;
  private final Source source;
  private final Evaluator evaluator;
  private final Parser.Parsed parsed;

  /** What blocks see: variables, and what the template's outermost statements have assigned. */
  private Scope context;

  Interpreter(Env env, Source source, Parser.Parsed parsed) {
    this.env = env;
    this.source = source;
    this.parsed = parsed;
    this.evaluator = new Evaluator(env, source);
  }

  /** What a template puts out. */
  Text render(Map<String, Value> variables) {
    Scope globals = new Scope(null, Functions.GLOBALS);
    Value self = new Blocks(parsed.blocks(), block -> block(block, context));
    Scope given = new Scope(new Scope(globals, Map.of("self", self)), variables);
    Map<String, Value> assigned = new HashMap<>();
    context = new Scope(given, assigned);
    return text(parsed.body(), new Scope(frame(given, parsed.body()), assigned));
  }

  Evaluator evaluator() {
    return evaluator;
  }

  /** A scope for the body of a frame. */
  Scope frame(Scope outer, List<Stmt> body) {
    Scope scope = new Scope(outer);
    for (String name : parsed.undefined().getOrDefault(body, Set.of())) {
      env.meter().steps(1);
      scope.set(name, new Value.Undefined("'" + name + "' is undefined"));
    }
    return scope;
  }

  /** What a block puts out, which sees no more than {@code outer}. */
  private Text block(Node.Block block, Scope outer) {
    if (block.required()) {
      throw new Fault("Required block '" + block.name() + "' not found");
    }
    return text(block.body(), frame(outer, block.body()));
  }

  /** What statements put out. */
  Text text(List<Stmt> body, Scope scope) {
    Text.Builder out = env.builder();
    run(body, scope, out);
    return out.build();
  }

  private Flow run(List<Stmt> body, Scope scope, Text.Builder out) {
    for (Stmt statement : body) {
      Flow flow = run(statement, scope, out);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Stmt node, Scope scope, Text.Builder out) {
    try {
      env.meter().enter();
      Flow flow = execute(node, scope, out);
      env.meter().leave();
      return flow;
    } catch (Fault e) {
      throw source.error(node.at(), e.getMessage(), e);
    }
  }

  private Flow execute(Stmt node, Scope scope, Text.Builder out) {
    switch (node) {
      case Node.Data d -> out.add(d.text());
      case Node.Print p -> out.add(env.str(evaluator.value(p.value(), scope)));
      case Node.If i -> {
        return runIf(i, scope, out);
      }
      case Node.For f -> {
        Value items = evaluator.value(f.items(), scope);
        loop(f, items, scope, 0, out);
      }
      case Node.Set s -> assign(s.target(), evaluator.value(s.value(), scope), scope);
      case Node.Capture c -> {
        return capture(c, scope, out);
      }
      case Node.Macro m -> scope.set(m.routine().name(), new Macro(this, m.routine(), scope));
      case Node.CallBlock c -> callBlock(c, scope, out);
      case Node.With w -> {
        return with(w, scope, out);
      }
      case Node.Block b -> out.add(block(b, b.scoped() ? scope : context));
      case Node.Break b -> {
        return Flow.BREAK;
      }
      case Node.Continue c -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private Flow runIf(Node.If node, Scope scope, Text.Builder out) {
    for (Node.Branch branch : node.branches()) {
      if (evaluator.value(branch.test(), scope).isTrue()) {
        return run(branch.body(), scope, out);
      }
    }
    return run(node.otherwise(), scope, out);
  }

  private void loop(Node.For node, Value values, Scope outer, int depth, Text.Builder out) {
    Iterator<Value> items = env.iterator(values);
    if (node.filter() != null) {
      items =
          Iterators.filtered(
              items,
              item -> {
                Scope scope = new Scope(outer);
                assign(node.target(), item, scope);
                return evaluator.value(node.filter(), scope).isTrue();
              });
    }
    Loop loop = new Loop(env, node.filter() == null ? values : null, items, depth);
    if (node.recursive()) {
      loop.recursion = more -> recursion(node, more, outer, depth + 1);
    }
    boolean completed = false; // a turn, without break and continue
    Flow flow = Flow.NEXT;
    while (flow != Flow.BREAK && loop.next()) {
      Scope scope = frame(outer, node.body());
      scope.set("loop", loop);
      assign(node.target(), loop.current(), scope);
      flow = run(node.body(), scope, out);
      completed |= flow == Flow.NEXT;
    }
    if (!completed) {
      run(node.otherwise(), frame(outer, node.otherwise()), out);
    }
  }

  private Value recursion(Node.For node, Value values, Scope outer, int depth) {
    Text.Builder out = env.builder();
    env.meter().enter();
    loop(node, values, outer, depth, out);
    env.meter().leave();
    return Value.of(out.build());
  }

  private void assign(Node.Target target, Value value, Scope scope) {
    switch (target) {
      case Node.Name n -> scope.set(n.name(), value);
      case Node.NamespaceEntry e -> {
        if (!(scope.get(e.name()) instanceof Value.Namespace namespace)) {
          throw new Fault("cannot assign attribute on non-namespace object");
        }
        namespace.entries().put(e.attribute(), value);
      }
      case Node.TargetTuple t -> unpack(t, value, scope);
    }
  }

  private void unpack(Node.TargetTuple targets, Value value, Scope scope) {
    if (!Env.isIterable(value)) {
      throw new Fault("cannot unpack non-iterable " + value.type() + " object");
    }
    List<Value> items = env.items(value);
    int expected = targets.items().size();
    if (items.size() < expected) {
      throw new Fault(
          "not enough values to unpack (expected " + expected + ", got " + items.size() + ")");
    }
    if (items.size() > expected) {
      throw new Fault("too many values to unpack (expected " + expected + ")");
    }
    for (int i = 0; i < expected; i++) {
      assign(targets.items().get(i), items.get(i), scope);
    }
  }

  private Flow capture(Node.Capture node, Scope outer, Text.Builder out) {
    Scope scope = frame(outer, node.body());
    Text.Builder body = env.builder();
    Flow flow = run(node.body(), scope, body);
    if (flow != Flow.NEXT) {
      return flow;
    }
    scope.set(Node.BODY, Value.of(body.build()));
    Value value = evaluator.value(node.value(), scope);
    if (node.target() == null) {
      if (!(value instanceof Value.Str)) {
        throw new Fault("a filter block must become a string, not " + value.type());
      }
      out.add(env.str(value));
    } else {
      assign(node.target(), value, outer);
    }
    return Flow.NEXT;
  }

  private Flow with(Node.With node, Scope outer, Text.Builder out) {
    Scope scope = frame(outer, node.body());
    for (Node.Assignment assignment : node.assignments()) {
      assign(assignment.target(), evaluator.value(assignment.value(), outer), scope);
    }
    return run(node.body(), scope, out);
  }

  private void callBlock(Node.CallBlock node, Scope scope, Text.Builder out) {
    Value function = evaluator.value(node.call().function(), scope);
    Builtin.Call call = evaluator.arguments(node.call().arguments(), scope);
    call.named().put("caller", new Macro(this, node.caller(), scope));
    out.add(env.str(evaluator.call(function, call)));
  }
}
