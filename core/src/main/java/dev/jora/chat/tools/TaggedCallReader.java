package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.TaggedCall;
import dev.jora.chat.tools.Marker.Fit;
import dev.jora.chat.tools.Marker.Match;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads a call each of whose arguments stands between markers. */
final class TaggedCallReader extends CallReader {
  private enum Part {
    HEAD,
    BETWEEN,
    VALUE
  }

  private final TaggedCall call;
  private final Marker key;
  private final String end;
  private final Set<String> keys = new HashSet<>();
  private Part part = Part.HEAD;
  private Tool tool;
  private Map<String, String> current = Map.of();
  private int searched;

  TaggedCallReader(TaggedCall call, ToolFormat format, Tools tools, CallInput in, Out out) {
    super(format, tools, in, out);
    this.call = call;
    this.key = Marker.of(call.key().text().stripTrailing()); // space behind it is the value's
    this.end = call.end().literal();
  }

  @Override
  Step step() {
    return switch (part) {
      case HEAD -> head();
      case BETWEEN -> between();
      case VALUE -> value();
    };
  }

  private Step head() {
    Match match = call.head().at(in.held, 0, in.ended);
    Step step = head(call.head());
    if (step == Step.GOES_ON) {
      tool = tools.find(match.values().get("name")).orElse(null);
      part = Part.BETWEEN;
    }
    return step;
  }

  private Step between() {
    Match more = key.at(in.held, 0, in.ended);
    Match tail = call.tail().at(in.held, 0, in.ended);
    if (more.is(Fit.YES)) {
      in.take(more.end());
      current = more.values();
      part = Part.VALUE;
      searched = 0;
      return keys.add(current.get("key"))
          ? Step.GOES_ON
          : broken("has the argument '" + current.get("key") + "' twice");
    }
    boolean ends = tail.is(Fit.YES) || in.ended && endsAlmost();
    if (ends) {
      in.take(tail.is(Fit.YES) ? tail.end() : in.held.length());
      out.arguments(keys.isEmpty() ? "{}" : "}");
      return Step.DONE;
    }
    boolean may = more.is(Fit.MORE) || tail.is(Fit.MORE);
    return may ? Step.WAITS : in.ended ? Step.BROKEN : broken("has text between its arguments");
  }

  /** True if of several tags that end the call the first is there, and of the others what came. */
  private boolean endsAlmost() {
    String text = in.held.toString().strip();
    return text.startsWith(call.tail().literal()) && call.tail().at(in.held, 0, false).is(Fit.MORE);
  }

  private Step value() {
    int to = in.held.indexOf(end, searched);
    if (to < 0) {
      searched = Math.max(0, in.held.length() - end.length());
      return waits();
    }
    String value = in.take(to);
    in.take(end.length());
    if (call.key().text().endsWith("\n") && value.startsWith("\n")) {
      value = value.substring(1);
    }
    if (call.end().text().startsWith("\n") && value.endsWith("\n")) {
      value = value.substring(0, value.length() - 1);
    }
    String name = current.get("key");
    String begin = keys.size() == 1 ? "{" : ", ";
    out.arguments(begin + ToolJson.write(name) + ": " + json(name, value));
    part = Part.BETWEEN;
    return Step.GOES_ON;
  }

  private String json(String name, String value) {
    String kind = current.get("kind");
    boolean text =
        kind != null ? kind.equals("true") : tool != null && ParameterKind.of(tool, name).isText();
    boolean json = !text && isJson(value);
    return json ? value.strip() : ToolJson.write(value);
  }

  private static boolean isJson(String value) {
    return value.strip().equals("null") || ToolJson.readOrNull(value) != null;
  }
}
