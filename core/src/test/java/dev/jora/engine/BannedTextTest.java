package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.fault.ParameterException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.Utf8;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.kernel.KernelSelector;
import dev.jora.sampling.AdaptiveP;
import dev.jora.sampling.Dry;
import dev.jora.sampling.Mirostat;
import dev.jora.sampling.NoTokenException;
import dev.jora.sampling.Penalties;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What else happens to texts with banned phrases. */
class BannedTextTest {
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static TestModel model;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.from(GgufFile.readMetadata(DEMO));
    model = new TestModel(DEMO, KernelSelector.best().kernels(), 2, GgmlType.F16, 64, 96);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static int[] encode(String text) {
    return tokenizer.encode(text, false, false);
  }

  /** The token of a letter. */
  private static int token(char letter) {
    String wanted = String.valueOf(letter);
    return IntStream.range(0, tokenizer.vocab().size())
        .filter(id -> Utf8.decode(tokenizer.piece(id, false)).equals(wanted))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Logits that like letters in an order that depends on the text; '$' is the end, and others
   * cannot come.
   */
  private static Function<int[], float[]> script(UnaryOperator<String> likes) {
    return ids -> {
      String order = likes.apply(Utf8.decode(tokenizer.decode(ids, false)));
      float[] logits = new float[model.model.vocabularySize()];
      Arrays.fill(logits, Float.NEGATIVE_INFINITY);
      for (int i = 0; i < order.length(); i++) {
        char letter = order.charAt(i);
        logits[letter == '$' ? tokenizer.vocab().eos() : token(letter)] = -i;
      }
      return logits;
    };
  }

  private static SamplerChain greedy(GrammarState root) {
    VocabularyTexts texts = new VocabularyTexts(tokenizer, model.model.vocabularySize());
    SamplerChain chain = new SamplerChain(SamplingParams.GREEDY, texts);
    chain.hold(root);
    return chain;
  }

  private static Generator.Options options(int tokens, List<String> stops, String... banned) {
    return new Generator.Options(tokens, stops, id -> false, 4)
        .withBanned(new BannedPhrases(List.of(banned), false));
  }

  private static BanUser user(Generator.Options options) {
    return new BanUser(model, tokenizer, encode("Once"), greedy(null), options);
  }

  private static Generation text(Generator.Options options, UnaryOperator<String> likes) {
    try (BanUser user = user(options).run(script(likes))) {
      Generation g = user.stream.result();
      assertEquals(g.text(), user.shown.toString());
      return g;
    }
  }

  @Test
  void aModelThatInsistsDoesNotHang() {
    String[] phrases =
        ALPHABET
            .chars()
            .mapToObj(c -> (char) c + "1")
            .toArray(String[]::new); // more than are tried
    int[] draws = new int[1];
    UnaryOperator<String> insists =
        text -> {
          draws[0]++;
          boolean letter = !text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1));
          return letter ? "12" + ALPHABET : ALPHABET;
        };
    Generation g = text(options(20, List.of(), phrases), insists);
    assertEquals(StopReason.LIMIT, g.stop());
    assertTrue(g.text().startsWith("G2"), g.text()); // the 33rd letter keeps its place
    assertFalse(g.text().matches(".*[a-zA-Z]1.*"), g.text());
    assertTrue(draws[0] < 20 * 34, "asked " + draws[0]);
  }

  @Test
  void manyTokensOfOnePlaceAreRefusedTogether() {
    Generation g = text(options(5, List.of(), ALPHABET.split("")), text -> ALPHABET + "7");
    assertEquals("77777", g.text());
    String[] all = (ALPHABET + "7").split("");
    try (BanUser user = user(options(5, List.of(), all)).run(script(text -> ALPHABET + "7"))) {
      assertInstanceOf(NoTokenException.class, user.stream.fault());
    }
    assertEquals("", text(options(5, List.of(), all), text -> ALPHABET + "7$").text());
  }

  @Test
  void whatIsHeldBackIsShownAtTheEnd() {
    UnaryOperator<String> abc = text -> "abc$".substring(Math.min(2, text.length())) + "d$";
    assertEquals("ab", text(options(2, List.of(), "abc"), abc).text());
    assertEquals(
        "ab", text(options(9, List.of(), "abc"), text -> "ab$".substring(text.length())).text());
    try (BanUser user = user(options(9, List.of(), "abcd"))) {
      user.run(
          script(
              text -> {
                if (text.length() == 2) {
                  assertEquals("", user.shown.toString());
                  user.stream.cancel();
                }
                return "abc".substring(text.length());
              }));
      assertEquals(StopReason.INTERRUPTED, user.stream.stop());
      assertEquals("ab", user.stream.result().text());
    }
  }

  @Test
  void stopStringsEndATextThatIsHeldBack() {
    UnaryOperator<String> lines = text -> "a\nb".substring(Math.min(2, text.length())) + "c";
    Generation g = text(options(9, List.of("\n"), "\nb", "a\nc"), lines);
    assertEquals("a", g.text());
    assertEquals("\n", g.stopWord());
    assertEquals(2, g.ids().length);
    // A phrase before the stop string is one; one that the stop string cuts is none.
    UnaryOperator<String> abc = text -> "abc".substring(Math.min(2, text.length())) + "d";
    UnaryOperator<String> bc = text -> text.isEmpty() ? "ab" : text.equals("b") ? "c" : "bc";
    assertEquals("b", text(options(3, List.of("c"), "ab"), bc).text());
    assertEquals("a", text(options(9, List.of("bc"), "abc"), abc).text());
  }

  /** Going back may complete a stop string whose beginning had seemed to be none. */
  @Test
  void noPartOfAStopStringIsShownAfterGoingBack() {
    Generation g =
        text(
            options(9, List.of("12U"), "xy"),
            text ->
                switch (text) {
                  case "" -> "1";
                  case "1" -> "2";
                  case "12" -> "xU";
                  default -> "y";
                });
    assertEquals("", g.text());
    assertEquals("12U", g.stopWord());
  }

  @Test
  void theShortestPhraseCounts() {
    // "abc" and "bc" end together: the text goes back to the b
    UnaryOperator<String> likes = text -> text.isEmpty() ? "a" : text.equals("a") ? "bd" : "cd";
    assertEquals("adc", text(options(3, List.of(), "abc", "bc"), likes).text());
    UnaryOperator<String> others = text -> text.isEmpty() ? "ad" : "cd";
    assertEquals("dc", text(options(2, List.of(), "abc", "ac", "ad"), others).text());
  }

  @Test
  void thePromptAndForcedTokensAreNotLookedAt() {
    UnaryOperator<String> likes = text -> "abx".substring(text.length());
    assertEquals("ab", text(options(2, List.of(), "ceab", "Once"), likes).text());
    Generator.Options options = options(4, List.of(), "abc", "cd");
    int[] c = {token('c')};
    List<String> shown = new ArrayList<>();
    SamplerChain sampler = greedy(null);
    try (var sequence = model.decoder.newSequence()) {
      GenerationListener forces =
          new GenerationListener() {
            private int drawn;

            @Override
            public void token(int id, float[] logits) {
              drawn++;
            }

            @Override
            public void goesOn(TextStream stream) {
              if (drawn == 2) {
                stream.force(c);
              }
            }

            @Override
            public void text(String piece) {
              shown.add(piece);
            }
          };
      TextStream stream =
          new TextStream(sequence, tokenizer, encode("Once"), sampler, options, forces);
      stream.passed(stream.unread().size(), 1);
      for (String letter : List.of("a", "b", "d")) {
        stream.take(script(t -> letter).apply(new int[0]));
      }
      assertEquals("abcd", String.join("", shown));
      assertEquals(StopReason.LIMIT, stream.stop());
    }
  }

  private static GrammarState root(String gbnf) {
    try {
      return new CompiledGrammar(Grammar.parse(gbnf), new GrammarTokens(tokenizer)).start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static BanUser held(String gbnf, String likes, String... banned) {
    return new BanUser(
            model, tokenizer, encode("Once"), greedy(root(gbnf)), options(20, List.of(), banned))
        .run(script(text -> likes + "$"));
  }

  @Test
  void aGrammarLeavesWhatNoPhraseForbids() {
    String[][] cases = {
      {"root ::= \"yes sir\" | \"no\"", "yes sir", "no"},
      {"root ::= \"yes sir\" | \"yes madam\"", "yes sir", "yes madam"},
      {"root ::= \"yes sir\" | \"yes sam\"", "yes si", "yes sam"},
      {"root ::= [a-c] [a-c] [a-c]", "abc", "bac"},
      {"root ::= \"a\" [bd] [ce]", "abc", "abe"}
    };
    for (String[] c : cases) {
      try (BanUser user = held(c[0], "abcyes irnomd", c[1])) {
        assertFalse(user.stream.result().text().contains(c[1]), c[0]);
        user.assertConsistent(List.of(c[1]));
        assertTrue(user.stream.stop() == StopReason.EOS, c[0]);
      }
    }
    try (BanUser user = held("root ::= \"yes sir\" | \"yes madam\"", "yes irmad", "yes sir")) {
      assertEquals("yes madam", user.stream.result().text());
    }
  }

  @Test
  void aGrammarThatDemandsAPhraseEndsTheText() {
    for (String phrase : List.of("yes sir", "e", "s sir", "sir")) {
      try (BanUser user = held("root ::= \"yes sir\"", "yes ir", phrase)) {
        assertInstanceOf(NoTokenException.class, user.stream.fault());
        String message = user.stream.fault().getMessage();
        assertTrue(message.contains("the grammar, the banned phrase '" + phrase + "'"), message);
        assertFalse(user.shown.toString().contains(phrase));
      }
    }
  }

  @Test
  void aShiftForgetsWhereATextCouldGoBack() {
    for (int length = 70; length < 96; length++) {
      int[] prompt = IntStream.range(0, length).map(i -> 30 + i).toArray();
      Generator.Options options = options(30, List.of(), "abcdef", "fgh");
      UnaryOperator<String> likes =
          text -> {
            int n = text.length();
            int at = n == 0 ? 0 : "abcdefgh".indexOf(text.charAt(n - 1)) + 1;
            return "abcdefgh".charAt(at % 8) + "xa";
          };
      try (BanUser user =
          new BanUser(model, tokenizer, prompt, greedy(null), options).run(script(likes))) {
        Generation g = user.stream.result();
        assertEquals(StopReason.LIMIT, g.stop(), "prompt of " + length);
        assertEquals(30, g.text().length());
        assertEquals(g.text(), user.shown.toString());
        assertFalse(g.text().contains("abcdef") || g.text().contains("fgh"), g.text());
      }
    }
  }

  // ---- the model's own logits --------------------------------------------------------------

  private static List<SamplingParams.Builder> samplings() {
    return List.of(
        SamplingParams.builder(),
        SamplingParams.builder()
            .penalties(new Penalties.Params(-1, 1.2f, 0.1f, 0.1f))
            .dry(new Dry.Params(1, 1.75f, 1, -1, List.of("\n"))),
        SamplingParams.builder().mirostat(new Mirostat.Params(1, 5, 0.1f)),
        SamplingParams.builder().mirostat(new Mirostat.Params(2, 5, 0.1f)),
        SamplingParams.builder().adaptiveP(new AdaptiveP.Params(0.4f, 0.9f)));
  }

  private static SamplerChain chain(SamplingParams.Builder params, int seed) {
    return new SamplerChain(
        params.seed(seed).build(), new VocabularyTexts(tokenizer, model.model.vocabularySize()));
  }

  private static final String[] SLOP = {" a little", "He", ", and ", "th", "was", "'"};

  @Test
  void aSeedGivesTheSameText() {
    int taken = 0;
    for (SamplingParams.Builder params : samplings()) {
      for (int seed = 0; seed < 3; seed++) {
        List<String> texts = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
          try (BanUser user =
              new BanUser(
                      model,
                      tokenizer,
                      encode("Once upon"),
                      chain(params, seed),
                      options(60, List.of(), SLOP))
                  .run()) {
            user.assertConsistent(List.of(SLOP));
            texts.add(user.stream.result().text());
            taken += user.taken;
          }
        }
        assertEquals(texts.get(0), texts.get(1));
      }
    }
    assertTrue(taken > 30, "taken back " + taken);
  }

  @Test
  void othersGoOnAsIfNobodyWentBack() {
    String[] none = {};
    String[][] wishes = {SLOP, none, {"Once", "the", " "}, {"xyz"}};
    List<BanUser> users = new ArrayList<>();
    Engine engine = new Engine(model.decoder);
    for (int i = 0; i < wishes.length; i++) {
      users.add(wanting(i, wishes[i]));
      engine.add(users.getLast().stream);
    }
    while (engine.step()) {
      // until all end
    }
    for (int i = 0; i < wishes.length; i++) {
      try (BanUser found = users.get(i);
          BanUser alone = wanting(i, wishes[i]).run()) {
        found.assertConsistent(List.of(wishes[i]));
        assertEquals(alone.rows, found.rows, "user " + i);
        assertArrayEquals(alone.stream.result().ids(), found.stream.result().ids());
      }
    }
  }

  private static BanUser wanting(int seed, String... banned) {
    return new BanUser(
        model,
        tokenizer,
        encode("Once upon a time"),
        chain(SamplingParams.builder(), seed),
        options(40 + seed, List.of(), banned));
  }

  @Test
  void alternativesAreTextsOfTheirOwn() {
    GenerationListener silent = new GenerationListener() {};
    Generator generator = new Generator(model.decoder, tokenizer);
    Generator.Options options = options(40, List.of(), SLOP);
    int[] prompt = encode("Once upon a time");
    try (PromptCache cache = new PromptCache(model.decoder, -1)) {
      List<SamplerChain> samplers = new ArrayList<>();
      for (int seed = 0; seed < 4; seed++) {
        samplers.add(chain(SamplingParams.builder(), seed));
      }
      List<Generation> all =
          generator.alternatives(
              cache, prompt, samplers, options, List.of(silent, silent, silent, silent));
      assertArrayEquals(prompt, cache.sequence().tokens());
      for (int seed = 0; seed < 4; seed++) {
        Generation alone =
            generator.generate(
                cache, prompt, chain(SamplingParams.builder(), seed), options, silent);
        assertArrayEquals(alone.ids(), all.get(seed).ids());
        for (String phrase : SLOP) {
          assertFalse(alone.text().contains(phrase));
        }
      }
    }
  }

  // ---- phrases alone -----------------------------------------------------------------------

  private static boolean finds(String phrase, boolean ignoresCase, String text) {
    BannedPhrases banned = new BannedPhrases(List.of(phrase), ignoresCase);
    int state = BannedPhrases.NOTHING;
    for (int point : text.codePoints().toArray()) {
      state = banned.next(state, point);
      if (banned.whole(state) != null) {
        return true;
      }
    }
    return false;
  }

  @Test
  void lettersAreFoldedAlikeEverywhere() {
    assertTrue(finds("his", false, "this"));
    assertFalse(finds("привет", false, "Привет"));
    assertTrue(finds("привет", true, "ПРИВЕТ"));
    assertTrue(finds("Straße", true, "sTRAßE"));
    assertTrue(finds("istanbul", true, "İSTANBUL"));
    assertTrue(finds("KIRMIZI", true, "kırmızı"));
    assertTrue(finds("ΟΔΟΣ", true, "οδος"));
    assertTrue(finds("οδος", true, "οδοσ"));
    assertTrue(finds("𐐀𐐁", true, "x𐐨𐐩"));
    assertFalse(finds("𐐀𐐁", false, "x𐐨𐐩"));
    assertThrows(ParameterException.class, () -> new BannedPhrases(List.of("a", ""), true));
  }
}
