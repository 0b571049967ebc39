package dev.jora.chat.tools;

import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/** Tools and splitters for tests. */
final class ToolsFixture {
  static final Tools TOOLS =
      Tools.read(
          """
          [{"type": "function", "function": {"name": "get_weather", "description": "Weather.",
            "parameters": {"type": "object", "properties": {
              "city": {"type": "string"}, "days": {"type": "integer"},
              "unit": {"enum": ["c", "f"]}, "opts": {"type": "object"},
              "tags": {"type": "array", "items": {"type": "string"}}},
              "required": ["city"]}}},
           {"type": "function", "function": {"name": "now"}}]
          """);

  private ToolsFixture() {}

  static ToolFormat format(String name) {
    return ToolFormats.all().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  static Supplier<String> ids() {
    Iterator<Integer> n = java.util.stream.IntStream.iterate(0, i -> i + 1).iterator();
    return () -> "id" + n.next();
  }

  /** What a splitter makes of a text: the events joined, as a text to compare. */
  static final class Heard implements ToolSink {
    final StringBuilder content = new StringBuilder();
    final StringBuilder arguments = new StringBuilder();
    final StringBuilder order = new StringBuilder();
    int longestWait;

    @Override
    public void content(String text) {
      content.append(text);
      if (order.length() == 0 || order.charAt(order.length() - 1) != 'T') {
        order.append('T');
      }
    }

    @Override
    public void call(int index, String id, String name) {
      order.append("(" + index + " " + id + " " + name + " ");
    }

    @Override
    public void arguments(int index, String text) {
      order.append(text);
      arguments.append(text);
    }

    @Override
    public void called(int index, ToolCall call) {
      order.append(")");
    }

    @Override
    public void broken(int index) {
      order.append("!");
    }
  }

  /** A splitter that has read pieces. */
  static ToolSplitter read(ToolFormat format, String begun, List<String> pieces, Heard heard) {
    ToolSplitter splitter = new ToolSplitter(format, TOOLS, begun, ids(), heard);
    pieces.forEach(splitter::accept);
    splitter.finish();
    return splitter;
  }

  static ToolSplitter read(String format, String text) {
    return read(format(format), "", List.of(text), new Heard());
  }
}
