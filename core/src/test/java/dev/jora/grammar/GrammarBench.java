package dev.jora.grammar;

import dev.jora.gguf.GgufFile;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Times of compiling, masks and accepting: {@code GrammarBench VOCABULARY.gguf [FOLDER]}. The first
 * line of each kind is that of a cold process. Writes grammars and texts to the folder, so that
 * another program can be measured on the same.
 */
public final class GrammarBench {
  private static final String JSON =
      """
      root   ::= ws value ws
      value  ::= object | array | string | number | ("true" | "false" | "null")
      object ::= "{" ws (pair ("," ws pair)*)? "}" ws
      pair   ::= string ws ":" ws value ws
      array  ::= "[" ws (value ws ("," ws value ws)*)? "]"
      string ::= "\\"" ([^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\\""
      number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,3})?
      ws     ::= [ \\t\\n]{0,8}
      """;

  /** A grammar and a text that it takes. */
  private record Case(String grammar, String text) {}

  private GrammarBench() {}

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put(
        "json",
        new Case(
            JSON,
            "{\"name\": \"Ada Lovelace\", \"tags\": [\"x\", {\"y\": [1, 2.5e3]}], \"ok\": true,"
                + " \"note\": \"the quick brown fox jumps over the lazy dog\"}"));
    StringBuilder deep = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      deep.append(i % 3 == 0 ? "{\"key\": " : i % 3 == 1 ? "[\"a\", " : "[\n  ");
    }
    cases.put("nested", new Case(JSON, deep.toString()));
    String words = "the quick brown fox jumps over the lazy dog, and the cat looks on. ";
    cases.put(
        "counted", new Case("root ::= \"\\\"\" [^\"]{1,1000} \"\\\"\"", '"' + words.repeat(14)));
    return cases;
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(Path.of(args[0])));
    GrammarTokens tokens = null;
    for (int i = 0; i < 4; i++) {
      long from = System.nanoTime();
      tokens = new GrammarTokens(tokenizer);
      print("tree of %d tokens: %.0f ms", tokens.size(), since(from) / 1e3);
    }
    String large = large();
    for (int i = 0; i < 6; i++) {
      long from = System.nanoTime();
      CompiledGrammar grammar = new CompiledGrammar(Grammar.parse(large), tokens);
      grammar.start();
      double took = since(from) / 1e3;
      print("compile %d rules, %d positions: %.1f ms", grammar.rules(), grammar.positions(), took);
    }
    for (Map.Entry<String, Case> each : cases().entrySet()) {
      Case test = each.getValue();
      if (args.length > 1) {
        Path folder = Path.of(args[1]);
        Files.writeString(folder.resolve("large.gbnf"), large);
        Files.writeString(folder.resolve(each.getKey() + ".gbnf"), test.grammar);
        Files.writeString(folder.resolve(each.getKey() + ".txt"), test.text);
      }
      int[] ids = tokenizer.encode(test.text, false, false);
      CompiledGrammar last = null;
      for (int round = 0; round < 4; round++) {
        last = new CompiledGrammar(Grammar.parse(test.grammar), tokens);
        follow(each.getKey() + ", new grammar", last, ids);
      }
      for (int round = 0; round < 3; round++) {
        follow(each.getKey() + ", seen", last, ids);
      }
    }
  }

  /** 208 rules with 40,000 positions. */
  private static String large() {
    StringBuilder large = new StringBuilder(JSON);
    for (int i = 0; i < 200; i++) {
      large.append("r%d ::= \"{\" [a-z]{1,%d} string (\",\" value)* r%d?\n".formatted(i, 8 + i, i));
    }
    return large.toString();
  }

  private static void follow(String name, CompiledGrammar grammar, int[] ids) {
    GrammarState state = grammar.start();
    double[] took = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      long from = System.nanoTime();
      TokenMask mask = state.mask();
      state = state.accept(ids[i]);
      took[i] = since(from);
      if (!mask.allows(ids[i]) || state.isDead()) {
        throw new IllegalStateException("token " + i + " is not allowed");
      }
    }
    double[] half = Arrays.copyOfRange(took, took.length / 2, took.length);
    double mean = Arrays.stream(took).average().orElse(0);
    double late = Arrays.stream(half).average().orElse(0);
    Arrays.sort(took);
    print(
        "%s: %d tokens, us a token: mean %.1f (second half %.1f), median %.1f, 99%% %.1f, most"
            + " %.1f",
        name,
        ids.length,
        mean,
        late,
        took[ids.length / 2],
        took[ids.length * 99 / 100],
        took[ids.length - 1]);
  }

  private static double since(long from) {
    return (System.nanoTime() - from) / 1e3;
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
