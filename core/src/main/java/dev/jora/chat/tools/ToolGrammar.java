package dev.jora.chat.tools;

import dev.jora.chat.tools.ToolFormat.Several;
import dev.jora.grammar.FreeText;
import dev.jora.grammar.GbnfText;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarException;
import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of an answer, thinking aside, that may call tools: text, at every place of which
 * calls may begin; or calls only, where there must be one.
 */
public final class ToolGrammar {
  /** Of more tools than these any name begins a call where calls are bare objects. */
  private static final int MOST_NAMES = 16;

  private final String rule;
  private final ToolFormat format;
  private final Tools tools;
  private final boolean begun;
  private final StringBuilder rules = new StringBuilder();

  private ToolGrammar(String rule, ToolFormat format, Tools tools, boolean begun) {
    this.rule = rule;
    this.format = format;
    this.tools = tools;
    this.begun = begun;
  }

  /**
   * Rules for the answer.
   *
   * @param rule the name of the rule; others begin with it and a hyphen
   * @param tools of which some can be called
   * @param begun what the prompt ends with that belongs to the first call; see {@link
   *     ToolFormat#begunBy}
   * @return rules in GBNF
   */
  public static String rules(String rule, ToolFormat format, Tools tools, String begun) {
    return new ToolGrammar(rule, format, tools, !begun.isEmpty()).text();
  }

  /**
   * Why a grammar of these rules cannot be used: with the tool that takes most of it, and where.
   *
   * @param cause what the grammar was refused for
   */
  public static ToolsException refused(ToolFormat format, Tools tools, GrammarException cause) {
    Tool largest = null;
    int most = 0;
    for (Tool tool : tools.callable()) {
      int size = most < Grammar.MAX_POSITIONS ? positions(format, tool) : 0;
      if (size > most) {
        largest = tool;
        most = size;
      }
    }
    String why = "the calls of the tools cannot be used as a grammar: " + cause.reason();
    if (largest == null) {
      return new ToolsException(why, cause);
    }
    String at = ToolSchemas.largest(largest);
    boolean alone = most > Grammar.MAX_POSITIONS / 2;
    String what = "tool '" + largest.name() + "'" + (at.isEmpty() ? "" : ", JSON schema, at " + at);
    return new ToolsException(
        alone
            ? what + ": this takes most of the grammar of calls, and " + cause.reason()
            : why
                + "; offer fewer than "
                + tools.callable().size()
                + " tools, of which "
                + what
                + " takes most",
        cause);
  }

  /** Positions of the grammar of one tool; as many as there may be where these are too many. */
  private static int positions(ToolFormat format, Tool tool) {
    Tools alone = new Tools(List.of(tool), ToolChoice.REQUIRED, false);
    try {
      return Grammar.parse(rules("root", format, alone, "")).positions();
    } catch (GrammarException e) {
      return Grammar.MAX_POSITIONS;
    }
  }

  private String text() {
    List<Tool> callable = tools.callable();
    CallGrammar calls = new CallGrammar(rule, format);
    List<String> names = new ArrayList<>();
    for (Tool tool : callable) {
      names.add(calls.add(tool));
    }
    add("-call", String.join(" | ", names));
    add("-space", "[ \\t\\n]{0,8}");
    String first = sections(begun);
    add("-calls", first + " " + rule + "-space");
    if (tools.choice().isForced()) {
      String leads =
          String.join(" | ", format.traits().leads().stream().map(GbnfText::literal).toList());
      String lead = leads.isEmpty() ? "" : "( " + leads + " )? ";
      add("", rule + "-space " + lead + rule + "-calls");
    } else if (begun) {
      String name = GbnfText.literal(format.traits().text() + "\n");
      add("", name + " " + rule + "-text | " + rule + "-calls");
      add("-later", sections(false) + " " + rule + "-space");
      rules.append(FreeText.without(rule + "-text", format.triggers(), rule + "-later"));
    } else {
      rules.append(FreeText.without(rule, triggers(callable), rule + "-calls"));
    }
    return rules.append(calls.rules()).toString();
  }

  private void add(String name, String body) {
    rules.append(rule).append(name).append(" ::= ").append(body).append('\n');
  }

  private List<String> triggers(List<Tool> callable) {
    List<String> triggers = new ArrayList<>(format.triggers());
    if (format.traits().bare()) {
      List<String> names =
          callable.size() > MOST_NAMES
              ? List.of("")
              : callable.stream().map(tool -> tool.name() + "\"").toList();
      for (String name : names) {
        triggers.add("{\"name\": \"" + name);
        triggers.add("{\"name\":\"" + name);
      }
    }
    return triggers;
  }

  /**
   * All calls.
   *
   * @param begun true: without what the first begins with
   */
  private String sections(boolean begun) {
    String ws = rule + "-space";
    String call = rule + "-call";
    boolean several = tools.parallel() && format.several() != Several.NONE;
    String all =
        switch (format.several()) {
          case NONE, SECTIONS -> call;
          case SEQUENCE -> several ? call + " ( " + ws + " " + call + " )*" : call;
          case ARRAY ->
              String.join(
                  " ",
                  "\"[\"",
                  ws,
                  call,
                  several ? "( " + ws + " \",\" " + ws + " " + call + " )*" : "",
                  ws,
                  "\"]\"");
        };
    String section = opening() + all + closing();
    if (format.several() != Several.SECTIONS) {
      return section;
    }
    String head = format.opens().isEmpty() && !isObject() ? quotedHead() + " " : "";
    String more = several ? " ( " + ws + " " + head + section + " )*" : "";
    return (begun ? "" : head) + section + more;
  }

  private boolean isObject() {
    return format.call() instanceof CallSyntax.JsonCall;
  }

  private String quotedHead() {
    return GbnfText.literal(format.head().literal());
  }

  private String opening() {
    if (format.opens().isEmpty()) {
      return "";
    }
    String opens =
        String.join(
            " | ", format.opens().stream().map(String::strip).map(GbnfText::literal).toList());
    String optional = format.traits().bare() ? " )? " : " ) ";
    return "( " + opens + optional + rule + "-space ";
  }

  private String closing() {
    return format.close().isBlank()
        ? ""
        : " " + rule + "-space " + GbnfText.literal(format.close().strip());
  }
}
