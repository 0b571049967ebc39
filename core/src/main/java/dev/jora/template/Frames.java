package dev.jora.template;

import dev.jora.template.Node.Expr;
import dev.jora.template.Node.Stmt;
import dev.jora.template.Node.Target;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Jinja's compiler makes of names. Templates, loops, macros, {@code with}, captured blocks and
 * blocks are frames. A name that a frame assigns to before it reads it there is the frame's own,
 * and undefined until then: also for frames within it, and where a variable has that name.
 */
final class Frames {
  /** Names of a frame: true if it is undefined at first. */
  private static final class Names {
    final Names outer;
    final Names before; // what was known where a branch begins, or null
    final Map<String, Boolean> known = new HashMap<>();
    final Set<String> assigned = new HashSet<>();

    Names(Names outer) {
      this(outer, null);
    }

    private Names(Names outer, Names before) {
      this.outer = outer;
      this.before = before;
    }

    /** What a branch adds to what is known now. */
    Names branch() {
      return new Names(outer, this);
    }

    private boolean isKnown(String name) {
      return known.containsKey(name) || before != null && before.isKnown(name);
    }

    private boolean isKnownOutside(String name) {
      return outer != null && (outer.isKnown(name) || outer.isKnownOutside(name));
    }

    private boolean isAssigned(String name) {
      return assigned.contains(name) || before != null && before.isAssigned(name);
    }

    void read(String name) {
      if (!isKnown(name) && !isKnownOutside(name)) {
        known.put(name, false);
      }
    }

    void assign(String name) {
      assigned.add(name);
      if (!isKnown(name)) {
        known.put(name, !isKnownOutside(name));
      }
    }

    void parameter(String name) {
      assigned.add(name);
      known.put(name, false);
    }

    /** What is assigned to in one branch only keeps its value in the others. */
    void join(List<Names> branches) {
      Set<String> added = new HashSet<>();
      for (Names branch : branches) {
        known.putAll(branch.known);
        branch.assigned.stream().filter(name -> !isAssigned(name)).forEach(added::add);
      }
      assigned.addAll(added);
      added.forEach(name -> known.put(name, false));
    }
  }

  private final Map<List<Stmt>, Set<String>> undefined = new IdentityHashMap<>();

  private Frames() {}

  /**
   * For the bodies of frames the names that are undefined at first; none where a body is absent.
   */
  static Map<List<Stmt>, Set<String>> undefined(List<Stmt> template) {
    Frames frames = new Frames();
    frames.frame(template, new Names(null));
    return frames.undefined;
  }

  private void frame(List<Stmt> body, Names names) {
    visit(body, names);
    Set<String> first = new HashSet<>(names.known.keySet());
    first.removeIf(name -> !names.known.get(name));
    if (!first.isEmpty()) {
      undefined.put(body, first);
    }
    body.forEach(statement -> inner(statement, names));
  }

  /** Frames within a frame, all of whose names are known. */
  private void inner(Stmt statement, Names names) {
    switch (statement) {
      case Node.If i -> {
        i.branches().forEach(branch -> branch.body().forEach(s -> inner(s, names)));
        i.otherwise().forEach(s -> inner(s, names));
      }
      case Node.For f -> {
        Names body = new Names(names);
        body.parameter("loop");
        parameters(f.target(), body);
        frame(f.body(), body);
        frame(f.otherwise(), new Names(names));
      }
      case Node.Macro m -> routine(m.routine(), names);
      case Node.CallBlock c -> routine(c.caller(), names);
      case Node.With w -> {
        Names body = new Names(names);
        w.assignments().forEach(assignment -> parameters(assignment.target(), body));
        frame(w.body(), body);
      }
      case Node.Capture c -> frame(c.body(), new Names(names));
      case Node.Block b -> frame(b.body(), new Names(null));
      default -> {}
    }
  }

  private void routine(Node.Routine routine, Names outer) {
    Names names = new Names(outer);
    for (Node.Parameter parameter : routine.parameters()) {
      names.parameter(parameter.name());
    }
    routine.parameters().forEach(parameter -> read(parameter.fallback(), names));
    frame(routine.body(), names);
  }

