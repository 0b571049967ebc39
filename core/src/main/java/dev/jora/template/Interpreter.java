package dev.jora.template;

import dev.jora.template.Node.Stmt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** The scope of the template's outermost statements. */
  private Scope top;

  Interpreter(Env env, Source source) {
    this.env = env;
    this.source = source;
    this.evaluator = new Evaluator(env, source);
  }

  /** What a template puts out. */
  Text render(Parser.Parsed template, Map<String, Value> variables) {
    Scope globals = new Scope(null, Functions.GLOBALS);
    Value self = new Blocks(template.blocks(), block -> block(block, top));
    Scope given = new Scope(new Scope(globals, Map.of("self", self)), variables);
    top = new Scope(given);
    return text(template.body(), top);
  }

  /** What a block puts out, which sees no more than {@code outer}. */
  private Text block(Node.Block block, Scope outer) {
    if (block.required()) {
      throw new Fault("Required block '" + block.name() + "' not found");
    }
    return text(block.body(), new Scope(outer));
  }

  private Text text(List<Stmt> body, Scope scope) {
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
      case Node.Macro m -> scope.set(m.routine().name(), new Macro(m.routine(), scope));
      case Node.CallBlock c -> callBlock(c, scope, out);
      case Node.With w -> {
        return with(w, scope, out);
      }
      case Node.Block b -> out.add(block(b, b.scoped() ? scope : top));
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
    while (loop.next()) {
      Scope scope = new Scope(outer);
      scope.set("loop", loop);
      assign(node.target(), loop.current(), scope);
      if (run(node.body(), scope, out) == Flow.BREAK) {
        break;
      }
    }
    if (loop.isEmpty()) {
      run(node.otherwise(), new Scope(outer), out);
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
    Scope scope = new Scope(outer);
    Text.Builder body = env.builder();
    Flow flow = run(node.body(), scope, body);
    if (flow != Flow.NEXT) {
      return flow;
    }
    scope.set(Node.BODY, Value.of(body.build()));
    Value value = evaluator.value(node.value(), scope);
    if (node.target() == null) {
      out.add(env.str(value));
    } else {
      assign(node.target(), value, outer);
    }
    return Flow.NEXT;
  }

  private Flow with(Node.With node, Scope outer, Text.Builder out) {
    Scope scope = new Scope(outer);
    for (Node.Assignment assignment : node.assignments()) {
      assign(assignment.target(), evaluator.value(assignment.value(), outer), scope);
    }
    return run(node.body(), scope, out);
  }

  private void callBlock(Node.CallBlock node, Scope scope, Text.Builder out) {
    Value function = evaluator.value(node.call().function(), scope);
    Builtin.Call call = evaluator.arguments(node.call().arguments(), scope);
    call.named().put("caller", new Macro(node.caller(), scope));
    out.add(env.str(evaluator.call(function, call)));
  }

  /** A macro or the body of a call block, with the scope it was made in. */
  private final class Macro implements Value.Thing {
    private final Node.Routine routine;
    private final Scope home;

    Macro(Node.Routine routine, Scope home) {
      this.routine = routine;
      this.home = home;
    }

    @Override
    public String type() {
      return "jinja2.runtime.Macro";
    }

    @Override
    public String shown() {
      return "<Macro '" + routine.name() + "'>";
    }

    @Override
    public Value attribute(String name) {
      return switch (name) {
        case "name" -> Value.own(routine.name());
        case "arguments" -> {
          List<Value> names = new ArrayList<>();
          routine.parameters().forEach(p -> names.add(Value.own(p.name())));
          yield new Value.Seq(Value.Kind.TUPLE, names);
        }
        case "catch_kwargs" -> Value.of(routine.usesKwargs());
        case "catch_varargs" -> Value.of(routine.usesVarargs());
        case "caller" -> Value.of(routine.usesCaller());
        default -> null;
      };
    }

    @Override
    public Value call(Env env, Builtin.Call call) {
      Scope scope = new Scope(home);
      env.meter().enter();
      bind(call, scope);
      Text text = text(routine.body(), scope);
      env.meter().leave();
      return Value.of(text);
    }

    private void bind(Builtin.Call call, Scope scope) {
      List<Value> given = call.positional();
      Map<String, Value> named = new LinkedHashMap<>(call.named());
      List<Node.Parameter> parameters = routine.parameters();
      boolean hasCaller = false;
      for (int i = 0; i < parameters.size(); i++) {
        Node.Parameter parameter = parameters.get(i);
        hasCaller |= parameter.name().equals("caller");
        Value value = i < given.size() ? given.get(i) : named.remove(parameter.name());
        if (value == null) {
          value =
              parameter.fallback() != null
                  ? evaluator.value(parameter.fallback(), scope)
                  : new Value.Undefined("parameter '" + parameter.name() + "' was not provided");
        }
        scope.set(parameter.name(), value);
      }
      if (routine.usesCaller() && !hasCaller) {
        Value caller = named.remove("caller");
        scope.set("caller", caller != null ? caller : new Value.Undefined("No caller defined"));
      }
      bindRest(given, named, scope);
    }

    private void bindRest(List<Value> given, Map<String, Value> named, Scope scope) {
      int most = routine.parameters().size();
      if (routine.usesKwargs()) {
        Value.Dict kwargs = Value.Dict.empty();
        named.forEach((name, value) -> kwargs.put(Value.own(name), value));
        scope.set("kwargs", kwargs);
      } else if (!named.isEmpty()) {
        String first = named.keySet().iterator().next();
        throw new Fault("macro '" + routine.name() + "' takes no keyword argument '" + first + "'");
      }
      if (routine.usesVarargs()) {
        List<Value> rest = given.subList(Math.min(most, given.size()), given.size());
        scope.set("varargs", new Value.Seq(Value.Kind.TUPLE, List.copyOf(rest)));
      } else if (given.size() > most) {
        throw new Fault(
            "macro '" + routine.name() + "' takes not more than " + most + " argument(s)");
      }
    }
  }
}
