package dev.jora.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.TinyVocabularies.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids and texts of small vocabularies of kinds that no model at hand has, against llama.cpp's. */
class TokenizerKindsTest {
  static Stream<JsonNode> cases() {
    return Golden.json(Shared.testdata("tokenizer/kinds.json")).get("cases").valueStream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void idsAndTextsEqual(JsonNode one) {
    Tokenizer tokenizer = tokenizer(one);
    for (int i = 0; i < one.get("texts").size(); i++) {
      String text = one.get("texts").get(i).textValue();
      String message = one.get("name").textValue() + ": '" + text + "'";
      int[] plain = tokenizer.encode(text, false, false);
      assertArrayEquals(Golden.ints(one.get("plain").get(i)), plain, message);
      assertArrayEquals(
          Golden.ints(one.get("special").get(i)), tokenizer.encode(text, true, true), message);
      if (one.has("decoded")) {
        assertEquals(
            one.get("decoded").get(i).textValue(),
            new String(tokenizer.detokenize(plain, true), StandardCharsets.UTF_8),
            message);
      }
    }
  }

  private static Tokenizer tokenizer(JsonNode one) {
    TokenType[] types = TokenType.values();
    List<Token> tokens = new ArrayList<>();
    for (int id = 0; id < one.get("tokens").size(); id++) {
      float score = one.has("scores") ? one.get("scores").get(id).floatValue() : 0;
      TokenType type = types[one.get("types").get(id).intValue() - 1];
      tokens.add(new Token(one.get("tokens").get(id).textValue(), score, type));
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    one.get("keys")
        .properties()
        .forEach(
            e ->
                keys.put(
                    e.getKey(),
                    switch (e.getValue()) {
                      case BooleanNode b -> b.booleanValue();
                      case TextNode t -> t.textValue();
                      default -> e.getValue().intValue();
                    }));
    if (one.has("merges")) {
      keys.put("merges", one.get("merges").valueStream().map(JsonNode::textValue).toList());
    }
    if (one.has("charsmap")) {
      byte[] blob = Base64.getDecoder().decode(one.get("charsmap").textValue());
      keys.put("precompiled_charsmap", blob);
    }
    return Tokenizer.from(TinyVocabularies.metadata(one.get("model").textValue(), tokens, keys));
  }
}
