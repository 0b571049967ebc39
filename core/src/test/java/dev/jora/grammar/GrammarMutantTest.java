package dev.jora.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.gguf.GgufFile;
import dev.jora.grammar.schema.JsonSchema;
import dev.jora.grammar.schema.SchemaException;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Texts that are nearly grammars or schemas: each works or fails clearly, in bounded time. */
@Tag("slow")
class GrammarMutantTest {
  private static final int MUTANTS = 10_000;

  private static final long MOST_MILLIS = 10_000;

  private static final List<String> GRAMMARS =
      List.of(
          "root ::= [a-z]+ \"-\" [^a-z\\n]{2,4}",
          "root ::= \"a\"? \"b\"* \"c\"+ \"d\"{2} \"e\"{1,} (\"f\" | .){0,2}",
          "root ::= expr\n"
              + "expr ::= term ((\"+\" | \"-\") term)*\n"
              + "term ::= [0-9]+ | \"(\" expr \")\"",
          "root ::= (\"(\" root \")\" | \"[\" root \"]\")* # nested",
          "root ::= \"\\u4F60\" | [\\x30-\\x39\\]\\-]+ | <[5]> | !<[7]> x-y\nx-y ::= (\n\"k\" | )",
          "root ::= ((a b?){1,1000} | [^\\x00-\\x1F]{0,1000000})\r\na ::= \"\" | b\r\nb ::= \".\"",
          "root ::= a | b\na ::= \"x\" a \"y\" | \"\"\nb ::= \"x\" b | (\"y\"* \"z\"*)*");

  private static final List<String> GRAMMAR_WORDS =
      List.of(
          "::=",
          "root",
          "{1,1000000}",
          "{0,}",
          "{999}",
          "(",
          ")",
          "[^",
          "[",
          "]",
          "\"",
          "\\",
          "|",
          "*",
          "+",
          "?",
          ".",
          "<[0]>",
          "!<",
          ">",
          "#",
          "\n",
          "\r",
          "\t",
          " ",
          "\0",
          "\uFEFF",
          "\uD800",
          "é",
          "\uD83D\uDE00",
          "\\U0010FFFF",
          "\\uD800",
          "\\x00",
          "{",
          "}",
          "-",
          "a b c");

