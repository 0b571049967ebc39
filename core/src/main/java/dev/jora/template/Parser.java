package dev.jora.template;

import dev.jora.template.Node.Expr;
import dev.jora.template.Node.Stmt;
import dev.jora.template.Node.Target;
import dev.jora.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Statements: data, {@code {{ }}} and the tags. */
final class Parser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final OperandParser operands;
  private final Targets targets;
  private final Map<String, Node.Block> blocks = new HashMap<>();
  private int loops; // around the current place, within its macro

  private Parser(Source source) {
    this.tokens = new Tokens(source);
    this.expressions = new ExpressionParser(tokens);
    this.operands = expressions.operands();
    this.targets = new Targets(tokens);
  }

  /**
   * What a template is.
   *
   * @param blocks statements that are blocks, by their names
   * @param undefined names of frames, see {@link Frames}
   */
  record Parsed(
      List<Stmt> body, Map<String, Node.Block> blocks, Map<List<Stmt>, Set<String>> undefined) {}

  /**
   * Parses a template.
   *
   * @throws TemplateException where it is not well-formed
   */
  static Parsed parse(Source source) {
    Parser parser = new Parser(source);
    List<Stmt> body = parser.statements();
    if (!parser.tokens.peek().is(Kind.END)) {
      Token tag = parser.tokens.peek();
      throw parser.tokens.error(tag, "Encountered unknown tag " + tag.words());
    }
    return new Parsed(body, parser.blocks, Frames.undefined(body));
  }

  /** Statements up to the end, or to a tag that only its opener knows, whose name is next. */
  private List<Stmt> statements() {
    List<Stmt> body = new ArrayList<>();
    while (!tokens.peek().is(Kind.END)) {
      Token token = tokens.take();
      switch (token.kind()) {
        case DATA -> body.add(new Node.Data(token.at(), Text.trusted(token.text())));
        case VARIABLE_BEGIN -> {
          body.add(new Node.Print(token.at(), expressions.tuple()));
          tokens.expect(Kind.VARIABLE_END);
        }
        default -> {
          Token name = tokens.peek();
          if (!name.is(Kind.NAME)) {
            throw tokens.unexpected("a tag name");
          }
          if (!statement(name, body)) {
            return body;
          }
          tokens.expect(Kind.BLOCK_END);
        }
      }
    }
    return body;
  }

  /** Parses a tag up to its end; false if it is none that begins a statement. */
  private boolean statement(Token tag, List<Stmt> body) {
    switch (tag.text()) {
      case "if" -> body.add(ifStatement());
      case "for" -> body.add(forStatement());
      case "set" -> body.add(set());
      case "macro" -> body.add(macro());
      case "call" -> body.add(callBlock());
      case "filter" -> body.add(filterBlock());
      case "with" -> body.add(with());
      case "print" -> print(body);
      case "break", "continue" -> body.add(jump());
      case "block" -> body.add(block());
      case "generation" -> {
        tokens.take();
        body.add(new Node.With(tag.at(), List.of(), body("endgeneration")));
        tokens.take();
      }
      case "extends", "include", "import", "from" ->
          throw tokens.error(tag, "'" + tag.text() + "': a chat template has no other to load");
      case "autoescape" -> body.add(unescaped());
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The statements between the end of this tag and one of these names, which is next then. */
  private List<Stmt> body(String... ends) {
    tokens.takeOperator(":");
    tokens.expect(Kind.BLOCK_END);
    tokens.enter();
    List<Stmt> body = statements();
    tokens.leave();
    for (String end : ends) {
      if (tokens.peek().isName(end)) {
        return body;
      }
    }
    Token found = tokens.peek();
    throw tokens.error(
        found,
        found.is(Kind.END)
            ? "Unexpected end of template: expected '" + String.join("' or '", ends) + "'"
            : "Encountered unknown tag "
                + found.words()
                + ": expected '"
                + String.join("' or '", ends)
                + "'");
  }

  private Stmt ifStatement() {
    int at = tokens.peek().at();
    List<Node.Branch> branches = new ArrayList<>();
    while (tokens.takeName("if") || tokens.takeName("elif")) {
      Expr test = expressions.tupleWithoutConditions();
      branches.add(new Node.Branch(test, body("elif", "else", "endif")));
    }
    List<Stmt> otherwise = tokens.takeName("else") ? body("endif") : List.of();
    tokens.take();
    return new Node.If(at, branches, otherwise);
  }

  private Stmt forStatement() {
    int at = tokens.take().at();
    Token first = tokens.peek();
    Target target = targets.target();
    if (Targets.assigns(target, "loop")) {
      throw tokens.error(first, "Can't assign to special loop variable in for-loop target");
    }
    tokens.expectName("in");
    Expr items = expressions.tupleWithoutConditions();
    Expr filter = tokens.takeName("if") ? expressions.expression() : null;
    boolean recursive = tokens.takeName("recursive");
    loops++;
    List<Stmt> body = body("endfor", "else");
    loops--;
    List<Stmt> otherwise = tokens.takeName("else") ? body("endfor") : List.of();
    tokens.take();
    return new Node.For(at, target, items, filter, recursive, body, otherwise);
  }

  private Stmt set() {
    int at = tokens.take().at();
    Target target = targets.target();
    if (tokens.takeOperator("=")) {
      return new Node.Set(at, target, expressions.tuple());
    }
    Expr value = operands.filters(new Node.Name(at, Node.BODY));
    List<Stmt> body = body("endset");
    tokens.take();
    return new Node.Capture(at, target, value, body);
  }

  private Stmt macro() {
    int at = tokens.take().at();
    String name = targets.name().text();
    Node.Routine routine = routine(name, parameters(), "endmacro");
    return new Node.Macro(at, routine);
  }

  private Stmt callBlock() {
    int at = tokens.take().at();
    List<Node.Parameter> parameters = tokens.peek().isOperator("(") ? parameters() : List.of();
    if (!(expressions.expression() instanceof Node.Call call)) {
      throw tokens.error(tokens.peek(), "expected call");
    }
    return new Node.CallBlock(at, routine("caller", parameters, "endcall"), call);
  }

  private List<Node.Parameter> parameters() {
    tokens.expectOperator("(");
    List<Node.Parameter> parameters = new ArrayList<>();
    while (!tokens.takeOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      Token name = targets.name();
      Expr fallback = tokens.takeOperator("=") ? expressions.expression() : null;
      if (fallback == null && !parameters.isEmpty() && parameters.getLast().fallback() != null) {
        throw tokens.error(name, "non-default argument follows default argument");
      }
      parameters.add(new Node.Parameter(name.text(), fallback));
    }
    return parameters;
  }

  private Node.Routine routine(String name, List<Node.Parameter> parameters, String end) {
    int outer = loops;
    loops = 0;
    Set<String> before = operands.swapNamesRead(new HashSet<>());
    List<Stmt> body = body(end);
    Set<String> read = operands.swapNamesRead(before);
    before.addAll(read);
    loops = outer;
    tokens.take();
    return new Node.Routine(
        name,
        parameters,
        body,
        read.contains("caller"),
        read.contains("kwargs"),
        read.contains("varargs"));
  }

  private Stmt filterBlock() {
    int at = tokens.take().at();
    Expr value = operands.filters(operands.filter(new Node.Name(at, Node.BODY)));
    List<Stmt> body = body("endfilter");
    tokens.take();
    return new Node.Capture(at, null, value, body);
  }

  private Stmt with() {
    int at = tokens.take().at();
    List<Node.Assignment> assignments = new ArrayList<>();
    while (!tokens.peek().is(Kind.BLOCK_END)) {
      if (!assignments.isEmpty()) {
        tokens.expectOperator(",");
      }
      Target target = targets.target();
      tokens.expectOperator("=");
      assignments.add(new Node.Assignment(target, expressions.expression()));
    }
    List<Stmt> body = body("endwith");
    tokens.take();
    return new Node.With(at, assignments, body);
  }

  private void print(List<Stmt> body) {
    int at = tokens.take().at();
    boolean first = true;
    while (!tokens.peek().is(Kind.BLOCK_END)) {
      if (!first) {
        tokens.expectOperator(",");
      }
      first = false;
      body.add(new Node.Print(at, expressions.expression()));
    }
  }

  private Stmt jump() {
    Token word = tokens.take();
    if (loops == 0) {
      throw tokens.error(word, "'" + word.text() + "' outside of a loop");
    }
    return word.isName("break") ? new Node.Break(word.at()) : new Node.Continue(word.at());
  }

  /** {@code autoescape false}, which things are anyway. */
  private Stmt unescaped() {
    Token tag = tokens.take();
    boolean off = expressions.expression() instanceof Node.Const c && c.value().equals(Value.FALSE);
    if (!off) {
      throw tokens.error(tag, "'autoescape' other than false is not supported");
    }
    List<Stmt> body = body("endautoescape");
    tokens.take();
    return new Node.With(tag.at(), List.of(), body);
  }

  private Stmt block() {
    int at = tokens.take().at();
    Token name = tokens.expect(Kind.NAME);
    if (blocks.put(name.text(), new Node.Block(at, name.text(), false, false, List.of())) != null) {
      throw tokens.error(name, "block '" + name.text() + "' defined twice");
    }
    boolean scoped = tokens.takeName("scoped");
    boolean required = tokens.takeName("required");
    int outer = loops;
    loops = 0;
    List<Stmt> body = body("endblock");
    loops = outer;
    if (required && !body.stream().allMatch(Parser::isBlank)) {
      throw tokens.error(name, "Required blocks can only contain comments or whitespace");
    }
    tokens.take();
    tokens.takeName(name.text());
    Node.Block block = new Node.Block(at, name.text(), scoped, required, body);
    blocks.put(name.text(), block);
    return block;
  }

  private static boolean isBlank(Stmt statement) {
    return statement instanceof Node.Data data && data.text().string().isBlank();
  }
}
