package dev.jora.chat.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random calls of the tools of {@link ToolsFixture}. */
final class ToolArguments {
  private static final String[] WORDS = {
    "Oslo", "", " ", "a\nb", "\"q\"", "\\", "{", "}", "<x>", "</p>", "é世", "null", "2", "[1]", "'"
  };

  private ToolArguments() {}

  static ToolCall random(Random random) {
    if (random.nextInt(6) == 0) {
      return new ToolCall("id", "now", "{}");
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("city", word(random));
    if (random.nextBoolean()) {
      arguments.put("days", random.nextInt(-5, 500));
    }
    if (random.nextBoolean()) {
      arguments.put("unit", random.nextBoolean() ? "c" : "f");
    }
    if (random.nextBoolean()) {
      Map<String, Object> inner = new LinkedHashMap<>();
      inner.put(word(random), random.nextInt(1000) / 8.0);
      inner.put("deep", List.of(true, Map.of("k", word(random))));
      arguments.put("opts", inner);
    }
    if (random.nextBoolean()) {
      arguments.put("tags", List.of(word(random), word(random)));
    }
    return new ToolCall("id", "get_weather", ToolJson.write(arguments));
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      word.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return word.toString();
  }

  /** Names and arguments, without ids. */
  static List<String> plain(List<ToolCall> calls) {
    List<String> plain = new ArrayList<>();
    calls.forEach(call -> plain.add(call.name() + " " + ToolJson.write(call.values())));
    return plain;
  }
}
