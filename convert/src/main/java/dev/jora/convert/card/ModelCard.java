package dev.jora.convert.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The YAML between two lines {@code ---} at the start of README.md. Every scalar is text as it
 * stands, but for null: {@code version: 1.10} has both its digits, and {@code no} is Norwegian.
 */
final class ModelCard {
  static final String FILE = "README.md";

  /** Far more than real cards have; the library's time grows with the square of a line. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 50;

  /** Real cards have none; many of them make a short card mean a long text. */
  private static final int MAX_ALIASES = 32;

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final String FENCE = "---";

  private final Iterator<Event> events;
  private final Map<Anchor, JsonNode> anchors = new HashMap<>();
  private int aliases;

  private ModelCard(Iterator<Event> events) {
    this.events = events;
  }

  /**
   * The card of the model in {@code folder}, as an object: text, null, lists and objects; empty if
   * there is none. One that cannot be read is passed over with a note.
   */
  static JsonNode read(Path folder, List<String> notes) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return none;
    }
    try {
      String yaml = frontMatter(file);
      if (yaml.isBlank()) {
        return none;
      }
      JsonNode card = parse(yaml);
      if (card.isObject()) {
        return card;
      }
      if (!card.isNull()) {
        notes.add(passedOver("it has no keys"));
      }
    } catch (MarkedYamlEngineException e) {
      // Lines are counted from 0, and the first one of the file is the fence.
      String line = e.getProblemMark().map(m -> "line " + (m.getLine() + 2) + ": ").orElse("");
      notes.add(passedOver("it is not YAML: " + line + e.getProblem()));
    } catch (IOException e) {
      notes.add(passedOver(IoReason.of(e)));
    } catch (YamlEngineException e) {
      notes.add(passedOver(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      // The library has others than its own: a NumberFormatException of an escape too large.
      notes.add(passedOver("it is not YAML: " + e.getMessage()));
    }
    return none;
  }

  private static String passedOver(String why) {
    return FILE + ": the model card is passed over: " + why.strip().replaceAll("\\s+", " ");
  }

  private static String frontMatter(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES);
    }
    Iterator<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().iterator();
    if (!lines.hasNext() || !lines.next().equals(FENCE)) {
      return "";
    }
    StringBuilder yaml = new StringBuilder();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.equals(FENCE)) {
        return yaml.toString();
      }
      // Cards have tabs, which YAML forbids where it indents.
      yaml.append(line.replace("\t", "  ")).append('\n');
    }
    if (bytes.length == MAX_BYTES) {
      throw new IOException("it has no second " + FENCE + " in its first " + MAX_BYTES + " bytes");
    }
    return yaml.toString();
  }

  private static JsonNode parse(String yaml) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(FILE).setCodePointLimit(2 * MAX_BYTES).build();
    ModelCard card = new ModelCard(new Parse(settings).parseString(yaml).iterator());
    while (card.events.hasNext()) {
      Event event = card.events.next();
      if (event instanceof NodeEvent node) {
        return card.value(node, 0);
      }
    }
    return JsonNodeFactory.instance.nullNode();
  }

  private JsonNode value(NodeEvent event, int depth) {
    if (depth > MAX_DEPTH) {
      throw new YamlEngineException("it is nested more than " + MAX_DEPTH + " deep");
    }
    if (event instanceof AliasEvent alias) {
      return aliased(alias.getAlias());
    }
    Optional<Anchor> anchor = event.getAnchor();
    JsonNode value =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent _ -> list(depth);
          case MappingStartEvent _ -> object(depth);
          default -> throw new YamlEngineException("there is an unexpected " + event);
        };
    anchor.ifPresent(name -> anchors.put(name, value));
    return value;
  }

  private JsonNode aliased(Anchor anchor) {
    JsonNode value = anchors.get(anchor);
    if (value == null) {
      throw new YamlEngineException("nothing is named &" + anchor + " before *" + anchor);
    }
    if (++aliases > MAX_ALIASES) {
      throw new YamlEngineException("it has more than " + MAX_ALIASES + " aliases");
    }
    return value;
  }

  private static JsonNode scalar(ScalarEvent scalar) {
    String text = scalar.getValue();
    boolean isNull = scalar.isPlain() && scalar.getTag().isEmpty() && NULLS.contains(text);
    return isNull ? JsonNodeFactory.instance.nullNode() : JsonNodeFactory.instance.textNode(text);
  }

  private ArrayNode list(int depth) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (events.next() instanceof NodeEvent item) {
      list.add(value(item, depth + 1));
    }
    return list;
  }

  private ObjectNode object(int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (events.next() instanceof NodeEvent name) {
      JsonNode key = value(name, depth + 1);
      JsonNode value = value((NodeEvent) events.next(), depth + 1);
      // Keys that are lists or objects mean nothing to anybody here.
      if (key.isTextual()) {
        object.set(key.textValue(), value);
      }
    }
    return object;
  }
}
