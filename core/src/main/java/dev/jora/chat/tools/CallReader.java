package dev.jora.chat.tools;

import dev.jora.chat.tools.Marker.Fit;
import dev.jora.chat.tools.Marker.Match;
import java.util.Map;

/** Reads one call, in as many steps as it takes. */
abstract sealed class CallReader permits JsonCallReader, HeadedCallReader, TaggedCallReader {
  /** What became of a step. */
  enum Step {
    /** Something was taken; there may be more. */
    GOES_ON,
    /** More must come before anything can be said. */
    WAITS,
    /** The call is whole. */
    DONE,
    /** There is no call. */
    BROKEN,
    /** The answer's text begins here. */
    TEXT
  }

  /** Where the call goes. */
  interface Out {
    /**
     * A call begins.
     *
     * @param id the model's; null if it gave none
     */
    void begins(String id, String name);

    /** More of its arguments. */
    void arguments(String text);
  }

  final ToolFormat format;
  final Tools tools;
  final CallInput in;
  final Out out;

  /** Of a call that is {@link Step#BROKEN}: what is wrong. */
  String fault = "is cut off";

  CallReader(ToolFormat format, Tools tools, CallInput in, Out out) {
    this.format = format;
    this.tools = tools;
    this.in = in;
    this.out = out;
  }

  static CallReader of(ToolFormat format, Tools tools, CallInput in, Out out) {
    return switch (format.call()) {
      case CallSyntax.JsonCall json -> new JsonCallReader(json, format, tools, in, out);
      case CallSyntax.HeadedCall headed -> new HeadedCallReader(headed, format, tools, in, out);
      case CallSyntax.TaggedCall tagged -> new TaggedCallReader(tagged, format, tools, in, out);
    };
  }

  abstract Step step();

  final Step broken(String why) {
    fault = why;
    return Step.BROKEN;
  }

  /** More must come; if nothing does, the call is cut off. */
  final Step waits() {
    return in.ended ? Step.BROKEN : Step.WAITS;
  }

  /** Whether this is a tool's name; any is one where no tools are known. */
  final boolean isTool(String name) {
    return tools.list().isEmpty() ? !name.isEmpty() : tools.find(name).isPresent();
  }

  final Step unknown(String name) {
    return broken("names '" + name + "', which is no tool");
  }

  /** Takes the head of a call, up to its arguments. */
  final Step head(Marker head) {
    Match match = head.at(in.held, 0, in.ended);
    if (match.is(Fit.MORE)) {
      return Step.WAITS;
    }
    if (match.is(Fit.NO)) {
      return broken("has no name");
    }
    Map<String, String> values = match.values();
    String name = values.get("name");
    if (!format.traits().text().isEmpty() && name.equals(format.traits().text())) {
      in.take(match.end());
      return Step.TEXT;
    }
    if (!isTool(name)) {
      return unknown(name);
    }
    in.take(match.end());
    String id = values.get("id");
    if (!format.traits().idText().isEmpty()) {
      id = Marker.of(format.traits().idText()).with(values);
    }
    out.begins(id, name);
    return Step.GOES_ON;
  }

  /**
   * Takes the end of a call that is whole; models forget it, or a token that is not shown is it.
   */
  final Step tail(Marker tail) {
    Match match = tail.at(in.held, 0, in.ended);
    if (match.is(Fit.MORE)) {
      return Step.WAITS;
    }
    if (match.is(Fit.YES)) {
      in.take(match.end());
    } else if (in.ended && tail.at(in.held, 0, false).is(Fit.MORE)) {
      in.take(in.held.length());
    }
    return Step.DONE;
  }
}