  private static void visit(List<Stmt> body, Names names) {
    for (Stmt statement : body) {
      switch (statement) {
        case Node.Print p -> read(p.value(), names);
        case Node.If i -> branches(i, names);
        case Node.For f -> read(f.items(), names);
        case Node.Set s -> {
          read(s.value(), names);
          assign(s.target(), names);
        }
        case Node.Macro m -> names.assign(m.routine().name());
        case Node.CallBlock c -> read(c.call(), names);
        case Node.With w -> w.assignments().forEach(a -> read(a.value(), names));
        case Node.Capture c when c.target() == null -> read(c.value(), names);
        case Node.Capture c -> assign(c.target(), names);
        case Node.Data d -> {}
        case Node.Block b -> {}
        case Node.Break b -> {}
        case Node.Continue c -> {}
      }
    }
  }

  private static void branches(Node.If node, Names names) {
    Node.Branch first = node.branches().getFirst();
    read(first.test(), names);
    Names then = names.branch();
    visit(first.body(), then);
    Names elifs = names.branch();
    for (Node.Branch branch : node.branches().subList(1, node.branches().size())) {
      read(branch.test(), elifs);
      Names body = elifs.branch();
      visit(branch.body(), body);
      elifs.join(List.of(body));
    }
    Names otherwise = names.branch();
    visit(node.otherwise(), otherwise);
    names.join(List.of(then, elifs, otherwise));
  }

  private static void assign(Target target, Names names) {
    switch (target) {
      case Node.Name n -> names.assign(n.name());
      case Node.NamespaceEntry e -> names.read(e.name());
      case Node.TargetTuple t -> t.items().forEach(item -> assign(item, names));
    }
  }

  private static void parameters(Target target, Names names) {
    switch (target) {
      case Node.Name n -> names.parameter(n.name());
      case Node.NamespaceEntry e -> names.read(e.name());
      case Node.TargetTuple t -> t.items().forEach(item -> parameters(item, names));
    }
  }

  /** Long sums nest deeply: what is left to do stands in a queue. */
  private static void read(Expr root, Names names) {
    Deque<Expr> left = new ArrayDeque<>();
    push(left, root);
    while (!left.isEmpty()) {
      switch (left.pop()) {
        case Node.Name n -> names.read(n.name());
        case Node.Const c -> {}
        case Node.ListOf l -> left.addAll(l.items());
        case Node.TupleOf t -> left.addAll(t.items());
        case Node.DictOf d -> {
          left.addAll(d.keys());
          left.addAll(d.values());
        }
        case Node.Attribute a -> push(left, a.of());
        case Node.Item i -> push(left, i.of(), i.key());
        case Node.Slice s -> push(left, s.from(), s.to(), s.step());
        case Node.Call c -> push(left, c.function(), c.arguments());
        case Node.Filter f -> push(left, f.input(), f.arguments());
        case Node.Test t -> push(left, t.input(), t.arguments());
        case Node.Not n -> push(left, n.operand());
        case Node.Sign s -> push(left, s.operand());
        case Node.Binary b -> push(left, b.left(), b.right());
        case Node.Logic l -> push(left, l.left(), l.right());
        case Node.Concat c -> left.addAll(c.parts());
        case Node.Compare c -> {
          push(left, c.first());
          c.rest().forEach(operand -> push(left, operand.right()));
        }
        case Node.Conditional c -> push(left, c.test(), c.then(), c.otherwise());
      }
    }
  }

  private static void push(Deque<Expr> left, Expr first, Node.Arguments arguments) {
    push(left, first, arguments.star(), arguments.starStar());
    left.addAll(arguments.positional());
    arguments.named().forEach(keyword -> push(left, keyword.value()));
  }

  private static void push(Deque<Expr> left, Expr... nodes) {
    for (Expr node : nodes) {
      if (node != null) {
        left.push(node);
      }
    }
  }
}
