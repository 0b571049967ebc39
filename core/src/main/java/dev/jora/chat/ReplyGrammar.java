package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.chat.tools.ToolGrammar;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.FreeText;
import dev.jora.grammar.GbnfText;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarException;
import dev.jora.grammar.GrammarState;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Answers that are held to a grammar, while the thinking before them is free. What a reply may be
 * is a grammar too, made of the markers of a model's {@link ReasoningFormat}, and compiled once for
 * each place where a reply may begin. Any thread may use it.
 */
public final class ReplyGrammar {
  private static final String ANSWER = "answer";

  /** What models put between thinking and answer. */
  private static final String SPACE = "[ \\t\\n]{0,4}";

  private final Grammar answer;
  private final BiFunction<Grammar, BitSet, CompiledGrammar> compiler;

  /** True if the answer's grammar has the headers of messages, where there are such. */
  private final boolean headed;

  /** Where a reply may begin, and which control tokens are shown in it. */
  private record Beginning(Place place, BitSet shown) {}

  private final Map<Beginning, CompiledGrammar> compiled = new HashMap<>();

  /**
   * A grammar of answers of one model.
   *
   * @param compiler puts grammars together with the model's vocabulary, for texts that show control
   *     tokens of these ids
   */
  public ReplyGrammar(Grammar answer, BiFunction<Grammar, BitSet, CompiledGrammar> compiler) {
    this(answer, compiler, false);
  }

  private ReplyGrammar(
      Grammar answer, BiFunction<Grammar, BitSet, CompiledGrammar> compiler, boolean headed) {
    this.answer = answer;
    this.compiler = compiler;
    this.headed = headed;
  }

  /**
   * The grammar of answers that may call the tools which a format offers, or must.
   *
   * @throws dev.jora.chat.tools.ToolsException if a tool's schema cannot be enforced and must be,
   *     or all of them need too large a grammar
   */
  public static ReplyGrammar calling(
      ChatFormat format, BiFunction<Grammar, BitSet, CompiledGrammar> compiler) {
    String prompt = format.prompt(List.of(Message.user(ANSWER)), true).text().string();
    String begun = format.toolFormat().begunBy(prompt);
    String rules = ToolGrammar.rules("root", format.toolFormat(), format.tools(), begun);
    Grammar grammar = Grammar.parse(rules);
    try {
      grammar.positions();
    } catch (GrammarException e) {
      throw ToolGrammar.refused(format.toolFormat(), format.tools(), e);
    }
    return new ReplyGrammar(grammar, compiler, true);
  }

  /**
   * The state with which a reply begins.
   *
   * @param shown ids of control tokens that are text of a reply; others may not come
   * @throws dev.jora.grammar.GrammarException if the grammar cannot be used
   */
  synchronized GrammarState begin(ReasoningFormat format, Place place, BitSet shown) {
    return compiled
        .computeIfAbsent(
            new Beginning(place, shown), b -> compiler.apply(grammar(format, place), shown))
        .start();
  }

  private Grammar grammar(ReasoningFormat format, Place place) {
    boolean headers = headed && format.channels() != null;
    return Grammar.parse(
        headers ? headedReply(format, place) : reply(format, place), Map.of(ANSWER, answer));
  }

  /**
   * The state within a reply that has begun.
   *
   * @param begun its tokens
   * @throws ChatException if they do not fit
   */
  GrammarState goOn(ReasoningFormat format, Place place, int[] begun, BitSet shown) {
    GrammarState state = begin(format, place, shown);
    for (int id : begun) {
      state = fitting(state.accept(id));
    }
    return state;
  }

  /**
   * The state within an answer that has begun.
   *
   * @throws ChatException if what there is of it does not fit
   */
  GrammarState goOn(ReasoningFormat format, String begun, BitSet shown) {
    GrammarState start = begin(format, Place.ANSWER, shown);
    return fitting(start.accept(begun.getBytes(StandardCharsets.UTF_8)));
  }

  private static GrammarState fitting(GrammarState state) {
    if (state.isDead()) {
      throw new ChatException(
          "the answer cannot go on: what there is of it does not fit the grammar; have it answered"
              + " anew");
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