  private static final List<String> SCHEMA_WORDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "0",
          "-1",
          "1e9",
          "1e999",
          "1000000000",
          "0.1",
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "\"\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"#\"",
          "\"#/~0~1%25\"",
          "\"(a*)*b\"",
          "\"^[^a]{1,1000}$\"",
          "\"(?=a)|\\\\p{L}\"",
          "\"type\":\"string\",",
          "\"pattern\":\"^(a|b)*a(a|b){9}\",",
          "\"$ref\":\"#\",",
          "\"minItems\":1000000000,",
          "\"maxLength\":99999,",
          "\"uniqueItems\":true,",
          "\"not\":{},",
          "\"oneOf\":[{},{}],",
          "\"format\":\"uri\",",
          "\"maximum\":1e30,",
          "\"multipleOf\":0.01,",
          "\"minProperties\":7,",
          "\"additionalProperties\":false,",
          "\"enum\":[1,1.0,\"a\"],",
          "\"required\":[\"x\",\"x\"],",
          "\uFEFF",
          "\0",
          "\uD800");

  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokens =
        new GrammarTokens(Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf"))));
  }

  @Test
  void grammarsWorkOrNameAPlace() {
    breed(GRAMMARS, GRAMMAR_WORDS, new Random(23), GrammarMutantTest::grammarWorks);
  }

  @Test
  void schemasWorkOrNameAKeyword() throws IOException {
    List<String> schemas = new ArrayList<>();
    new ObjectMapper()
        .readTree(Shared.testdata("json-schema/everyday.json").toFile())
        .forEach(schema -> schemas.add(schema.toString()));
    schemas.add("{\"$defs\":{\"a\":{\"items\":{\"$ref\":\"#/$defs/a\"}}},\"$ref\":\"#/$defs/a\"}");
    schemas.add(
        "{\"if\":{\"minimum\":3},\"then\":{\"multipleOf\":2},\"else\":{\"not\":{\"const\":1}}}");
    schemas.add("{\"type\":\"string\",\"pattern\":\"^(\\\\w+|[^a-z]{2,9})$\",\"minLength\":4}");
    schemas.add("{\"allOf\":[{\"properties\":{\"a\":{}}},{\"unevaluatedProperties\":false}]}");
    schemas.add(
        "{\"oneOf\":[{\"maxItems\":2},{\"contains\":{\"type\":\"integer\"},\"minItems\":3}]}");
    schemas.add("{\"patternProperties\":{\"^x\":true,\"y$\":{\"enum\":[1]}},\"maxProperties\":3}");
    Random random = new Random(29);
    breed(schemas, SCHEMA_WORDS, random, GrammarMutantTest::schemaWorks);
    List<String> trees = new ArrayList<>(); // of those most are schemas; of the others few are JSON
    for (int i = 0; i < MUTANTS / 2; i++) {
      trees.add(treeMutant(schemas, random));
    }
    tryAll(trees, GrammarMutantTest::schemaWorks, random);
  }

  /** A schema with some of its values replaced by values of others, moved or left out. */
  private static String treeMutant(List<String> schemas, Random random) throws IOException {
    JsonNode schema = any(schemas, random);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      List<ObjectNode> objects = new ArrayList<>();
      collect(schema, objects);
      List<ObjectNode> others = new ArrayList<>();
      collect(any(schemas, random), others);
      if (objects.isEmpty() || others.isEmpty()) {
        continue;
      }
      ObjectNode at = objects.get(random.nextInt(objects.size()));
      ObjectNode other = others.get(random.nextInt(others.size()));
      List<String> keys = new ArrayList<>();
      other.fieldNames().forEachRemaining(keys::add);
      List<String> own = new ArrayList<>();
      at.fieldNames().forEachRemaining(own::add);
      switch (random.nextInt(4)) {
        case 0 -> own.stream().findFirst().ifPresent(at::remove);
        case 1 -> at.set("not", other.deepCopy());
        case 2 -> own.stream().findAny().ifPresent(key -> at.set(key, other.deepCopy()));
        default -> {
          for (String key : keys) {
            at.set(key, other.get(key).deepCopy());
          }
        }
      }
    }
    return schema.toString();
  }

  private static JsonNode any(List<String> schemas, Random random) throws IOException {
    return new ObjectMapper().readTree(schemas.get(random.nextInt(schemas.size())));
  }

  private static void collect(JsonNode node, List<ObjectNode> objects) {
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    node.forEach(child -> collect(child, objects));
  }

  /** Texts as they are: most work, or are refused by a keyword. */
  private static void tryAll(List<String> texts, Attempt attempt, Random random) {
    List<String> faults = new ArrayList<>();
    int working = 0;
    for (String text : texts) {
      working += tried(text, attempt, random, faults) ? 1 : 0;
    }
    assertEquals("", String.join("\n", faults));
    assertTrue(working > texts.size() / 4, working + " of " + texts.size() + " work");
  }

  private static boolean tried(String text, Attempt attempt, Random random, List<String> faults) {
    long start = System.nanoTime();
    boolean works = false;
    try {
      works = attempt.works(text, random);
    } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
      faults.add(e + "\n  of " + text);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    if (millis > MOST_MILLIS) {
      faults.add(millis + " ms\n  for " + text);
    }
    return works;
  }

  private interface Attempt {
    /** False where a text fails as it should. */
    boolean works(String text, Random random);
  }

  private static void breed(
      List<String> seeds, List<String> words, Random random, Attempt attempt) {
    List<String> faults = new ArrayList<>();
    int working = 0;
    for (int i = 0; i < MUTANTS; i++) {
      String mutant = mutant(seeds.get(i % seeds.size()), seeds, words, random);
      working += tried(mutant, attempt, random, faults) ? 1 : 0;
    }
    assertEquals("", String.join("\n", faults));
    assertTrue(working > MUTANTS / 50 && working < MUTANTS, working + " of " + MUTANTS + " work");
  }

  private static String mutant(String seed, List<String> seeds, List<String> words, Random random) {
    StringBuilder text = new StringBuilder(seed);
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + 1 + random.nextInt(9));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.replace(at, end, words.get(random.nextInt(words.size())));
        case 2 -> text.insert(at, text.substring(at, end).repeat(1 + random.nextInt(40)));
        case 3 -> {
          String other = seeds.get(random.nextInt(seeds.size()));
          text.insert(at, other.substring(random.nextInt(other.length())));
        }
        default -> text.insert(at, words.get(random.nextInt(words.size())));
      }
    }
    return text.toString();
  }

  private static boolean grammarWorks(String gbnf, Random random) {
    try {
      draw(gbnf, random);
      return true;
    } catch (GrammarException e) {
      assertTrue(e.line() >= 1 && e.column() >= 1, e.getMessage());
      assertTrue(e.getMessage().length() < 1000, e.getMessage());
      return false;
    }
  }

  private static boolean schemaWorks(String json, Random random) {
    boolean strict = true;
    for (boolean lenient : new boolean[] {false, true}) {
      try {
        draw(JsonSchema.grammar(json, lenient), random);
      } catch (SchemaException e) {
        String message = e.getMessage();
        boolean placed = message.startsWith("JSON schema, ") || message.contains("is empty");
        assertTrue(placed, message);
        assertFalse(message.contains("\n"), message);
        assertFalse(strict && lenient, "lenient refuses what is allowed: " + message);
        strict = false;
      } catch (GrammarException e) {
        // what is too large; the place is one of the grammar that was made
        assertTrue(e.getMessage().contains("too large"), e.getMessage());
        strict = false;
      }
    }
    return strict;
  }

  /** The first tokens of a text. */
  private static void draw(String gbnf, Random random) {
    GrammarState state = new CompiledGrammar(Grammar.parse(gbnf), tokens).start();
    for (int i = 0; i < 6 && !state.isDead(); i++) {
      TokenMask mask = state.mask();
      if (mask.count() > 0) {
        int skipped = random.nextInt(mask.count());
        state = state.accept(mask.ids().skip(skipped).findFirst().orElseThrow());
        assertFalse(state.isDead(), "an allowed token is accepted");
        assertTrue(state.accept("\0\0".getBytes(StandardCharsets.US_ASCII)) != null);
      }
    }
  }
}
