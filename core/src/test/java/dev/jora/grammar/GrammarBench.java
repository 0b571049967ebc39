package dev.jora.grammar;

import dev.jora.gguf.GgufFile;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Times of compiling and of masks; the argument is a GGUF file with a vocabulary. */
final class GrammarBench {
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

  private GrammarBench() {}

  public static void main(String[] args) throws IOException {
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(Path.of(args[0])));
    long from = System.nanoTime();
    GrammarTokens tokens = new GrammarTokens(tokenizer);
    System.out.printf("%d tokens: tree %.0f ms%n", tokens.size(), since(from));
    StringBuilder large = new StringBuilder(JSON);
    for (int i = 0; i < 200; i++) {
      large.append("r%d ::= \"{\" [a-z]{1,%d} string (\",\" value)* r%d?\n".formatted(i, 8 + i, i));
    }
    for (int i = 0; i < 5; i++) {
      from = System.nanoTime();
      CompiledGrammar grammar = new CompiledGrammar(Grammar.parse(large.toString()), tokens);
      System.out.printf(
          "%d rules, %d positions: %.1f ms%n", grammar.rules(), grammar.positions(), since(from));
    }
    CompiledGrammar json = new CompiledGrammar(Grammar.parse(JSON), tokens);
    Random random = new Random(1);
    String text =
        "{\"name\": \"Ada\", \"tags\": [\"x\", {\"y\": [1, 2.5e3]}], \"ok\": true, \"n\": \"";
    for (int round = 0; round < 6; round++) {
      GrammarState state = json.start();
      int[] ids = tokenizer.encode(text + random.nextInt() + " years\"}", false, false);
      double most = 0;
      double sum = 0;
      for (int id : ids) {
        from = System.nanoTime();
        state.mask();
        state = state.accept(id);
        double took = since(from);
        most = Math.max(most, took);
        sum += took;
      }
      System.out.printf(
          "round %d, %d tokens: %.1f us a token, at most %.1f us%n",
          round, ids.length, sum / ids.length * 1e3, most * 1e3);
    }
    // new stacks each time: nothing is remembered but what positions decide
    StringBuilder deep = new StringBuilder();
    double sum = 0;
    int count = 0;
    GrammarState state = json.start();
    for (int i = 0; i < 400; i++) {
      String piece = i % 2 == 0 ? "[" : "\"a\",";
      for (int id : tokenizer.encode(piece, false, false)) {
        from = System.nanoTime();
        state.mask();
        state = state.accept(id);
        sum += i < 200 ? 0 : since(from);
        count += i < 200 ? 0 : 1;
      }
      deep.append(piece);
    }
    System.out.printf("new stacks: %.1f us a token%n", sum / count * 1e3);
  }

  private static double since(long from) {
    return (System.nanoTime() - from) / 1e6;
  }
}
