package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarTokens;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Automata as GBNF: what the grammar takes is what the automaton says of the decoded text. */
class DfaRulesTest {
  private static final String LETTERS = "ab/\"\\\n\t\u0001\u001f\u007fé😀]-^[ 0";

  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokens =
        new GrammarTokens(Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf"))));
  }

  private static CompiledGrammar compile(String rules) {
    return new CompiledGrammar(Grammar.parse("root ::= a\n" + rules), tokens);
  }

  private static boolean takes(CompiledGrammar grammar, String text) {
    return grammar.start().accept(text.getBytes(StandardCharsets.UTF_8)).isAccepting();
  }

  static List<Dfa> languages() {
    return List.of(
        Dfa.any(),
        Dfa.length(0, 0),
        Dfa.length(1, 1),
        Dfa.length(2, -1),
        Dfa.length(1, 3),
        Dfa.length(3, 4).or(Dfa.length(1, 1)),
        Dfa.of(List.of("a", "ab", "\"", "b/", "]-^[", "😀é\\", "\n\u0001", "")),
        Dfa.of(List.of("ab", "\t")).not(),
        Regex.parse("ab"),
        Regex.parse("^a+b*/?$"),
        Regex.parse("^(?!a).{1,3}$"),
        Regex.parse("^[\\]\\-^[]{2}"),
        Regex.parse("^[^a\"]*$"),
        Regex.parse("^(ab|b)*$"),
        Regex.parse("^[\\0-\\x1f]+$"),
        Regex.parse("^[\\0-\\x07\\x1f]$"),
        Regex.parse("\\bé|\\\\"),
        Regex.parse("^\\P{L}{1,2}$"),
        Regex.parse("^(a|b😀){2,3}$"));
  }

  private static String text(Random random) {
    int[] letters = LETTERS.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(5); length > 0; length--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }

  /** One of the ways in which JSON may write a text, those that the grammar promises to take. */
  private static String json(String text, Random random) {
    StringBuilder json = new StringBuilder("\"");
    for (int c : text.codePoints().toArray()) {
      int escape = "\"\\/\b\f\n\r\t".indexOf(c);
      String hex = random.nextBoolean() ? "\\u%04x" : "\\u%04X";
      if (c < ' ' && (escape < 0 || random.nextBoolean())) {
        json.append(hex.formatted(c));
      } else if (escape >= 0 && (c != '/' || random.nextBoolean())) {
        json.append('\\').append("\"\\/bfnrt".charAt(escape));
      } else {
        json.appendCodePoint(c);
      }
    }
    return json.append('"').toString();
  }

  @ParameterizedTest
  @MethodSource("languages")
  void stringsAreTakenByTheirValues(Dfa dfa) throws IOException {
    CompiledGrammar grammar = compile(dfa.jsonString("a"));
    Random random = new Random(5);
    ObjectMapper mapper = new ObjectMapper();
    for (int i = 0; i < 1500; i++) {
      String text = text(random);
      String json = json(text, random);
      assertEquals(text, mapper.readValue(json, String.class));
      assertEquals(dfa.matches(text), takes(grammar, json), json);
      if (takes(grammar, "\"" + text + "\"")) { // raw, and so perhaps of another value
        String value = mapper.readValue("\"" + text + "\"", String.class);
        assertTrue(dfa.matches(value), text);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void plainTextsAreTakenAsTheyAre(Dfa dfa) {
    CompiledGrammar grammar = compile(dfa.plain("a"));
    Random random = new Random(6);
    for (int i = 0; i < 1500; i++) {
      String text = text(random);
      assertEquals(dfa.matches(text), takes(grammar, text), text);
    }
  }

  @Test
  void anEscapeIsOneCharacterAndNeverHalfAPair() {
    CompiledGrammar one = compile(Dfa.length(1, 1).jsonString("a"));
    for (String escape :
        List.of("\\u00e9", "\\ud83d\\uDE00", "\\uD800\\uDFFF", "\\uE000", "\\ud7ff", "\\\"", "/")) {
      assertTrue(takes(one, "\"" + escape + "\""), escape);
    }
    for (String escape :
        List.of(
            "\\ud83d", "\\uDE00", "\\uDE00\\ud83d", "\\uD83Da", "\\uD83D\\u0041", "\\x", "\\u00")) {
      assertTrue(!takes(one, "\"" + escape + "\""), escape);
      assertTrue(!takes(compile(Dfa.length(2, 2).jsonString("a")), "\"" + escape + "\""), escape);
    }
  }

  @Test
  void lengthsAndChainsAreShort() {
    assertTrue(
        Dfa.length(3, 1000).jsonString("a").startsWith("a ::= \"\\\"\" a-char{3,1000} \"\\\"\"\n"));
    assertTrue(Dfa.any().jsonString("a").startsWith("a ::= \"\\\"\" a-char* \"\\\"\"\n"));
    assertEquals(
        "a ::= \"\\\"\" [0-9]{4} \"-x\" [a-z]{1,20} \"\\\"\"\n",
        Regex.parse("^\\d{4}-x[a-z]{1,20}$").jsonString("a"));
    assertEquals("a ::= \"\\\"yes\\\"\"\n", Dfa.of(List.of("yes")).jsonString("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "date",
        "date-time",
        "time",
        "duration",
        "uuid",
        "email",
        "ipv6",
        "uri",
        "hostname"
      })
  void formatsAreGrammarsOfModestSize(String format) {
    String rules = Formats.of(format).jsonString("a");
    compile(rules).start().mask();
    assertTrue(rules.length() < 100_000, format + ": " + rules.length());
  }

  @Test
  void numbersAreGrammars() {
    Dfa range =
        Numbers.written(Numbers.number(new BigDecimal("-2.5"), true, BigDecimal.TEN, false, null));
    CompiledGrammar grammar = compile(range.plain("a"));
    for (String text : List.of("-2.4999", "10", "10.0", "0", "-0", "9.99")) {
      assertTrue(takes(grammar, text), text);
    }
    for (String text : List.of("-2.5", "10.01", "11", "100", "-3", "1e0", "")) {
      assertTrue(!takes(grammar, text), text);
    }
  }

  @Test
  void nothingHasNoRules() {
    assertThrows(IllegalStateException.class, () -> Dfa.none().jsonString("a"));
  }
}
