package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.util.regex.Pattern;

/** Another's validator of JSON schemas. */
final class Validator {
  /** Formats that it leaves to Java, which lacks offsets above 18 hours, and {@code a:}. */
  private static final Pattern JAVAS_FORMAT =
      Pattern.compile("\"format\":\"(uri|time|date-time)\"");

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private static final JsonSchemaFactory DRAFT_7 =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);

  private Validator() {}

  static boolean isValid(JsonNode schema, JsonNode value) {
    return isValid(schema, value, true);
  }

  /**
   * Likewise, without formats where an e-mail is among them: it wants top-level domains of a list
   * that it has.
   */
  static boolean isValidWherever(JsonNode schema, JsonNode value) {
    return isValid(schema, value, !schema.toString().contains("\"format\":\"email\""));
  }

  private static boolean isValid(JsonNode schema, JsonNode value, boolean formats) {
    boolean lax = JAVAS_FORMAT.matcher(schema.toString()).find();
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(formats && !lax).build();
    boolean old = schema.path("$schema").asText().contains("draft-07");
    return (old ? DRAFT_7 : FACTORY).getSchema(schema, config).validate(value).isEmpty();
  }
}
