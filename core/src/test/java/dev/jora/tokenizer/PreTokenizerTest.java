package dev.jora.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where words are cut: against llama.cpp's ids and against regular expressions. */
class PreTokenizerTest {
  private static final String C = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String TAIL = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
  private static final String G2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String UP = "[\\p{L}&&[^a-z]]";
  private static final String LOW = "[\\p{L}&&[^A-Z]]";
  private static final String WORDS3 =
      "[!-/:-@\\[-`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
          + "| ?[\\p{P}\\p{S}]+[\\r\\n]*"
          + SPACES;
  private static final String SLASHED = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES;

  /** The expressions of the common pre-tokenizers as regular expressions. */
  private static final Map<PreTokenizer, List<String>> REGEXES =
      Map.ofEntries(
          Map.entry(PreTokenizer.LLAMA3, List.of(C + "|" + PREFIX + "\\p{L}+|\\p{N}{1,3}" + TAIL)),
          Map.entry(PreTokenizer.QWEN2, List.of(C + "|" + PREFIX + "\\p{L}+|\\p{N}" + TAIL)),
          Map.entry(
              PreTokenizer.QWEN35,
              List.of(
                  C
                      + "|"
                      + PREFIX
                      + "[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
                      + SPACES)),
          Map.entry(PreTokenizer.GPT2, List.of(G2)),
          Map.entry(PreTokenizer.STARCODER, List.of("\\p{N}", G2)),
          Map.entry(
              PreTokenizer.TEKKEN,
              List.of(
                  PREFIX + UP + "*" + LOW + "+|" + PREFIX + UP + "+" + LOW + "*|\\p{N}" + SLASHED)),
          Map.entry(
              PreTokenizer.GPT4O,
              List.of(
                  PREFIX
                      + UP
                      + "*"
                      + LOW
                      + "+"
                      + C
                      + "?|"
                      + PREFIX
                      + UP
                      + "+"
                      + LOW
                      + "*"
                      + C
                      + "?|\\p{N}{1,3}"
                      + SLASHED)),
          Map.entry(
              PreTokenizer.DEEPSEEK3,
              List.of("\\p{N}{1,3}", "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+", WORDS3)),
          Map.entry(
              PreTokenizer.FALCON, List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", G2, "[0-9][0-9][0-9]")),
          Map.entry(
              PreTokenizer.DEFAULT,
              List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", G2, "\\p{N}+", "[0-9][0-9][0-9]")),
          Map.entry(PreTokenizer.GEMMA4, List.of("[^\\n]+|[\\n]+")));

  private static final String[] SNIPPETS = {
    "Hello", "WORLD", "iPhone", "'s", "'LL", "été", "Привет", "ПРИВЕТ", "日本", "カナ", "한국", "हिन्दी",
    "123", "1", "١٢٣", "½", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", ".", "...",
    "!", "$", "+", "/", "_", "'", "(", "😀", "\u0301", "𐐀", "ʰ", "ǅ", "\u0085", "\u2028"
  };

  static Stream<PreTokenizer> withRegex() {
    return REGEXES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("withRegex")
  void cutsLikeTheRegularExpressions(PreTokenizer pre) {
    List<Pattern> patterns =
        REGEXES.get(pre).stream()
            .map(regex -> Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS))
            .toList();
    List<Splitter> splitters = pre.splitters();
    Random random = new Random(1);
    for (int round = 0; round < 3000; round++) {
      String text = randomText(random, 1 + random.nextInt(12));
      assertEquals(byRegex(patterns, text), byScanner(splitters, text), pre + ": " + text);
    }
  }

  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int point = random.nextInt(random.nextBoolean() ? 0x250 : 0x20000);
      boolean usable = Character.getType(point) != Character.SURROGATE;
      if (random.nextInt(4) == 0 && usable) {
        text.appendCodePoint(point);
      } else {
        text.append(SNIPPETS[random.nextInt(SNIPPETS.length)]);
      }
    }
    return text.toString();
  }

  private static List<String> byScanner(List<Splitter> splitters, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CodePoints points = CodePoints.of(bytes, 0, bytes.length);
    Splitter.Cuts cuts = PreTokenizer.words(splitters, points.points(), points.size());
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < cuts.size(); i++) {
      words.add(new String(points.points(), from, cuts.get(i) - from));
      from = cuts.get(i);
    }
    return words;
  }

  private static List<String> byRegex(List<Pattern> patterns, String text) {
    List<String> pieces = List.of(text);
    for (Pattern pattern : patterns) {
      List<String> finer = new ArrayList<>();
      for (String piece : pieces) {
        Matcher matcher = pattern.matcher(piece);
        int at = 0;
        while (matcher.find()) {
          if (matcher.start() > at) {
            finer.add(piece.substring(at, matcher.start()));
          }
          finer.add(matcher.group());
          at = matcher.end();
        }
        if (at < piece.length()) {
          finer.add(piece.substring(at));
        }
      }
      pieces = finer;
    }
    return pieces;
  }

  /** Ids of llama.cpp over a vocabulary in which any two bytes merge. */
  @Test
  void idsEqualForEveryPreTokenizer() {
    JsonNode golden = Golden.json(Shared.testdata("tokenizer/pre-tokenizers.json"));
    JsonNode texts = golden.get("texts");
    assertTrue(golden.get("ids").size() > 30);
    golden
        .get("ids")
        .properties()
        .forEach(
            entry -> {
              Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.pairs(entry.getKey()));
              for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(
                    Golden.ints(entry.getValue().get(i)),
                    tokenizer.encode(texts.get(i).textValue(), false, false),
                    entry.getKey() + ": " + texts.get(i));
              }
            });
  }

  @Test
  void flagsEqualForEveryName() {
    JsonNode golden = Golden.json(Shared.testdata("tokenizer/pre-tokenizers.json"));
    golden
        .get("bos")
        .properties()
        .forEach(
            entry -> {
              PreTokenizer pre = PreTokenizer.byName(entry.getKey()).orElseThrow();
              assertEquals(
                  entry.getValue().booleanValue(),
                  pre.has(PreTokenizer.Flag.ADD_BOS),
                  entry.getKey());
              assertEquals(
                  golden.get("cleaned").get(entry.getKey()).booleanValue(),
                  pre.has(PreTokenizer.Flag.CLEAN_SPACES),
                  entry.getKey());
            });
  }

  /** Whatever the text, the pieces put together are the text: nothing is lost between words. */
  @ParameterizedTest
  @EnumSource(PreTokenizer.class)
  void wordsPutTogetherAreTheText(PreTokenizer pre) {
    List<Splitter> splitters = pre.splitters();
    Random random = new Random(2);
    for (int round = 0; round < 500; round++) {
      String text = randomText(random, 1 + random.nextInt(30));
      List<String> words = byScanner(splitters, text);
      assertEquals(text, String.join("", words));
      assertTrue(words.stream().noneMatch(String::isEmpty), pre + ": " + text);
    }
  }
}
