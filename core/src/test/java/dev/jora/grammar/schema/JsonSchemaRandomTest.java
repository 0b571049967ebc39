package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Grammars of schemas against another's validator: random schemas, values and texts. */
class JsonSchemaRandomTest {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int SCHEMAS = 400;
  private static final int SAMPLES = 100;

  /** What random schemas came to. */
  private static final class Counts {
    private int written;
    private int contradictions;
    private int refused;
    private int endless;
    private int valid;
    private int sampled;
  }

  /** Every valid value is allowed and no other, every text is a valid value. */
  @Test
  void grammarsAgreeWithAValidator() throws JsonProcessingException {
    Counts counts = new Counts();
    for (int seed = 0; seed < SCHEMAS; seed++) {
      try {
        compare(seed, counts);
      } catch (StackOverflowError e) {
        counts.endless++; // the validator's, which reads schemas that refer to themselves at once
      }
    }
    assertTrue(counts.written > SCHEMAS / 2, counts.written + " schemas can be enforced");
    assertTrue(counts.contradictions > SCHEMAS / 50, counts.contradictions + " contradict");
    assertTrue(counts.refused < SCHEMAS / 10, counts.refused + " schemas cannot be enforced");
    assertTrue(counts.endless < SCHEMAS / 10, counts.endless + " schemas are endless");
    assertTrue(counts.valid > 5 * SCHEMAS, counts.valid + " values are valid");
    assertTrue(counts.sampled > 3 * SCHEMAS, counts.sampled + " texts were drawn");
  }

  /** Tokens are drawn as a sampler would draw them, from masks of a vocabulary. */
  @ParameterizedTest
  @MethodSource("everyday")
  void textsOfEverydaySchemasAreValid(String name, JsonNode schema) throws JsonProcessingException {
    SchemaTexts texts = SchemaTexts.ofGrammar(JsonSchema.rules("root", schema, false));
    Random random = new Random(name.hashCode());
    Sampler sampler = new Sampler(random);
    int checked = 0;
    for (int i = 0; checked < SAMPLES; i++) {
      assertTrue(i < 4 * SAMPLES, () -> name + ": too few of the texts can be checked");
      String text = i % 2 == 0 ? sampler.sampleTokens(texts) : sampler.sample(texts);
      JsonNode value = text == null ? null : parsed(text, name);
      if (value != null) {
        assertTrue(Validator.isValid(schema, value), () -> name + "\ntext " + text);
        checked++;
      }
    }
  }

  static Stream<Arguments> everyday() throws IOException {
    return MAPPER
        .readTree(Files.readString(Shared.testdata("json-schema/everyday.json")))
        .properties()
        .stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  private static void compare(int seed, Counts counts) throws JsonProcessingException {
    Random random = new Random(seed);
    RandomSchemas schemas = new RandomSchemas(random);
    JsonNode schema = MAPPER.readTree(schemas.document(2).toString()); // 1 is none of two kinds
    String where = "seed " + seed + ": " + schema;
    SchemaTexts texts = null;
    try {
      texts = SchemaTexts.ofGrammar(JsonSchema.rules("root", schema, false));
      counts.written++;
    } catch (SchemaException e) {
      if (!e.getMessage().contains("no value satisfies")) {
        counts.refused++;
        return;
      }
      counts.contradictions++;
    }
    for (int i = 0; i < 30; i++) {
      JsonNode value = MAPPER.readTree(schemas.value(3).toString());
      boolean expected = Validator.isValid(schema, value);
      boolean allowed = texts != null && Suite.orders(value).stream().anyMatch(texts::allows);
      assertEquals(expected, allowed, () -> where + "\nvalue " + value);
      counts.valid += expected ? 1 : 0;
    }
    Sampler sampler = new Sampler(random);
    for (int i = 0; i < 10 && texts != null; i++) {
      String text = sampler.sample(texts);
      JsonNode value = text == null ? null : parsed(text, where);
      if (value != null) {
        assertTrue(Validator.isValid(schema, value), () -> where + "\ntext " + text);
        counts.sampled++;
      }
    }
  }

  /** The value of a text; null if a name comes twice in it, which others count once. */
  private static JsonNode parsed(String text, String where) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      assertTrue(e.getMessage().contains("Duplicate field"), where + "\ntext " + text + "\n" + e);
      return null;
    }
  }
}
