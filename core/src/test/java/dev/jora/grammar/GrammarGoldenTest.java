package dev.jora.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufFile;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks against llama.cpp's, token by token. */
class GrammarGoldenTest {
  /** llama.cpp takes it for no grammar at all. */
  private static final Set<String> REFUSED_BY_US = Set.of("x-empty");

  @ParameterizedTest
  @CsvSource({
    "smollm2, models/SmolLM2-135M-Instruct.Q4_1.gguf",
    "llama-spm, golden/tokenizers/ggml-vocab-llama-spm.gguf",
    "qwen2, golden/tokenizers/ggml-vocab-qwen2.gguf"
  })
  void everyMaskIsTheirs(String name, String model) throws IOException {
    JsonNode cases = Golden.json(Shared.path("golden/grammar/" + name + ".json")).get("cases");
    assertTrue(cases.size() > 30);
    follow(cases, Shared.path(model));
  }

  /** Walks that llama.cpp allows in the demo model's vocabulary (scripts/grammar-goldens.py). */
  @Test
  void everyMaskOfTheDemoModelIsTheirs() throws IOException {
    JsonNode cases = Golden.json(Shared.testdata("grammar/demo.json")).get("cases");
    assertTrue(cases.size() > 15);
    follow(cases, Shared.testdata("jora-demo.gguf"));
  }

  private static void follow(JsonNode cases, Path file) {
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(file));
    GrammarTokens tokens = new GrammarTokens(tokenizer);
    List<String> wrong = new ArrayList<>();
    for (JsonNode each : cases) {
      String label = each.get("name").asText();
      String text = each.get("grammar").asText();
      if (!each.get("parses").asBoolean() || REFUSED_BY_US.contains(label)) {
        GrammarException e =
            assertThrows(
                GrammarException.class,
                () -> new CompiledGrammar(Grammar.parse(text), tokens),
                label);
        assertTrue(e.line() >= 1 && e.column() >= 1, e.getMessage());
        continue;
      }
      if (each.path("texts").isEmpty()) {
        continue;
      }
      CompiledGrammar grammar = new CompiledGrammar(Grammar.parse(text), tokens);
      for (JsonNode run : each.get("texts")) {
        follow(label, grammar, tokenizer, run, wrong);
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static void follow(
      String label,
      CompiledGrammar grammar,
      Tokenizer tokenizer,
      JsonNode run,
      List<String> wrong) {
    int[] ids = Golden.ints(run.get("tokens"));
    GrammarState state = grammar.start();
    int accepted = 0;
    for (int i = 0; i < run.get("steps").size(); i++) {
      JsonNode step = run.get("steps").get(i);
      TokenMask mask = state.mask();
      List<Integer> allowed =
          mask.ids().filter(id -> !tokenizer.vocab().isEog(id)).boxed().toList();
      String expected =
          step.get("allowed") + " " + step.get("hash").asText() + " " + step.get("end");
      String found = allowed.size() + " " + hash(allowed) + " " + state.isAccepting();
      if (!expected.equals(found)) {
        wrong.add(
            label
                + " '"
                + run.get("text").asText()
                + "' "
                + i
                + ": expected "
                + expected
                + ", found "
                + found);
      }
      if (i < ids.length) {
        GrammarState next = state.accept(ids[i]);
        assertEquals(mask.allows(ids[i]), !next.isDead(), label + ": mask and accept agree");
        accepted += next.isDead() ? 0 : 1;
        state = next;
      }
    }
    assertEquals(run.get("accepted").asInt(), accepted, label);
  }

  private static String hash(List<Integer> ids) {
    try {
      String text = ids.stream().map(String::valueOf).collect(Collectors.joining(","));
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
