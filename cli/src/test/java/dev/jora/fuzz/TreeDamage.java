package dev.jora.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damage to what JSON says, which stays JSON. */
final class TreeDamage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String[] ODD = {
    "null",
    "true",
    "-1",
    "0",
    "1",
    "32",
    "65536",
    "2147483647",
    "2147483648",
    "4294967296",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "1e400",
    "0.5",
    "\"\"",
    "\" \"",
    "\"\\ud800\"",
    "\"<0x0A>\"",
    "[]",
    "{}",
    "[[]]",
    "[1,2]",
    "[0,0,0,0,0]",
    "\"F32\"",
    "\"I64\"",
    "\"(a+)+$\"",
    "{\"Regex\":\"(?:(a|a)*)*b\"}",
    "{\"id\":3,\"content\":\"a\"}",
    "\"Sequence\"",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
  };

  private TreeDamage() {}

  static JsonNode read(byte[] json) throws IOException {
    return JSON.readTree(json);
  }

  /** The JSON of a tree with one or two values changed, removed, moved or added. */
  static byte[] of(JsonNode tree, Random random) throws IOException {
    for (int n = random.nextInt(2); n >= 0; n--) {
      change(tree, random);
    }
    return JSON.writeValueAsBytes(tree);
  }

  private static void change(JsonNode root, Random random) throws IOException {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode at = containers.get(random.nextInt(containers.size()));
    JsonNode value = JSON.readTree(Damage.one(ODD, random));
    if (random.nextInt(4) == 0) {
      JsonNode other = containers.get(random.nextInt(Math.min(20, containers.size())));
      value = other.size() < 50 ? other.deepCopy() : value;
    }
    int place = at.isEmpty() ? -1 : random.nextInt(at.size());
    int how = random.nextInt(4);
    if (at instanceof ObjectNode object && place >= 0) {
      String name = object.propertyStream().skip(place).findFirst().orElseThrow().getKey();
      switch (how) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + "x", object.remove(name));
        default -> object.set(name, value);
      }
    } else if (at instanceof ArrayNode array) {
      switch (how) {
        case 0 -> array.add(value);
        case 1 -> array.remove(place);
        default -> {
          if (place >= 0) {
            array.set(place, value);
          }
        }
      }
    }
  }

  /** Objects and arrays, but only a few elements of long lists. */
  private static void collect(JsonNode node, List<JsonNode> found) {
    if (!node.isContainerNode()) {
      return;
    }
    found.add(node);
    int i = 0;
    for (JsonNode child : node) {
      if (i++ < 40) {
        collect(child, found);
      }
    }
  }
}
