package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.jora.convert.source.SourceException;
import dev.jora.fault.JsonReason;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The small files of a model's folder, each read once. Files that are not there are no fault. */
final class TokenizerFolder {
  /** No tokenizer comes near it; a file is held as a whole. */
  private static final long LARGEST = 1L << 29;

  private static final JsonMapper JSON = mapper();

  private final Path path;
  private final Map<String, JsonNode> objects = new HashMap<>();

  TokenizerFolder(Path path) {
    this.path = path;
  }

  private static JsonMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(200).maxNameLength(1 << 20).build());
    return mapper;
  }

  boolean has(String name) {
    return Files.isRegularFile(path.resolve(name));
  }

  /** The first of these files that is there. */
  Optional<String> first(String... names) {
    for (String name : names) {
      if (has(name)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  byte[] bytes(String name) {
    Path file = path.resolve(name);
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw fault(name, "a file of at most " + LARGEST + " bytes", size + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new SourceException(file + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  /** A file as text; bytes that are not UTF-8 stand escaped as {@link Utf8} says. */
  String text(String name) {
    String text = Utf8.decode(bytes(name));
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The object that a JSON file is; a missing node if there is no such file. */
  JsonNode object(String name) {
    return objects.computeIfAbsent(name, this::parse);
  }

  private JsonNode parse(String name) {
    if (!has(name)) {
      return MissingNode.getInstance();
    }
    JsonNode node;
    try {
      node = JSON.readTree(bytes(name));
    } catch (JsonProcessingException e) {
      String reason = JsonReason.why(e);
      throw new SourceException(path.resolve(name) + ": no JSON: " + reason, e);
    } catch (IOException e) {
      throw new SourceException(path.resolve(name) + ": cannot be read: " + IoReason.of(e), e);
    }
    if (!node.isObject()) {
      throw fault(name, "a JSON object", name(node));
    }
    return node;
  }

  /** Names of the files with this ending in a folder within, in alphabetical order. */
  List<String> files(String folder, String ending) {
    Path within = path.resolve(folder);
    TreeSet<String> names = new TreeSet<>();
    if (Files.isDirectory(within)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(within)) {
        for (Path entry : entries) {
          String name = entry.getFileName().toString();
          if (name.endsWith(ending) && Files.isRegularFile(entry)) {
            names.add(name);
          }
        }
      } catch (IOException e) {
        throw new SourceException(within + ": cannot be read: " + IoReason.of(e), e);
      }
    }
    return List.copyOf(names);
  }

  /** A file of the folder, for messages. */
  Path path(String name) {
    return path.resolve(name);
  }

  /** A fault in a file. */
  SourceException fault(String where, String expected, String found) {
    return new SourceException(path.resolve(where) + ": expected " + expected + ", found " + found);
  }

  /** A fault that no file of this folder alone is guilty of. */
  SourceException fault(String sentence) {
    return new SourceException(path + ": " + sentence);
  }

  /** A string of a JSON file; half a surrogate pair becomes U+FFFD. */
  String string(JsonNode node, String file, String where) {
    if (!node.isTextual()) {
      throw fault(file + ": " + where, "a string", name(node));
    }
    return Utf8.wellFormed(node.textValue());
  }

  /** A token's id in a JSON file. */
  int id(JsonNode node, String file, String where) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
      throw fault(
          file + ": " + where,
          "an id from 0 to " + Integer.MAX_VALUE,
          node.isNumber() ? shortened(node.asText()) : name(node));
    }
    return node.intValue();
  }

  /** An array or object within a JSON file; null and none are an empty one. */
  JsonNode container(JsonNode node, boolean array, String file, String where) {
    if (node.isMissingNode() || node.isNull()) {
      return MissingNode.getInstance();
    }
    if (array ? !node.isArray() : !node.isObject()) {
      throw fault(file + ": " + where, array ? "an array" : "an object", name(node));
    }
    return node;
  }

  /** What a value is, in words. */
  static String name(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING -> "the string '" + shortened(node.asText()) + "'";
      case NUMBER -> "the number " + shortened(node.asText());
      case BOOLEAN -> node.asText();
      case NULL -> "null";
      case MISSING -> "nothing";
      case BINARY -> "bytes";
    };
  }

  static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
