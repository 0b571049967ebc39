package dev.jora.chat;

import dev.jora.chat.tools.ToolFormat;
import dev.jora.chat.tools.Tools;
import dev.jora.gguf.Utf8;
import dev.jora.template.Limits;
import dev.jora.template.Template;
import dev.jora.template.TemplateException;
import dev.jora.template.Text;
import dev.jora.template.Value;
import dev.jora.tokenizer.Tokenizer;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a model wants its conversations: a template, the variables it sees besides the messages, and
 * a tokenizer. What the template cannot take is found out once, by trying, and put into messages
 * that it can: a system message becomes the beginning of the first thing the user says, and a
 * conversation that the model begins gets a user who opens it.
 */
public final class ChatFormat {
  /** What the user is made to say where a template insists that the user speaks first. */
  static final String OPENING = "[The conversation begins.]";

  /** Words that no template has of its own, to see where what was said ends up. */
  private static final String FIRST = "one_jora_first_words";

  private static final String SECOND = "two_jora_second_words";
  private static final String THIRD = "Three_jora_third_words";

  private final Template template;
  private final Tokenizer tokenizer;
  private final Map<String, Value> variables;
  private final Supplier<LocalDateTime> now;
  private final Limits limits;
  private final boolean takesSystem;
  private final boolean takesOpening;
  private final List<String> stops;
  private final ReasoningFormat reasoning;
  private final Tools tools;

  /** How the template takes tools; found out when that matters. */
  private ToolPrompt toolPrompt;

  /**
   * A format.
   *
   * @param kwargs more variables for the template, as JSON: {@code enable_thinking} and the like
   * @param now what {@code strftime_now} sees
   * @throws ChatException if a variable is none that a template can have
   */
  public ChatFormat(
      Template template, Tokenizer tokenizer, Map<String, ?> kwargs, Supplier<LocalDateTime> now) {
    this(template, tokenizer, kwargs, now, Limits.DEFAULT);
  }

  /**
   * A format.
   *
   * @param limits what a rendering may take, and who may cancel it
   * @throws ChatException if a variable is none that a template can have
   */
  public ChatFormat(
      Template template,
      Tokenizer tokenizer,
      Map<String, ?> kwargs,
      Supplier<LocalDateTime> now,
      Limits limits) {
    this.tools = Tools.NONE;
    this.template = template;
    this.limits = limits;
    this.tokenizer = tokenizer;
    this.now = now;
    this.variables = new LinkedHashMap<>(ChatPrompt.variables(tokenizer.vocab()));
    variables.putAll(ChatPrompt.variables(kwargs));
    this.takesSystem = shows(List.of(Message.system(FIRST), Message.user(SECOND)), FIRST);
    this.takesOpening =
        shows(
            List.of(Message.assistant(FIRST), Message.user(SECOND), Message.assistant(THIRD)),
            FIRST);
    this.stops = findStops();
    ReasoningFormat format =
        ReasoningFormats.detect(template.text(), text -> tokenizer.vocab().find(text) >= 0);
    ReasoningFormat common = ReasoningFormats.common();
    boolean opensOnly =
        format == ReasoningFormat.NONE
            && common.opens().stream().anyMatch(template.text()::contains);
    this.reasoning = opensOnly ? common : format;
  }

  private ChatFormat(ChatFormat other, Tools tools) {
    this.tools = tools;
    this.template = other.template;
    this.limits = other.limits;
    this.tokenizer = other.tokenizer;
    this.now = other.now;
    this.variables = other.variables;
    this.takesSystem = other.takesSystem;
    this.takesOpening = other.takesOpening;
    this.stops = other.stops;
    this.reasoning = other.reasoning;
    this.toolPrompt = other.toolPrompt();
  }

  /** The same, whose prompts offer tools. */
  public ChatFormat offering(Tools tools) {
    return new ChatFormat(this, tools);
  }

  /** The tools that are offered. */
  public Tools tools() {
    return tools;
  }

  /** The variables that the template sees besides the messages and tools. */
  public Map<String, Value> variables() {
    return Collections.unmodifiableMap(variables);
  }

  /** How the model calls tools. */
  public ToolFormat toolFormat() {
    return toolPrompt().format();
  }

  /** True if the template has a place for tools. */
  public boolean takesTools() {
    return toolPrompt().takesTools();
  }

  private synchronized ToolPrompt toolPrompt() {
    if (toolPrompt == null) {
      toolPrompt =
          new ToolPrompt(
              template.text(),
              (messages, offered) -> {
                try {
                  return render(messages, offered, true).string();
                } catch (TemplateException | ChatException e) {
                  return "";
                }
              });
    }
    return toolPrompt;
  }

  /** How the model marks what it thinks. */
  public ReasoningFormat reasoning() {
    return reasoning;
  }

  /** True if the template has a place for system messages. */
  public boolean takesSystem() {
    return takesSystem;
  }

