package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.IdPlace;
import dev.jora.chat.tools.CallSyntax.JsonCall;
import java.util.List;
import java.util.Set;

/** Reads a call that is one JSON object, whatever the order of its keys. */
final class JsonCallReader extends CallReader {
  private enum Part {
    OPEN,
    KEY,
    VALUE,
    COMMA
  }

  /** Keys of calls that other models write. */
  private static final List<String> ARGUMENTS = List.of("arguments", "parameters");

  private static final Set<String> IGNORED = Set.of("type", "index");

  private final JsonCall call;
  private final boolean streams;
  private final StringBuilder value = new StringBuilder();
  private Part part = Part.OPEN;
  private JsonScan scan;
  private String key;
  private String id;
  private String name;
  private String arguments;
  private boolean begun;

  JsonCallReader(JsonCall call, ToolFormat format, Tools tools, CallInput in, Out out) {
    super(format, tools, in, out);
    this.call = call;
    // where the id comes last, nothing can be told of the call before
    this.streams = call.idPlace() == IdPlace.NONE || call.idPlace() == IdPlace.FIRST;
  }

  @Override
  Step step() {
    if (value.isEmpty()) {
      in.skipSpace();
    }
    if (in.isEmpty()) {
      return waits();
    }
    char next = in.held.charAt(0);
    return switch (part) {
      case OPEN -> next == '{' ? taken(Part.KEY) : broken("is no JSON object");
      case KEY -> next == '"' ? key() : next == '}' ? closes() : broken("is not JSON");
      case VALUE -> value();
      case COMMA -> next == ',' ? taken(Part.KEY) : next == '}' ? closes() : broken("is not JSON");
    };
  }

  private Step taken(Part then) {
    in.take(1);
    part = then;
    return Step.GOES_ON;
  }

  private Step key() {
    int end = new JsonScan().scan(in.held, 0);
    if (end == JsonScan.OPEN) {
      return waits();
    }
    int colon = end;
    while (colon < in.held.length() && Character.isWhitespace(in.held.charAt(colon))) {
      colon++;
    }
    if (colon == in.held.length()) {
      return waits();
    }
    if (in.held.charAt(colon) != ':') {
      return broken("is not JSON");
    }
    key = String.valueOf(ToolJson.readOrNull(in.held.substring(0, end)));
    if (call.nameKey().isEmpty() && name == null) {
      name = key;
    } else if (!isKnown(key)) {
      return broken("has a key '" + key + "'");
    }
    if (name != null && !isTool(name)) {
      return unknown(name);
    }
    in.take(colon + 1);
    part = Part.VALUE;
    scan = new JsonScan();
    return Step.GOES_ON;
  }

  private boolean isKnown(String key) {
    return !call.nameKey().isEmpty()
        && (key.equals(call.nameKey())
            || isArguments(key)
            || key.equals(call.idKey())
            || IGNORED.contains(key));
  }

  private boolean isArguments(String key) {
    return key.equals(call.argumentsKey())
        || ARGUMENTS.contains(key)
        || call.nameKey().isEmpty() && key.equals(name);
  }

  private Step value() {
    boolean object = value.isEmpty() ? in.held.charAt(0) == '{' : value.charAt(0) == '{';
    boolean shown = isArguments(key) && object && name != null && streams;
    if (shown && !begun) {
      begin();
    }
    int end = scan.scan(in.held, 0);
    String text = in.take(end == JsonScan.OPEN ? in.held.length() : end);
    value.append(text);
    if (shown) {
      out.arguments(text);
    }
    if (end == JsonScan.OPEN) {
      return waits();
    }
    String whole = value.toString();
    value.setLength(0);
    part = Part.COMMA;
    return took(whole);
  }

  private void begin() {
    begun = true;
    out.begins(id, name);
  }

  private Step took(String json) {
    Object plain = ToolJson.readOrNull(json);
    if (plain == null && !json.equals("null")) {
      return broken("is not JSON");
    }
    if (isArguments(key)) {
      arguments = plain instanceof String text ? text : json; // some put them into a string
      return ToolJson.isObject(arguments)
          ? Step.GOES_ON
          : broken("has arguments that are no JSON object");
    }
    if (key.equals(call.nameKey())) {
      name = String.valueOf(plain);
      return isTool(name) ? Step.GOES_ON : unknown(name);
    }
    if (key.equals(call.idKey()) && plain != null) {
      id = String.valueOf(plain);
    }
    return Step.GOES_ON;
  }

  private Step closes() {
    if (name == null) {
      return broken("has no name");
    }
    boolean needsNone = tools.find(name).filter(t -> t.properties().isEmpty()).isPresent();
    if (arguments == null && !needsNone) {
      return broken("has no arguments");
    }
    in.take(1);
    if (!begun) {
      begin();
      out.arguments(arguments == null ? "{}" : arguments);
    }
    return Step.DONE;
  }
}
