package dev.jora.convert.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.jora.fault.JsonReason;
import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The index of a checkpoint of many files: which of them has which tensor. */
final class CheckpointIndex {
  private static final long MAX_BYTES = 100_000_000;
  private static final String MAP = "weight_map";

  private final Path path;

  CheckpointIndex(Path path) {
    this.path = path;
  }

  /**
   * Reads it.
   *
   * @throws SourceException if it is no index, or a file that it names is missing
   */
  CheckpointPlan plan() {
    Map<String, String> map = weightMap();
    if (map == null || map.isEmpty()) {
      throw fault("expected files by tensor under " + MAP + ", found none");
    }
    List<Path> files = new ArrayList<>();
    for (String name : new TreeSet<>(map.values())) {
      // what leads out of the folder is no file of this checkpoint
      if (name.isBlank() || name.startsWith(".") || !name.matches("[^/\\\\:\\p{Cntrl}]+")) {
        throw fault("expected names of files beside it, found " + name);
      }
      Path file = path.resolveSibling(name);
      if (!Files.exists(file)) {
        throw fault("it names " + name + ", which is missing: fetch that file");
      }
      files.add(file);
    }
    return new CheckpointPlan(files, Optional.of(path), map);
  }

  private Map<String, String> weightMap() {
    try {
      if (!Files.isRegularFile(path)) {
        throw fault("expected an index of weights, found no file");
      }
      if (Files.size(path) > MAX_BYTES) {
        throw fault("expected an index of weights, found %,d bytes".formatted(Files.size(path)));
      }
      String json = Files.readString(path);
      if (!json.stripLeading().startsWith("{")) {
        throw fault("expected an index of weights, found " + other(json));
      }
      try (JsonParser parser = StrictJson.parser(json)) {
        return read(parser);
      }
    } catch (JsonProcessingException e) {
      throw fault("no JSON: " + JsonReason.why(e));
    } catch (IOException e) {
      throw fault("cannot be read: " + IoReason.of(e));
    }
  }

  private static String other(String text) {
    String front = text.substring(0, Math.min(OtherWeights.FRONT, text.length()));
    return OtherWeights.words(front.getBytes(StandardCharsets.UTF_8)).orElse("no JSON");
  }

  private Map<String, String> read(JsonParser parser) throws IOException {
    Map<String, String> map = null;
    parser.nextToken(); // {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals(MAP) && value == JsonToken.START_OBJECT) {
        map = texts(parser);
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw fault("it goes on after its end");
    }
    return map;
  }

  private Map<String, String> texts(JsonParser parser) throws IOException {
    Map<String, String> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw fault("tensor " + tensor + ": expected the name of a file");
      }
      map.put(tensor, parser.getText());
    }
    return map;
  }

  private SourceException fault(String what) {
    return new SourceException(path + ": " + what);
  }
}
