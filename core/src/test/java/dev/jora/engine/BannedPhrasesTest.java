package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.kernel.KernelSelector;
import dev.jora.sampling.NoTokenException;
import dev.jora.sampling.Penalties;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.sampling.Temperature;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts of a few tokens, by logits that are made up, against an oracle that has no memory. */
class BannedPhrasesTest {
  private static final int[] PROMPT = {40};
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");

  private static CompiledGrammar grammar;
  private static TestModel model;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = Tokenizer.from(GgufFile.readMetadata(DEMO));
    model = new TestModel(DEMO, KernelSelector.best().kernels(), 1, GgmlType.F16, 64, 96);
    Grammar rules = Grammar.parse("root ::= ([ab] (\"ca\" | \"cc\" | \"b\") [abc])*");
    grammar = new CompiledGrammar(rules, new GrammarTokens(tokenizer));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Tokens of these letters only. */
  private static int[] tokens(String letters, int longest) {
    return IntStream.range(0, tokenizer.vocab().size())
        .filter(
            id -> {
              String piece = new String(tokenizer.piece(id, false), StandardCharsets.ISO_8859_1);
              return !piece.isEmpty()
                  && piece.length() <= longest
                  && piece.chars().allMatch(c -> letters.indexOf(c) >= 0);
            })
        .toArray();
  }

  private static SamplerChain chain(float penalty, GrammarState root) {
    SamplingParams params =
        SamplingParams.builder()
            .temperature(new Temperature.Params(0, 0, 1))
            .penalties(new Penalties.Params(5, penalty, 0, 0.1f))
            .build();
    SamplerChain chain = new SamplerChain(params, new VocabularyTexts(tokenizer, vocabulary()));
    chain.hold(root);
    return chain;
  }

  private static int vocabulary() {
    return model.model.vocabularySize();
  }

  /** Logits that depend on the whole text, of a few tokens; others cannot come. */
  private static Function<int[], float[]> script(int seed, int[] allowed) {
    return text -> {
      Random random = new Random(31L * Arrays.hashCode(text) + seed);
      float[] logits = new float[vocabulary()];
      Arrays.fill(logits, Float.NEGATIVE_INFINITY);
      for (int id : allowed) {
        logits[id] = 4 * random.nextFloat();
      }
      return logits;
    };
  }

  private static String word(Random random, String letters, int longest) {
    StringBuilder word = new StringBuilder();
    for (int n = 1 + random.nextInt(longest); n > 0; n--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  /** Alphabets, with what bytes the tokens are made of. */
  @ParameterizedTest
  @CsvSource({
    "abc, abc, 5, 100, false",
    "ab, ab, 5, 100, false",
    "aAbB, aAbB, 5, 100, true",
    "aяп, a\u00d1\u008f\u00d0\u00bf, 2, 200, false",
    "я€, \u00d1\u008f\u00e2\u0082\u00ac, 2, 100, false"
  })
  void aTextIsThatOfTheOracle(
      String letters, String bytes, int longest, int seeds, boolean ignoresCase) {
    int goings = 0;
    int failures = 0;
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      int[] all = tokens(bytes, 3);
      int[] allowed = IntStream.of(all).filter(id -> random.nextInt(3) > 0).toArray();
      if (allowed.length == 0) {
        continue;
      }
      List<String> phrases = new ArrayList<>();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        phrases.add(word(random, letters, longest));
      }
      List<String> stops = new ArrayList<>();
      if (seed % 3 == 0) {
        stops.add(word(random, letters.substring(0, 2), 4) + letters.charAt(1));
      }
      float penalty = seed % 2 == 0 ? 1 : 1.5f;
      GrammarState root = seed % 4 == 1 && bytes.equals("abc") ? grammar.start() : null;
      Function<int[], float[]> script = script(seed, allowed);
      BannedPhrases banned = new BannedPhrases(phrases, ignoresCase);
      BanOracle oracle =
          new BanOracle(
              tokenizer,
              () -> {
                SamplerChain chain = chain(penalty, root);
                chain.acceptPrompt(PROMPT[0]);
                return chain;
              },
              script,
              phrases,
              ignoresCase,
              stops);
      int[] expected = oracle.text(25);
      Generator.Options options = new Generator.Options(25, stops, false).withBanned(banned);
      try (BanUser user =
          new BanUser(model, tokenizer, PROMPT, chain(penalty, root), options).run(script)) {
        String what = "seed " + seed + ": " + phrases + ", stops " + stops;
        if (oracle.fails) {
          failures++;
          assertInstanceOf(NoTokenException.class, user.stream.fault(), what);
          assertTrue(
              !oracle.isBanned
                  || phrases.stream()
                      .anyMatch(p -> user.stream.fault().getMessage().contains("'" + p + "'")));
          continue;
        }
        assertArrayEquals(expected, user.stream.result().ids(), what);
        user.assertConsistent(ignoresCase ? List.of() : phrases);
        int most = longest + 2 + (stops.isEmpty() ? 0 : 5); // the phrase begins in a token of three
        assertTrue(user.late <= most, what + ": late by " + user.late);
        goings += oracle.allGoings;
      }
    }
    assertTrue(goings > 40, "goings back " + goings);
  }
}
