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
  private static final Tokenizer TOKENIZER =
      Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));

  private static final GrammarTokens TOKENS = new GrammarTokens(TOKENIZER);

  private final GrammarState start;

  private SchemaTexts(GrammarState start) {
    this.start = start;
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

  /** What a token adds to a text; nothing if it ends the text. */
  byte[] bytes(int id) {
    return TOKENIZER.vocab().isEog(id) ? new byte[0] : TOKENIZER.piece(id, true);
  }

  boolean allows(String json) {
    return start.accept(json.getBytes(StandardCharsets.UTF_8)).isAccepting();
  }
}
