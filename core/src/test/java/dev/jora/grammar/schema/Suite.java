package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** The official tests of JSON schemas, and how the grammars of their schemas fare. */
final class Suite {
  private static final String TABLE = "| file | schemas";

  /** Texts of an instance that are tried, with properties in other orders. */
  private static final int MAX_ORDERS = 5040;

  /**
   * What became of the groups of a file.
   *
   * @param refused messages, by schema
   * @param right instances that are allowed or refused as they should be
   * @param wrong schemas and instances
   */
  record Result(
      String file, int[] groups, Map<String, String> refused, int[] right, List<String> wrong) {
    static Result of(String file) {
      return new Result(file, new int[1], new TreeMap<>(), new int[1], new ArrayList<>());
    }
  }

  private Suite() {}

  /** Results by draft and file. */
  static List<Result> run() throws IOException {
    List<Result> results = new ArrayList<>();
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(Shared.testdata("json-schema/suite.json.gz")))) {
      JsonNode suite =
          new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).readTree(in);
      suite
          .properties()
          .forEach(
              draft ->
                  draft
                      .getValue()
                      .properties()
                      .forEach(
                          file ->
                              results.add(run(draft.getKey(), file.getKey(), file.getValue()))));
    }
    return results;
  }

  private static Result run(String draft, String file, JsonNode groups) {
    Result result = Result.of(draft + "/" + file);
    for (JsonNode group : groups) {
      JsonNode schema = group.get("schema");
      if (schema instanceof ObjectNode object && draft.equals("draft7")) {
        object.put("$schema", "http://json-schema.org/draft-07/schema#");
      }
      result.groups[0]++;
      SchemaTexts texts;
      try {
        texts = SchemaTexts.ofGrammar(JsonSchema.rules("root", schema, false));
      } catch (SchemaException e) {
        if (e.getMessage().contains("no value satisfies") && noneIsValid(group)) {
          result.right[0] += group.get("tests").size();
        } else {
          result.refused.put(schema.toString(), e.getMessage());
        }
        continue;
      }
      for (JsonNode test : group.get("tests")) {
        boolean valid = test.get("valid").booleanValue();
        boolean allowed = orders(test.get("data")).stream().anyMatch(texts::allows);
        if (valid && hasLongNumber(test.get("data"))) {
          continue; // of more digits than are written
        }
        if (allowed == valid) {
          result.right[0]++;
        } else {
          result.wrong.add(
              result.file + ": " + schema + (allowed ? " allows " : " refuses ") + test);
        }
      }
    }
    return result;
  }

  private static boolean noneIsValid(JsonNode group) {
    for (JsonNode test : group.get("tests")) {
      if (test.get("valid").booleanValue()) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasLongNumber(JsonNode value) {
    BigDecimal number = value.isNumber() ? value.decimalValue().stripTrailingZeros() : null;
    return number != null
        && Math.max(number.scale(), number.precision() - number.scale()) > Numbers.WRITTEN_DIGITS;
  }

  /** An instance as text, with the properties of its objects in all orders. */
  static List<String> orders(JsonNode value) {
    List<String> all = new ArrayList<>();
    if (value.isObject()) {
      permute("{", new ArrayList<>(value.properties()), all);
    } else if (value.isArray()) {
      all.add("[");
      for (int i = 0; i < value.size(); i++) {
        all = joined(all, i > 0 ? "," : "", orders(value.get(i)));
      }
      all.replaceAll(text -> text + "]");
    } else {
      all.add(scalar(value));
    }
    return all;
  }

  private static void permute(
      String begin, List<Map.Entry<String, JsonNode>> left, List<String> all) {
    if (left.isEmpty()) {
      all.add(begin + "}");
    }
    for (int i = 0; i < left.size() && all.size() < MAX_ORDERS; i++) {
      List<Map.Entry<String, JsonNode>> others = new ArrayList<>(left);
      Map.Entry<String, JsonNode> first = others.remove(i);
      String key = (begin.equals("{") ? "" : ",") + TextNode.valueOf(first.getKey()) + ":";
      for (String value : orders(first.getValue())) {
        permute(begin + key + value, others, all);
      }
    }
  }

  private static List<String> joined(List<String> begins, String between, List<String> ends) {
    List<String> all = new ArrayList<>();
    for (String begin : begins) {
      for (String end : ends) {
        if (all.size() < MAX_ORDERS) {
          all.add(begin + between + end);
        }
      }
    }
    return all;
  }

  private static String scalar(JsonNode value) {
    if (!value.isNumber()) {
      return value.toString();
    }
    BigDecimal number = value.decimalValue().stripTrailingZeros();
    return number.toPlainString();
  }

  /** Schemas, those refused, and instances by keyword, as Markdown. */
  static String table(List<Result> results) {
    Map<String, int[]> rows = new TreeMap<>();
    for (Result result : results) {
      String keyword =
          result.file.replaceFirst("^[^/]*/", "").replaceFirst("^optional/", "optional: ");
      String row = keyword.replaceFirst("^optional: format/.*", "format");
      for (String name : List.of(row, "~")) {
        int[] sums = rows.computeIfAbsent(name, n -> new int[3]);
        sums[0] += result.groups[0];
        sums[1] += result.refused.size();
        sums[2] += result.right[0];
      }
    }
    StringBuilder table = new StringBuilder();
    table.append("| file | schemas | refused | instances right |\n|---|--:|--:|--:|\n");
    rows.forEach(
        (name, sums) ->
            table.append(
                "| %s | %d | %d | %d |\n"
                    .formatted(name.equals("~") ? "all" : name, sums[0], sums[1], sums[2])));
    return table.toString();
  }

  /** The page with another table in the place of the one that it has. */
  static String page(String page, String table) {
    int from = page.indexOf(TABLE);
    int to = page.indexOf("\n\n", from);
    return page.substring(0, from) + table + (to < 0 ? "" : page.substring(to + 1));
  }

  static Path page() {
    return Shared.testdata("../docs/json-schema.md").normalize();
  }

  /** Writes the table into the page, and prints what is wrong and why schemas are refused. */
  public static void main(String[] args) throws IOException {
    List<Result> results = run();
    Files.writeString(page(), page(Files.readString(page()), table(results)));
    results.forEach(result -> result.wrong.forEach(System.out::println));
    results.forEach(
        result -> result.refused.forEach((s, why) -> System.out.println(result.file + " " + why)));
  }
}
