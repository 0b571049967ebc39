package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thinking is free, and the answer behind it held to the grammar, in the markers of each family.
 */
class ReplyGrammarTest {
  private static final Grammar YES = Grammar.parse("root ::= \"yes\" | \"no\"");
  private static final BitSet NO_TOKENS = new BitSet();
  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokens =
        new GrammarTokens(Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf"))));
  }

  static Stream<ReasoningFormat> formats() {
    return ReasoningFormats.all().stream();
  }

  private static GrammarState after(ReasoningFormat format, Place place, String reply) {
    return new ReplyGrammar(YES, (grammar, shown) -> new CompiledGrammar(grammar, tokens))
        .begin(format, place, NO_TOKENS)
        .accept(reply.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void answersFollowThinking(ReasoningFormat format) {
    String thought = "Is it? <b> { no }, yes [1].\n";
    String open = format.opens().getFirst();
    String closing = format.closing();
    for (String answer : List.of("yes", "no")) {
      assertTrue(after(format, Place.THINKING, thought + closing + answer).isAccepting());
      assertTrue(after(format, Place.START, open + thought + closing + answer).isAccepting());
      assertTrue(after(format, Place.START, "\n" + open + closing + answer).isAccepting());
      assertTrue(after(format, Place.CLOSED, answer).isAccepting());
      assertTrue(after(format, Place.ANSWER, answer).isAccepting());
    }
    assertFalse(after(format, Place.THINKING, thought).isAccepting());
    assertFalse(after(format, Place.THINKING, "yes").isAccepting());
    assertTrue(after(format, Place.THINKING, thought + closing + "perhaps").isDead());
    assertTrue(after(format, Place.START, "perhaps").isDead());
    assertTrue(after(format, Place.ANSWER, open + thought).isDead());
  }

  /** What the splitter makes of a reply that the grammar takes is the answer that it allows. */
  @ParameterizedTest
  @MethodSource("formats")
  void theSplitterFindsTheAnswer(ReasoningFormat format) {
    String reply = format.opens().getFirst() + "hm" + format.closing() + "yes";
    assertTrue(after(format, Place.START, reply).isAccepting());
    assertEquals("yes", content(format, reply));
    for (String close : format.answerCloses()) {
      if (after(format, Place.START, reply + close).isAccepting()) {
        assertEquals("yes", content(format, reply + close));
      }
    }
    for (String header : List.of("", " to=user<|message|>", "<|channel|>final<|message|>")) {
      if (after(format, Place.START, header + "no").isAccepting()) {
        assertEquals("no", content(format, header + "no"));
      }
    }
  }

  private static String content(ReasoningFormat format, String reply) {
    StringBuilder content = new StringBuilder();
    ReplySplitter splitter =
        ReplySplitter.of(
            format,
            Place.START,
            new ReplySplitter.Sink() {
              @Override
              public void thinking(String text) {}

              @Override
              public void content(String text) {
                content.append(text);
              }
            });
    splitter.accept(reply);
    splitter.finish();
    return content.toString().strip();
  }

  /** Or thinking that is ended after its budget would be outside the grammar. */
  @ParameterizedTest
  @MethodSource("formats")
  void whatClosesThinkingIsMadeOfMarkersThatAreShown(ReasoningFormat format) {
    Stream<List<String>> markers = Stream.of(format.opens(), format.closes(), format.answerOpens());
    if (format.channels() != null) {
      markers =
          Stream.concat(
              markers, Stream.of(format.channels().headers(), format.channels().bodies()));
    }
    String rest = format.closing();
    for (String marker : markers.flatMap(List::stream).toList()) {
      rest = rest.replace(marker, "");
    }
    assertTrue(rest.matches("[a-z\\s=]*"), rest);
  }

  @Test
  void modelsThatDoNotThinkAnswerAtOnce() {
    assertTrue(after(ReasoningFormat.NONE, Place.START, "yes").isAccepting());
    assertTrue(after(ReasoningFormat.NONE, Place.START, " yes").isDead());
  }

  @Test
  void anAnswerThatHasBegunGoesOn() {
    ReplyGrammar grammar = new ReplyGrammar(YES, (g, shown) -> new CompiledGrammar(g, tokens));
    assertTrue(grammar.goOn(ReasoningFormats.common(), "ye", NO_TOKENS).mask().count() > 0);
    assertTrue(grammar.goOn(ReasoningFormats.common(), "no", NO_TOKENS).isAccepting());
    assertThrows(
        ChatException.class, () -> grammar.goOn(ReasoningFormats.common(), "maybe", NO_TOKENS));
  }

  @Test
  void compilesOnceForEachPlace() {
    AtomicInteger compiled = new AtomicInteger();
    CompiledGrammar any = new CompiledGrammar(YES, tokens);
    ReplyGrammar grammar =
        new ReplyGrammar(
            YES,
            (g, shown) -> {
              compiled.incrementAndGet();
              return any;
            });
    for (Place place : Place.values()) {
      grammar.begin(ReasoningFormats.common(), place, NO_TOKENS);
      grammar.begin(ReasoningFormats.common(), place, NO_TOKENS);
    }
    assertEquals(Place.values().length, compiled.get());
  }
}
