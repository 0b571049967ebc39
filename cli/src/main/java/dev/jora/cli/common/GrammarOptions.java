package dev.jora.cli.common;

import dev.jora.grammar.schema.JsonSchema;
import dev.jora.grammar.schema.SchemaException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What texts are held to: a grammar or a JSON schema. */
public final class GrammarOptions {
  /** Names of options whose texts have a notation of their own, with its own escapes. */
  public static final Set<String> NOTATIONS = Set.of("grammar", "json-schema", "j");

  /** Options of which each says what texts are held to, so that one stands for all. */
  public static final Set<String> FORMS =
      Set.of("--grammar", "--grammar-file", "--json-schema", "--json-schema-file");

  private static final String JSON_SCHEMA = "JSON schema";

  @Option(
      names = "--grammar",
      paramLabel = "GBNF",
      description = "Write only what this grammar allows: root ::= \"yes\" | \"no\".")
  String text;

  @Option(
      names = "--grammar-file",
      paramLabel = "FILE",
      description = "The same from a file, in llama.cpp's notation.")
  Path file;

  @Option(
      names = {"-j", "--json-schema"},
      paramLabel = "SCHEMA",
      description =
          "Write JSON of this schema; {} for any value, {\"type\": \"object\"} for any object.")
  String schema;

  @Option(
      names = {"-jf", "--json-schema-file"},
      paramLabel = "FILE",
      description = "The same from a file.")
  Path schemaFile;

  @Option(
      names = "--schema-lenient",
      description = "Leave out what of a schema cannot be enforced; else it is refused.")
  boolean lenient;

  @Option(
      names = "--schema-open",
      negatable = true,
      description =
          "Allow properties that a schema with properties says nothing of (default: in jora grammar"
              + " alone; additionalProperties: true does it too).")
  Boolean open;

  @Option(
      names = "--grammar-trigger",
      paramLabel = "TEXT",
      description =
          "Write freely until this text comes, with which the grammar begins; repeatable.")
  List<String> triggers = new ArrayList<>();

  private Given given; // last, and what was made of it: a chat asks for every answer
  private GrammarSource source;

  /** Takes its texts as they are meant; once, before any is used. */
  public void unescape(EscapeOptions escapes) {
    triggers.replaceAll(escapes::text);
  }

  /**
   * Refuses options of which some are too many, or mean nothing.
   *
   * @throws UserException as a wrong command line
   */
  public void check() {
    long given = Stream.of(text, file, schema, schemaFile).filter(Objects::nonNull).count();
    if (given > 1) {
      throw UserException.usage(
          "give one grammar: --grammar, --grammar-file, --json-schema or --json-schema-file");
    }
    if (given == 0 && !triggers.isEmpty()) {
      throw UserException.usage("--grammar-trigger needs a grammar: --grammar or --json-schema");
    }
    if (schema == null && schemaFile == null && (lenient || open != null)) {
      throw UserException.usage(
          (lenient ? "--schema-lenient" : open ? "--schema-open" : "--no-schema-open")
              + " needs a schema: --json-schema or --json-schema-file");
    }
  }

  /**
   * What texts are held to, or null.
   *
   * @throws UserException where it is no grammar
   */
  public GrammarSource source() {
    return source(true);
  }

  /**
   * The same for who judges texts.
   *
   * @param closed true if, unless the user says, objects have no properties that are not named
   */
  public GrammarSource source(boolean closed) {
    if (Stream.of(text, file, schema, schemaFile).allMatch(Objects::isNull)) {
      return null;
    }
    if (triggers.stream().anyMatch(String::isEmpty)) {
      throw UserException.usage("--grammar-trigger takes a text, found an empty one");
    }
    try {
      return read(open == null ? closed : !open);
    } catch (UserException e) {
      throw new UserException(e.getMessage() + swapped(), e);
    }
  }

  private GrammarSource read(boolean closed) {
    Given now =
        text != null || file != null
            ? given("--grammar", text, file, null)
            : given("--json-schema", schema, schemaFile, new JsonSchema.Reading(lenient, closed));
    if (!now.equals(given)) {
      source = now.source();
      given = now;
    }
    return source;
  }

  private Given given(String name, String words, Path in, JsonSchema.Reading how) {
    return words != null
        ? new Given(name, words, how, List.copyOf(triggers))
        : new Given(in.toString(), MessageFiles.read(in), how, List.copyOf(triggers));
  }

  /**
   * What was given, once it is read.
   *
   * @param how a schema is read; null for a grammar
   */
  private record Given(String name, String text, JsonSchema.Reading how, List<String> triggers) {
    GrammarSource source() {
      return how == null
          ? new GrammarSource(name, text, triggers)
          : new GrammarSource(
              name, gbnf(name, text, how), triggers, () -> JsonSchema.largest(text, how));
    }
  }

  /** What to say where a file was given as the text itself, or the text as a file. */
  private String swapped() {
    if (isFile(text)) {
      return "; " + text + " is a file: --grammar-file reads it";
    }
    if (isFile(schema)) {
      return "; " + schema + " is a file: --json-schema-file reads it";
    }
    if (file != null && file.toString().contains("::=")) {
      return "; --grammar takes the grammar itself";
    }
    if (schemaFile != null && schemaFile.toString().startsWith("{")) {
      return "; --json-schema takes the schema itself";
    }
    return "";
  }

  private static boolean isFile(String word) {
    try {
      return word != null && Files.isRegularFile(Path.of(word));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String gbnf(String name, String json, JsonSchema.Reading how) {
    try {
      return JsonSchema.grammar(json, how);
    } catch (SchemaException e) {
      String message = e.getMessage();
      boolean placed = message.startsWith(JSON_SCHEMA);
      String rest = placed ? message.substring(JSON_SCHEMA.length()) : ": " + message;
      throw new UserException(name + rest, e);
    }
  }
}
