package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the schemas of a document allow, keyword by keyword in their order. */
final class SchemaReader {
  private static final Set<String> TYPES =
      Set.of("null", "boolean", "integer", "number", "string", "object", "array");

  private static final Set<String> NAMING = Set.of("$ref", "allOf", "properties");

  /** What is too large beside other keywords is the one to blame. */
  private static final String LAST = "multipleOf";

  private final SchemaDocument document;
  private final boolean lenient;
  private final Shapes shapes = new Shapes(this::read);

  /**
   * Nothing is read yet.
   *
   * @param lenient true if what cannot be enforced is left out, not refused
   */
  SchemaReader(SchemaDocument document, boolean lenient) {
    this.document = document;
    this.lenient = lenient;
  }

  Shapes shapes() {
    return shapes;
  }

  /**
   * What the schema at a place allows.
   *
   * @throws SchemaException if it is none, or cannot be enforced
   */
  private Shape read(String pointer) {
    JsonNode json = document.at(pointer);
    if (json.isBoolean()) {
      return json.booleanValue() ? Shape.ANYTHING : Shape.NOTHING;
    }
    if (!json.isObject()) {
      throw new SchemaException(
          pointer, "expected a schema, which is an object, true or false, found " + kind(json));
    }
    SchemaNode schema = new SchemaNode(document, pointer, json);
    if (document.refStandsAlone() && json.has("$ref")) {
      return shapes.of(schema.reference());
    }
    Shape all = Shape.ANYTHING;
    Set<String> done = new HashSet<>();
    for (String keyword : ordered(json)) {
      try {
        all = all.and(enforced(keyword, schema, done));
      } catch (SchemaException e) {
        if (!lenient || e.hasPlace()) {
          throw e.at(pointer + "/" + SchemaDocument.escaped(keyword));
        }
        all = all.and(lax(keyword, schema));
      }
    }
    return all;
  }

  /** Keywords in their order, but those first that give properties their order; and one last. */
  private static List<String> ordered(JsonNode json) {
    return json.properties().stream()
        .map(Map.Entry::getKey)
        .sorted(
            Comparator.comparing(
                keyword -> NAMING.contains(keyword) ? 0 : keyword.equals(LAST) ? 2 : 1))
        .toList();
  }

  private static String kind(JsonNode json) {
    return switch (json.getNodeType()) {
      case NULL -> "null";
      case NUMBER -> "a number";
      case STRING -> "a string";
      default -> "an array";
    };
  }

  /**
   * What a keyword allows, with those it belongs to, which are then done.
   *
   * @throws SchemaException without a place if that cannot be enforced
   */
  private Shape enforced(String keyword, SchemaNode schema, Set<String> done) {
    return switch (keyword) {
      case "$ref" -> shapes.of(schema.reference());
      case "type" -> types(schema);
      case "const" -> Constants.of(List.of(schema.get(keyword)));
      case "enum" -> {
        if (!schema.get(keyword).isArray()) {
          throw schema.expected(keyword, "an array of values");
        }
        yield Constants.of(schema.get(keyword));
      }
      case "allOf" -> shapes.of(Term.all(schema.schemas(keyword)));
      case "anyOf" -> shapes.of(Term.any(schema.schemas(keyword)));
      case "oneOf" -> shapes.oneOf(schema.schemas(keyword));
      case "not" -> shapes.of(Term.not(schema.schema(keyword)));
      case "if" -> conditional(schema, Term.not(schema.schema("if")));
      case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
          done.add("bounds") ? ScalarKeywords.bounds(schema) : Shape.ANYTHING;
      case "multipleOf" -> ScalarKeywords.multiples(schema);
      case "minLength", "maxLength" ->
          done.add("lengths") ? ScalarKeywords.lengths(schema) : Shape.ANYTHING;
      case "pattern" -> ScalarKeywords.pattern(schema);
      case "format" -> ScalarKeywords.format(schema);
      case "properties", "patternProperties", "additionalProperties" ->
          done.add("properties") ? ObjectKeywords.properties(schema) : Shape.ANYTHING;
      case "required" -> ObjectKeywords.required(schema);
      case "minProperties", "maxProperties" ->
          done.add("counts") ? ObjectKeywords.counts(schema) : Shape.ANYTHING;
      case "propertyNames" -> ObjectKeywords.names(shapes.of(schema.schema(keyword)).strings());
      case "dependentRequired", "dependentSchemas", "dependencies" ->
          ObjectKeywords.dependencies(schema, keyword, shapes);
      case "unevaluatedProperties" -> Unevaluated.properties(schema, shapes);
      case "items", "prefixItems", "additionalItems" ->
          done.add("items") ? ArrayKeywords.items(schema) : Shape.ANYTHING;
      case "minItems", "maxItems" ->
          done.add("sizes") ? ArrayKeywords.sizes(schema) : Shape.ANYTHING;
      case "contains", "minContains" ->
          done.add("contains") ? ArrayKeywords.contains(schema) : Shape.ANYTHING;
      case "maxContains" -> ArrayKeywords.mostContains(schema);
      case "uniqueItems" -> ArrayKeywords.unique(schema);
      case "unevaluatedItems" -> Unevaluated.items(schema, shapes);
      case "$dynamicRef", "$recursiveRef" ->
          throw new SchemaException("what it refers to depends on who asks; use '$ref'");
      case "then", "else", "nullable" -> Shape.ANYTHING; // belong to 'if' and 'type'
      default -> {
        String meant = Keywords.isSilent(keyword) ? null : Keywords.meant(keyword);
        if (meant != null) {
          throw new SchemaException("there is no such keyword; did you mean '" + meant + "'?");
        }
        yield Shape.ANYTHING;
      }
    };
  }

  /** What is enforced all the same of a keyword that cannot be enforced. */
  private Shape lax(String keyword, SchemaNode schema) {
    try {
      return switch (keyword) {
        case "oneOf" -> shapes.of(Term.any(schema.schemas(keyword)));
        case "if" -> conditional(schema, Term.ANYTHING);
        default -> Shape.ANYTHING;
      };
    } catch (SchemaException e) {
      if (e.hasPlace()) {
        throw e;
      }
      return Shape.ANYTHING;
    }
  }

  private Shape conditional(SchemaNode schema, Term otherwise) {
    if (!schema.has("then") && !schema.has("else")) {
      return Shape.ANYTHING;
    }
    Term then = Term.all(schema.schema("if"), schema.schema("then"));
    return shapes.of(Term.any(then, Term.all(otherwise, schema.schema("else"))));
  }

  private static Shape types(SchemaNode schema) {
    Set<String> types = schema.types();
    if (!TYPES.containsAll(types)) {
      throw schema.expected(
          "type", "null, boolean, integer, number, string, object, array, or a list of such");
    }
    if (schema.has("nullable") && schema.bool("nullable")) { // OpenAPI 3.0
      types.add("null");
    }
    Shape shape = Shape.NOTHING;
    for (String type : types) {
      shape =
          shape.or(
              switch (type) {
                case "null" -> Shape.NOTHING.withWords(Set.of("null"));
                case "boolean" -> Shape.NOTHING.withWords(Set.of("true", "false"));
                case "integer" -> Shape.NOTHING.withNumbers(NumberSet.INTEGERS);
                case "number" -> Shape.NOTHING.withNumbers(NumberSet.ALL);
                case "string" -> Shape.NOTHING.withStrings(StringSet.ALL);
                case "object" -> Shape.NOTHING.withObjects(ObjectShape.ANY);
                default -> Shape.NOTHING.withArrays(ArrayShape.ANY);
              });
    }
    return shape;
  }
}
