package dev.jora.template;

import java.util.List;

/** The tree of a template. {@code at} is where a node stands in the source. */
sealed interface Node {
  int at();

  /** What has a value. */
  sealed interface Expr extends Node {}

  /** What is done. */
  sealed interface Stmt extends Node {}

  /** What can be assigned to. */
  sealed interface Target extends Node {}

  record Const(int at, Value value) implements Expr {}

  record Name(int at, String name) implements Expr, Target {}

  record NamespaceEntry(int at, String name, String attribute) implements Target {}

  record TargetTuple(int at, List<Target> items) implements Target {}

  record ListOf(int at, List<Expr> items) implements Expr {}

  record TupleOf(int at, List<Expr> items) implements Expr {}

  record DictOf(int at, List<Expr> keys, List<Expr> values) implements Expr {}

  record Attribute(int at, Expr of, String name) implements Expr {}

  record Item(int at, Expr of, Expr key) implements Expr {}

  /** Only as the key of an {@link Item}; absent parts are null. */
  record Slice(int at, Expr from, Expr to, Expr step) implements Expr {}

  record Call(int at, Expr function, Arguments arguments) implements Expr {}

  record Filter(int at, Expr input, String name, Arguments arguments) implements Expr {}

  record Test(int at, Expr input, String name, Arguments arguments) implements Expr {}

  record Not(int at, Expr operand) implements Expr {}

  record Sign(int at, boolean negative, Expr operand) implements Expr {}

  record Binary(int at, Arithmetic operator, Expr left, Expr right) implements Expr {}

  /** {@code and}, {@code or}. */
  record Logic(int at, boolean and, Expr left, Expr right) implements Expr {}

  record Concat(int at, List<Expr> parts) implements Expr {}

  record Compare(int at, Expr first, List<Operand> rest) implements Expr {}

  record Operand(Comparison operator, Expr right) {}

  /** {@code otherwise} may be null. */
  record Conditional(int at, Expr test, Expr then, Expr otherwise) implements Expr {}

  record Keyword(String name, Expr value) {}

  /** Arguments of a call; {@code star} and {@code starStar} may be null. */
  record Arguments(List<Expr> positional, List<Keyword> named, Expr star, Expr starStar) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), null, null);
  }

  record Data(int at, Text text) implements Stmt {}

  record Print(int at, Expr value) implements Stmt {}

  record Branch(Expr test, List<Stmt> body) {}

  record If(int at, List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

  /** {@code filter} may be null. */
  record For(
      int at,
      Target target,
      Expr items,
      Expr filter,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise)
      implements Stmt {}

  record Set(int at, Target target, Expr value) implements Stmt {}

  /** Renders {@code body}, binds {@link #BODY} to it and assigns or prints {@code value}. */
  record Capture(int at, Target target, Expr value, List<Stmt> body) implements Stmt {}

  /** The name of a captured body: none that a template can spell. */
  String BODY = "<body>";

  /** A parameter; without a default {@code fallback} is null. */
  record Parameter(String name, Expr fallback) {}

  /** What macros and call blocks share. */
  record Routine(
      String name,
      List<Parameter> parameters,
      List<Stmt> body,
      boolean usesCaller,
      boolean usesKwargs,
      boolean usesVarargs) {}

  record Macro(int at, Routine routine) implements Stmt {}

  record CallBlock(int at, Routine caller, Call call) implements Stmt {}

  record Assignment(Target target, Expr value) {}

  /** A scope of its own: {@code with}, and what only groups. */
  record With(int at, List<Assignment> assignments, List<Stmt> body) implements Stmt {}

  /**
   * A part that {@code self} can render again.
   *
   * @param scoped true if it sees the names of the loops and macros around it
   * @param required true if another template had to define it, of which there is none
   */
  record Block(int at, String name, boolean scoped, boolean required, List<Stmt> body)
      implements Stmt {}

  record Break(int at) implements Stmt {}

  record Continue(int at) implements Stmt {}
}
