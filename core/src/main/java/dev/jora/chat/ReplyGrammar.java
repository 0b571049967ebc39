package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.chat.tools.ToolGrammar;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.FreeText;
import dev.jora.grammar.GbnfText;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarState;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Answers that are held to a grammar, while the thinking before them is free. What a reply may be
 * is a grammar too, made of the markers of a model's {@link ReasoningFormat}, and compiled once for
 * each place where a reply may begin. Not for two threads at a time.
 */
public final class ReplyGrammar {
  private static final String ANSWER = "answer";

  /** What models put between thinking and answer. */
  private static final String SPACE = "[ \\t\\n]{0,4}";

  private final Grammar answer;
  private final Function<Grammar, CompiledGrammar> compiler;

  /** True if the answer's grammar has the headers of messages, where there are such. */
  private final boolean headed;

  private final Map<Place, CompiledGrammar> compiled = new EnumMap<>(Place.class);

  /**
   * A grammar of answers of one model.
   *
   * @param compiler puts grammars together with the model's vocabulary
   */
  public ReplyGrammar(Grammar answer, Function<Grammar, CompiledGrammar> compiler) {
    this(answer, compiler, false);
  }

  private ReplyGrammar(
      Grammar answer, Function<Grammar, CompiledGrammar> compiler, boolean headed) {
    this.answer = answer;
    this.compiler = compiler;
    this.headed = headed;
  }

  /**
   * The grammar of answers that may call the tools which a format offers, or must.
   *
   * @throws dev.jora.chat.tools.ToolsException if a tool's schema cannot be enforced and must be
   */
  public static ReplyGrammar calling(
      ChatFormat format, Function<Grammar, CompiledGrammar> compiler) {
    String prompt = format.prompt(List.of(Message.user(ANSWER)), true).text().string();
    String begun = format.toolFormat().begunBy(prompt);
    String rules = ToolGrammar.rules("root", format.toolFormat(), format.tools(), begun);
    return new ReplyGrammar(Grammar.parse(rules), compiler, true);
  }

  /**
   * The state with which a reply begins.
   *
   * @throws dev.jora.grammar.GrammarException if the grammar cannot be used
   */
  GrammarState begin(ReasoningFormat format, Place place) {
    return compiled
        .computeIfAbsent(
            place,
            p ->
                compiler.apply(
                    Grammar.parse(
                        headed && format.channels() != null
                            ? headedReply(format, p)
                            : reply(format, p),
                        Map.of(ANSWER, answer))))
        .start();
  }

  /**
   * The state within an answer that has begun.
   *
   * @throws ChatException if what there is of it does not fit
   */
  GrammarState goOn(ReasoningFormat format, String begun) {
    GrammarState state = begin(format, Place.ANSWER).accept(begun.getBytes(StandardCharsets.UTF_8));
    if (state.isDead()) {
      throw new ChatException(
          "the answer cannot go on: what there is of it does not fit the grammar");
    }
    return state;
  }

  /** What a reply may be, in GBNF, with the rule of the answer left out. */
  static String reply(ReasoningFormat format, Place place) {
    boolean plain = place == Place.ANSWER || format.opens().isEmpty();
    if (plain) {
      return "root ::= " + ANSWER + "\n";
    }
    String said = said(format);
    String think = FreeText.until("think", ends(format), "said") + "said ::= " + said + "\n";
    return switch (place) {
      case THINKING -> "root ::= think\n" + think;
      case CLOSED -> "root ::= " + said + "\n";
      default -> {
        yield "root ::= [ \\t\\n]{0,2} "
            + either(format.opens())
            + " think | "
            + header(format)
            + said
            + "\n"
            + think;
      }
    };
  }

  /** The same where the answer's grammar begins with a header, which says what follows. */
  private static String headedReply(ReasoningFormat format, Place place) {
    String think = FreeText.until("think", format.closes().subList(0, 1), ANSWER);
    return switch (place) {
      case THINKING -> "root ::= think\n" + think;
      case START -> "root ::= " + either(format.opens()) + " think | " + ANSWER + "\n" + think;
      case CLOSED, ANSWER -> "root ::= " + ANSWER + "\n";
    };
  }

  /** What ends thinking and begins the answer. */
  private static List<String> ends(ReasoningFormat format) {
    return format.channels() == null ? format.closes() : List.of(format.closing());
  }

  /** What stands before an answer without thinking, where every message has a header. */
  private static String header(ReasoningFormat format) {
    if (format.channels() == null) {
      return "";
    }
    String role = "assistant";
    String closing = format.closing();
    return GbnfText.literal(closing.substring(closing.indexOf(role) + role.length())) + " ";
  }

  /** The answer, alone or between markers that belong together. */
  private static String said(ReasoningFormat format) {
    List<String> opens = format.answerOpens();
    List<String> closes = format.answerCloses();
    StringBuilder said = new StringBuilder(format.channels() == null ? SPACE + " (" : "(");
    said.append(ANSWER).append(opens.isEmpty() ? optional(closes) : "");
    for (int i = 0; i < opens.size(); i++) {
      List<String> own = opens.size() == closes.size() ? closes.subList(i, i + 1) : closes;
      said.append(" | ").append(GbnfText.literal(opens.get(i))).append(" ");
      said.append(ANSWER).append(optional(own));
    }
    return said.append(")").toString();
  }

  private static String optional(List<String> markers) {
    return markers.isEmpty() ? "" : " " + either(markers) + "?";
  }

  private static String either(List<String> markers) {
    return markers.stream().map(GbnfText::literal).collect(Collectors.joining(" | ", "(", ")"));
  }
}
