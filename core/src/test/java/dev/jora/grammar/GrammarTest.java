package dev.jora.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Grammars on the vocabulary of the demo model: which texts they take, and what is wrong. */
class GrammarTest {
  private static Tokenizer tokenizer;
  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokenizer = Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));
    tokens = new GrammarTokens(tokenizer);
  }

  private static CompiledGrammar compile(String gbnf) {
    return new CompiledGrammar(Grammar.parse(gbnf), tokens);
  }

  private static boolean takes(String gbnf, String text) {
    return compile(gbnf).start().accept(text.getBytes(StandardCharsets.UTF_8)).isAccepting();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "root ::= \"a\" b* ~ 1 ~ 14 ~ no rule 'b'",
        "start ::= \"a\" ~ 1 ~ 1 ~ no rule 'root'",
        "`` ~ 1 ~ 1 ~ no rule 'root'",
        "root ::= \"x\"|root ~ 1 ~ 1 ~ root → root",
        "root ::= \"abc ~ 1 ~ 10 ~ closing '\"'",
        "root ::= [abc ~ 1 ~ 10 ~ closing ']'",
        "root ::= (\"a\" ~ 1 ~ 14 ~ ')' of the group",
        "root ::= \"a\" ) ~ 1 ~ 14 ~ found ')'",
        "root ::= \"a\"{3,1} ~ 1 ~ 13 ~ more repetitions than it allows",
        "root ::= \"a\"{,3} ~ 1 ~ 14 ~ a number of repetitions",
        "root ::= \"a\"{3 ~ 1 ~ 15 ~ '}'",
        "root ::= \"a\"{99999999999} ~ 1 ~ 14 ~ at most",
        "root ::= \"abc\"{600000} ~ 1 ~ 15 ~ too large",
        "root ::= * ~ 1 ~ 10 ~ no item before",
        "root ::= \"\\q\" ~ 1 ~ 11 ~ unknown escape",
        "root ::= \"\\x4\" ~ 1 ~ 14 ~ 2 hexadecimal digits",
        "root ::= \"\\U00110000\" ~ 1 ~ 11 ~ no character above",
        "root ::= [z-a] ~ 1 ~ 11 ~ must ascend",
        "root ::= [] ~ 1 ~ 10 ~ must name a character",
        "root ::= a_b ~ 1 ~ 11 ~ '_' cannot stand",
        "root = \"a\" ~ 1 ~ 6 ~ '::='",
        "root ::= <[99999999]> ~ 1 ~ 10 ~ no token 99999999",
        "root ::= <no such token> ~ 1 ~ 10 ~ is no token",
        "root ::= <x ~ 1 ~ 10 ~ closing '>'",
        "root ::= !\"a\" ~ 1 ~ 11 ~ a token",
      })
  void faultsNameTheirPlace(String gbnf, int line, int column, String message) {
    GrammarException e = assertThrows(GrammarException.class, () -> compile(gbnf));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(line + ":" + column, e.line() + ":" + e.column(), e.getMessage());
  }

  @Test
  void messagesAreOneShortLine() {
    String name = "a".repeat(100_000);
    for (String gbnf :
        List.of(
            "root ::= " + name,
            "root ::= " + name + "\n" + name + " ::= " + name,
            "root ::= " + name + "\n" + name + " ::= (",
            "root ::= <" + name + ">",
            "root ::= \"\\\n\"",
            "root ::= \"\\\u0007\"")) {
      GrammarException e = assertThrows(GrammarException.class, () -> compile(gbnf));
      assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
      assertTrue(e.getMessage().length() < 1000, () -> e.getMessage().length() + " characters");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesEndAsTheyLike(String newline) {
    String gbnf = "# one" + newline + "root ::= a |" + newline + " \"b\"" + newline + "a ::= \"x\"";
    assertTrue(takes(gbnf, "x"));
    assertTrue(takes(gbnf, "b"));
    GrammarException e = assertThrows(GrammarException.class, () -> compile(gbnf + newline + " |"));
    assertEquals("5:2", e.line() + ":" + e.column(), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= a\na ::= b? root | \"y\"\nb ::= \"z\"",
        "root ::= \"x\"\na ::= b \"z\"\nb ::= c* a\nc ::= \"\"",
        "root ::= ((root))? \"x\""
      })
  void leftRecursionIsRefusedWhereverItHides(String gbnf) {
    GrammarException e = assertThrows(GrammarException.class, () -> compile(gbnf));
    assertTrue(e.getMessage().contains("left-recursive"), e.getMessage());
  }

  @Test
  void repetitionsOfNothingEnd() {
    assertTrue(takes("root ::= (\"a\"?)* \"b\"", "aab"));
    assertTrue(takes("root ::= x* \"b\"\nx ::= \"a\"*", "aab"));
    assertTrue(takes("root ::= (() ()){900000}", ""));
    assertTrue(takes("root ::= [a-c]{2,4}?", "abca"));
    assertFalse(takes("root ::= [a-c]{2,4}", "abcab"));
  }

  @Test
  void nothingIsTooDeepForTheStack() {
    for (String open : List.of("(", "\"a\" (", "(\"a\" | ")) {
      String gbnf = "root ::= " + open.repeat(100_000) + "\"x\"" + ")".repeat(100_000);
      assertThrows(GrammarException.class, () -> compile(gbnf));
      String fine = "root ::= " + open.repeat(300) + "\"x\"" + ")".repeat(300);
      compile(fine).start().mask();
    }
    assertThrows(GrammarException.class, () -> compile("root ::= \"x\"" + "?".repeat(100_000)));
    compile("root ::= \"x\"" + "?".repeat(300)).start().mask();
    StringBuilder chain = new StringBuilder("root ::= r0\n");
    for (int i = 0; i < 20_000; i++) {
      chain.append("r").append(i).append(" ::= r").append(i + 1).append(" \"\"\n");
    }
    assertTrue(takes(chain + "r20000 ::= \"x\"", "x"));
    String nested = "root ::= \"(\" root \")\" | \"x\"";
    assertTrue(takes(nested, "(".repeat(50_000) + "x" + ")".repeat(50_000)));
  }

  @Test
  void aStateIsNeverChanged() {
    GrammarState start = compile("root ::= \"ab\" | \"ac\"").start();
    long before = start.mask().count();
    GrammarState a = start.accept(new byte[] {'a'});
    assertTrue(a.accept(new byte[] {'b'}).isAccepting());
    assertTrue(a.accept(new byte[] {'c'}).isAccepting());
    assertTrue(a.accept(new byte[] {'d'}).isDead());
    assertEquals(before, start.mask().count());
  }

  @Test
  void tokensMayBeAskedForByIdAndByName() {
    int eos = tokenizer.vocab().eos();
    int first = tokenizer.encode("the", false, false)[0];
    GrammarState byId = compile("root ::= <[" + first + "]> \"!\"").start();
    assertEquals(List.of(first), byId.mask().ids().boxed().toList());
    assertFalse(byId.accept(first).isDead());
    assertTrue(byId.accept(first + 1).isDead());
    GrammarState other = compile("root ::= !<[" + first + "]>").start();
    assertFalse(other.mask().allows(first));
    assertFalse(other.mask().allows(eos), "the end of the text is no other token");
    assertTrue(other.mask().count() > 100);
    String name = tokenizer.vocab().text(eos);
    if (name.startsWith("<")) {
      GrammarState special = compile("root ::= \"a\" " + name + " \"b\"").start();
      GrammarState next = special.accept(new byte[] {'a'});
      assertEquals(List.of(eos), next.mask().ids().boxed().toList());
      assertTrue(next.accept(eos).accept(new byte[] {'b'}).isAccepting());
    }
  }

  @Test
  void theEndOfTheTextIsAllowedWhereItMayEnd() {
    int eos = tokenizer.vocab().eos();
    GrammarState start = compile("root ::= \"a\"*").start();
    assertTrue(start.mask().allows(eos));
    assertFalse(compile("root ::= \"a\"+").start().mask().allows(eos));
    assertTrue(compile("root ::= \"a\"+").start().accept(eos).isDead());
    GrammarState ended = start.accept(eos);
    assertTrue(ended.isAccepting());
    assertTrue(ended.mask().ids().allMatch(tokenizer.vocab()::isEog));
  }

  /** Each stack is twice as many after each byte. */
  @Test
  void ambiguityIsBounded() {
    GrammarState start = compile("root ::= \"x\" root \"a\" | \"x\" root \"b\" | \"x\"").start();
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThrows(
                GrammarException.class,
                () -> start.accept("x".repeat(100).getBytes(StandardCharsets.UTF_8))));
  }

  private static final List<String> SEEDS =
      List.of(
          "root ::= [a-z]+ \"-\" [^a-z\\n]{2,4}",
          "root ::= \"a\"? \"b\"* \"c\"+ \"d\"{2} \"e\"{1,} (\"f\" | .){0,2}",
          "root ::= expr\n"
              + "expr ::= term ((\"+\" | \"-\") term)*\n"
              + "term ::= [0-9]+ | \"(\" expr \")\"",
          "root ::= (\"(\" root \")\" | \"[\" root \"]\")* # nested",
          "root ::= \"\\u4F60\" | [\\x30-\\x39\\]\\-]+ | <[5]> | !<[7]> x-y\nx-y ::= (\n\"k\" | )");

  /** A working grammar or a clear error, in bounded time. */
  @Test
  void mutantsWorkOrFailClearly() {
    String signs = "()[]{}|*+?\"\\.,:=^-<>!# \n\r\tab019xuU_é";
    Random random = new Random(17);
    int working = 0;
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder(SEEDS.get(i % SEEDS.size()));
      for (int n = random.nextInt(4); n >= 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.insert(at, signs.charAt(random.nextInt(signs.length())));
          case 1 -> text.deleteCharAt(at);
          case 2 -> text.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
          default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 9)));
        }
      }
      working += works(text.toString(), random) ? 1 : 0;
    }
    assertTrue(working > 100 && working < 1900, working + " of 2000 work");
  }

  private static boolean works(String gbnf, Random random) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          try {
            GrammarState state = compile(gbnf).start();
            for (int i = 0; i < 8 && !state.isDead(); i++) {
              TokenMask mask = state.mask();
              if (mask.count() > 0) {
                int skipped = random.nextInt(mask.count());
                int id = mask.ids().skip(skipped).findFirst().orElseThrow();
                state = state.accept(id);
                assertFalse(state.isDead(), gbnf + ": an allowed token is accepted");
              }
            }
            return true;
          } catch (GrammarException e) {
            assertTrue(e.line() >= 1 && e.column() >= 1, e.getMessage());
            return false;
          }
        },
        gbnf);
  }
}
