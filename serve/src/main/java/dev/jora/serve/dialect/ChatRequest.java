package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.chat.ChatFormat;
import dev.jora.chat.Message;
import dev.jora.chat.ReplyGrammar;
import dev.jora.chat.tools.Tools;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.text.Grammars;
import dev.jora.serve.text.Parameters;
import dev.jora.serve.text.TextSettings;
import dev.jora.serve.write.Wanted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation that asks for its next answer, in OpenAI's shape, which others are brought into.
 *
 * @param format with the tools that are offered
 * @param opens true if the prompt ends where an answer begins
 * @param logprobs true if the answer tells of them
 */
record ChatRequest(
    ServedModel model,
    ChatFormat format,
    List<Message> messages,
    boolean opens,
    boolean logprobs,
    TextSettings settings,
    int thinkingBudget) {
  private static final int MOST_LOGPROBS = 20;

  /**
   * Reads a request.
   *
   * @param own names that come before others of their row
   * @throws HttpFault for what is wrong with it
   */
  static ChatRequest read(Fields fields, ServedModel model, String... own) {
    List<Message> messages = ChatMessages.read(fields);
    if (!messages.isEmpty()
        && messages.getLast().is(Message.ASSISTANT)
        && !messages.getLast().calls().isEmpty()) {
      throw HttpFault.invalid("Cannot continue an assistant message that contains tool calls.");
    }
    Tools tools = tools(fields);
    ChatFormat plain = model.format(variables(fields));
    ChatFormat format = tools.areOffered() ? plain.offering(tools) : plain;
    boolean logprobs = fields.flag("logprobs", false);
    TextSettings settings = Parameters.read(new Fields(plain(fields, logprobs)), model, own);
    requirePlaces(settings, model);
    boolean opens = fields.flag("add_generation_prompt", true);
    return new ChatRequest(
        model, format, messages, opens, logprobs, settings, budget(fields, model));
  }

  /** Refuses more texts than there are places, or none. */
  static void requirePlaces(TextSettings settings, ServedModel model) {
    int slots = model.scheduler().settings().slots();
    if (settings.texts() < 1 || settings.texts() > slots) {
      throw HttpFault.outside("n", 1, slots, settings.texts()).with("param", "n");
    }
  }

  private static int budget(Fields fields, ServedModel model) {
    Fields kwargs = fields.object("chat_template_kwargs");
    int budget =
        fields.integer(
            "thinking_budget_tokens", fields.integer("reasoning_budget", Integer.MIN_VALUE));
    if (budget != Integer.MIN_VALUE) {
      return Math.max(-1, budget);
    }
    return kwargs.flag("enable_thinking", fields.flag("enable_thinking", true))
        ? model.offer().thinkingBudget()
        : 0;
  }

  private static Tools tools(Fields fields) {
    if (!fields.has("tools") && !fields.has("tool_choice")) {
      return Tools.NONE;
    }
    return Tools.of(
        plain(fields, "tools"), plain(fields, "tool_choice"), plain(fields, "parallel_tool_calls"));
  }

  private static Object plain(Fields fields, String name) {
    return fields.find(name).map(f -> Json.plain(f.value())).orElse(null);
  }

  private static Map<String, Object> variables(Fields fields) {
    Map<String, Object> variables = new LinkedHashMap<>();
    fields.find("reasoning_effort").ifPresent(f -> variables.put("reasoning_effort", f.text()));
    fields
        .find("enable_thinking")
        .ifPresent(
            f -> {
              variables.put("enable_thinking", f.flag());
              variables.put("thinking", f.flag());
            });
    variables.putAll(Json.map(fields.object("chat_template_kwargs").node()));
    return variables;
  }

  /** The request with the names of the common table in place of OpenAI's. */
  private static ObjectNode plain(Fields fields, boolean logprobs) {
    ObjectNode node = fields.node().deepCopy();
    int top = fields.integer("top_logprobs", 0);
    if (top < 0 || top > MOST_LOGPROBS) {
      throw HttpFault.outside("top_logprobs", 0, MOST_LOGPROBS, top).with("param", "top_logprobs");
    }
    if (top > 0 && !logprobs) {
      throw HttpFault.invalid("top_logprobs requires logprobs to be set to true")
          .with("param", "top_logprobs");
    }
    if (logprobs) {
      node.put("n_probs", Math.max(1, top));
    }
    fields.find("response_format").ifPresent(f -> form(f, node));
    return node;
  }

  /** What OpenAI calls a response format, as a schema. */
  private static void form(Field field, ObjectNode node) {
    Fields format = field.object();
    String type = format.text("type", "text");
    switch (type) {
      case "text" -> {}
      case "json_object" -> node.set("json_schema", schema(format));
      case "json_schema" -> {
        Fields named = format.object("json_schema");
        node.set("json_schema", schema(named.has("schema") ? named : format));
      }
      default ->
          throw HttpFault.invalid(
                  "response_format type must be one of \"text\" or \"json_object\", but got: %s",
                  type)
              .with("param", "response_format");
    }
  }

  private static JsonNode schema(Fields holder) {
    JsonNode any = Json.object().put("type", "object");
    return holder.find("schema").map(f -> (JsonNode) f.object().node()).orElse(any);
  }

  /** The answer that is wanted. */
  Wanted.Answer wanted() {
    return new Wanted.Answer(format, messages, grammar(), thinkingBudget, settings);
  }

  private ReplyGrammar grammar() {
    if (!format.tools().areOffered()) {
      return Grammars.replies(settings, model);
    }
    if (settings.isHeld()) {
      throw HttpFault.invalid(
          "Cannot use custom grammar constraints with tools: leave out grammar, json_schema and"
              + " response_format, or tools");
    }
    return Grammars.calls(format, model);
  }

  /** The prompt that the template makes. */
  String prompt() {
    return format.prompt(messages, opens).text().string();
  }

  /** Tokens of the prompt. */
  int tokens() {
    return format.prompt(messages, opens).ids().length;
  }
}
