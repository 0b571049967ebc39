package dev.jora.grammar.schema;

import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;

/** The texts that a schema's grammar allows, on the vocabulary of the demo model. */
final class SchemaTexts {
  private static final GrammarTokens TOKENS = tokens();

  private final GrammarState start;

  private SchemaTexts(GrammarState start) {
    this.start = start;
  }

  private static GrammarTokens tokens() {
    return new GrammarTokens(
        Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf"))));
  }

  static SchemaTexts of(String schema) {
    return ofGrammar(JsonSchema.grammar(schema, false));
  }

  static SchemaTexts ofGrammar(String gbnf) {
    return new SchemaTexts(new CompiledGrammar(Grammar.parse(gbnf), TOKENS).start());
  }

  GrammarState start() {
    return start;
  }

  boolean allows(String json) {
    return start.accept(json.getBytes(StandardCharsets.UTF_8)).isAccepting();
  }
}