  /**
   * The prompt of messages.
   *
   * @param answer true: with what begins the model's answer
   * @throws TemplateException if the template refuses them
   * @throws ChatException if there is to be an answer, and not one token before it
   */
  public RenderedPrompt prompt(List<Message> messages, boolean answer) {
    Text text = renderAll(messages, answer);
    int[] ids = ChatPrompt.tokens(tokenizer, text);
    if (answer && ids.length == 0) {
      throw new ChatException(
          "the chat template makes an empty prompt of the conversation, and the model adds no"
              + " tokens: use another template");
    }
    return new RenderedPrompt(text, ids);
  }

  /**
   * Tokens of the prompt of messages before the user's first word, if the user speaks first: those
   * of the system message, if there is one, and what the template writes.
   */
  public int opening(List<Message> messages) {
    boolean told = !messages.isEmpty() && messages.getFirst().is(Message.SYSTEM);
    List<Message> system = messages.subList(0, told ? 1 : 0);
    try {
      int[] one = prompt(joined(system, Message.user(FIRST)), true).ids();
      int[] other = prompt(joined(system, Message.user(THIRD)), true).ids();
      int same = Arrays.mismatch(one, other);
      return Math.max(0, same);
    } catch (TemplateException | ChatException e) {
      return 0; // it has said, or will say, what is wrong
    }
  }

  private static List<Message> joined(List<Message> messages, Message last) {
    List<Message> all = new ArrayList<>(messages);
    all.add(last);
    return all;
  }

  /** What the template cannot take is put into what it can. */
  private Text renderAll(List<Message> messages, boolean answer) {
    boolean called = messages.stream().anyMatch(m -> m.is(Message.TOOL) || !m.calls().isEmpty());
    if (!tools.areOffered() && !called) {
      return render(adapted(messages), answer);
    }
    ToolPrompt prompt = toolPrompt();
    List<Message> adapted = adapted(prompt.adapted(messages, tools));
    boolean offers = tools.areOffered() && prompt.takesTools();
    return render(prompt.json(adapted), offers ? tools.json() : List.of(), answer);
  }

  private Text render(List<Message> messages, boolean answer) {
    return render(messages.stream().map(Message::json).toList(), List.of(), answer);
  }

  private Text render(
      List<Map<String, Object>> messages, List<Map<String, Object>> offered, boolean answer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("messages", messages);
    json.put("add_generation_prompt", answer);
    if (!offered.isEmpty()) {
      json.put("tools", offered);
    }
    Map<String, Value> all = new LinkedHashMap<>(variables);
    all.putAll(ChatPrompt.variables(json));
    return template.render(all, now.get(), limits);
  }

  private boolean shows(List<Message> messages, String words) {
    try {
      return render(messages, true).string().contains(words);
    } catch (TemplateException e) {
      return false;
    }
  }

  /** In messages that the template can take. */
  private List<Message> adapted(List<Message> messages) {
    List<Message> adapted = new ArrayList<>(messages);
    String system = null;
    if (!takesSystem && !adapted.isEmpty() && adapted.getFirst().is(Message.SYSTEM)) {
      system = adapted.removeFirst().content();
    }
    int first = !adapted.isEmpty() && adapted.getFirst().is(Message.SYSTEM) ? 1 : 0;
    boolean modelBegins = first < adapted.size() && adapted.get(first).is(Message.ASSISTANT);
    if (modelBegins && (!takesOpening || system != null)) {
      adapted.add(first, Message.user(OPENING));
    }
    if (system != null) {
      for (int i = 0; i < adapted.size(); i++) {
        if (adapted.get(i).is(Message.USER)) {
          adapted.set(i, Message.user(system + "\n\n" + adapted.get(i).content()));
          break;
        }
      }
    }
    return adapted;
  }

  /**
   * Texts by which an answer ends where the format has no token for that: what the template writes
   * between an answer and the next thing the user says, such as {@code USER:}. A model that was
   * taught such a format may write that itself. None where control tokens begin a turn.
   */
  public List<String> stops() {
    return stops;
  }

  private List<String> findStops() {
    List<Message> exchange =
        List.of(Message.user(FIRST), Message.assistant(SECOND), Message.user(THIRD));
    String between;
    try {
      String text = render(exchange, false).string();
      int from = text.indexOf(SECOND);
      int to = text.indexOf(THIRD);
      if (from < 0 || to < from) {
        return List.of();
      }
      between = text.substring(from + SECOND.length(), to);
    } catch (TemplateException e) {
      return List.of();
    }
    StringBuilder words = new StringBuilder();
    for (int id : tokenizer.encode(between, false, true)) {
      boolean ends = tokenizer.vocab().isEog(id);
      if (!ends && tokenizer.vocab().needsTrust(id)) {
        return List.of();
      }
      words.append(ends ? "" : Utf8.decode(tokenizer.piece(id, true)));
    }
    String mark = words.toString().strip().lines().findFirst().orElse("").strip();
    return mark.length() < 3 ? List.of() : List.of(mark);
  }
}
