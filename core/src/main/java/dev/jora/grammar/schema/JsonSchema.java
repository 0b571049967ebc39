package dev.jora.grammar.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.jora.fault.JsonReason;

/**
 * A JSON schema as rules of a grammar: what docs/json-schema.md says. Drafts 2020-12 and 7 are
 * read. Their texts are JSON in which properties have the order of the schema, with few blanks.
 */
public final class JsonSchema {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonSchema() {}

  /**
   * How a schema is read.
   *
   * @param lenient true if what cannot be enforced, and unknown formats, are left out
   * @param closed true if objects with named properties have no others, as with llama.cpp, unless
   *     the schema says what these are, demands them, or has {@code additionalProperties: true}
   *     somewhere; false: as JSON schema has it
   */
  public record Reading(boolean lenient, boolean closed) {}

  /**
   * Rules in GBNF: the texts of the one named {@code rule} are the values that the schema allows.
   *
   * @param rule its name; others have names that begin with it and a '-'
   * @param lenient true if what cannot be enforced, and unknown formats, are left out
   * @throws SchemaException if it is no schema, no value satisfies it, or it holds what cannot be
   *     enforced and is not lenient: with the JSON pointer of the keyword
   */
  public static String rules(String rule, JsonNode schema, boolean lenient) {
    return rules(rule, schema, new Reading(lenient, false));
  }

  /** The same, read in one of several ways. */
  public static String rules(String rule, JsonNode schema, Reading how) {
    return rules(rule, schema, "", how);
  }

  /** The same for the schema at a place of a document. */
  static String rules(String rule, JsonNode schema, String at, Reading how) {
    SchemaDocument document = new SchemaDocument(schema);
    Shapes shapes = new SchemaReader(document, how.lenient()).shapes();
    boolean open = schema.findValues("additionalProperties").contains(BooleanNode.TRUE);
    Reading own = new Reading(how.lenient(), how.closed() && !open);
    return new SchemaWriter(rule, shapes, own, document).write(SchemaNode.term(document, at));
  }

  /**
   * What makes the grammar of a schema large: the JSON pointer of the smallest part of it whose
   * grammar has half of the positions; empty if only the whole has so many. It takes seconds.
   */
  public static String largest(JsonNode schema, Reading how) {
    return new SchemaSizes(schema, how).largest();
  }

  /** The same of the text of a schema, of which a grammar was made. */
  public static String largest(String json, Reading how) {
    return largest(tree(json), how);
  }

  /**
   * The same from the text of a schema, as a grammar whose rule is {@code root}.
   *
   * @throws SchemaException as above, and with line and column if the text is not JSON
   */
  public static String grammar(String json, boolean lenient) {
    return grammar(json, new Reading(lenient, false));
  }

  /** The same, read in one of several ways. */
  public static String grammar(String json, Reading how) {
    return rules("root", tree(json), how);
  }

  private static JsonNode tree(String json) {
    JsonNode schema;
    try {
      schema = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new SchemaException("JSON schema, " + JsonReason.of(e));
    }
    if (schema.isMissingNode()) {
      throw new SchemaException("the JSON schema is empty: expected an object, true or false");
    }
    return schema;
  }
}
