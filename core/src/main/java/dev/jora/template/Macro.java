package dev.jora.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro or the body of a call block, with the scope it was made in. */
final class Macro implements Value.Thing {
  private final Interpreter interpreter;
  private final Node.Routine routine;
  private final Scope home;

  Macro(Interpreter interpreter, Node.Routine routine, Scope home) {
    this.interpreter = interpreter;
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
    Scope scope = interpreter.frame(home, routine.body());
    env.meter().enter();
    bind(env, call, scope);
    Text text = interpreter.text(routine.body(), scope);
    env.meter().leave();
    return Value.of(text);
  }

  private void bind(Env env, Builtin.Call call, Scope scope) {
    env.meter().steps(call.positional().size() + call.named().size());
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
                ? interpreter.evaluator().value(parameter.fallback(), scope)
                : new Value.Undefined("parameter '" + parameter.name() + "' was not provided");
      }
      scope.set(parameter.name(), value);
    }
    if (routine.usesCaller() && !hasCaller) {
      Value caller = named.remove("caller");
      scope.set("caller", caller != null ? caller : new Value.Undefined("No caller defined"));
    }
    bindRest(env, given, named, scope);
  }

  private void bindRest(Env env, List<Value> given, Map<String, Value> named, Scope scope) {
    int most = routine.parameters().size();
    if (routine.usesKwargs()) {
      Value.Dict kwargs = Value.Dict.empty();
      named.forEach((name, value) -> kwargs.put(env, Value.own(name), value));
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
