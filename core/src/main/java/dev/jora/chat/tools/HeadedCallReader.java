package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.HeadedCall;

/** Reads a call whose arguments are a JSON object between markers. */
final class HeadedCallReader extends CallReader {
  private enum Part {
    HEAD,
    ARGUMENTS,
    TAIL
  }

  private final HeadedCall call;
  private final JsonScan scan = new JsonScan();
  private final StringBuilder arguments = new StringBuilder();
  private Part part = Part.HEAD;

  HeadedCallReader(HeadedCall call, ToolFormat format, Tools tools, CallInput in, Out out) {
    super(format, tools, in, out);
    this.call = call;
  }

  @Override
  Step step() {
    return switch (part) {
      case HEAD -> {
        Step step = head(call.head());
        part = step == Step.GOES_ON ? Part.ARGUMENTS : part;
        yield step;
      }
      case ARGUMENTS -> arguments();
      case TAIL -> tail(call.tail());
    };
  }

  private Step arguments() {
    if (arguments.isEmpty()) {
      in.skipSpace();
    }
    if (in.isEmpty()) {
      return waits();
    }
    if (arguments.isEmpty() && in.held.charAt(0) != '{') {
      return broken("has no JSON object of arguments");
    }
    int end = scan.scan(in.held, 0);
    String text = in.take(end == JsonScan.OPEN ? in.held.length() : end);
    arguments.append(text);
    out.arguments(text);
    if (end == JsonScan.OPEN) {
      return waits();
    }
    part = Part.TAIL;
    return ToolJson.isObject(arguments.toString())
        ? Step.GOES_ON
        : broken("has arguments that are not JSON");
  }
}
