package dev.jora.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A Jinja template with the settings and additions of Hugging Face: {@code trim_blocks}, {@code
 * lstrip_blocks}, {@code break} and {@code continue}, {@code generation}, a {@code tojson} without
 * HTML escapes, {@code raise_exception} and {@code strftime_now}. Immutable; any number of threads
 * may render it.
 */
public final class Template {
  /** A hundred times what the longest templates of models have. */
  private static final int LONGEST = 1 << 22;

  private final Source source;
  private final Parser.Parsed parsed;

  private Template(Source source, Parser.Parsed parsed) {
    this.source = source;
    this.parsed = parsed;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it is not well-formed
   */
  public static Template parse(String text) {
    return parse("chat template", text);
  }

  /**
   * Parses a template.
   *
   * @param name how messages call it
   * @throws TemplateException if it is not well-formed
   */
  public static Template parse(String name, String text) {
    if (text.length() > LONGEST) {
      String message = "a template of " + text.length() + " characters, at most " + LONGEST;
      throw new TemplateException(name, 1, 1, message, null);
    }
    Source source = Source.of(name, text);
    try {
      return new Template(source, Parser.parse(source));
    } catch (Fault e) {
      throw source.error(0, e.getMessage(), e);
    }
  }

  /** Its text, with line feeds for line ends, the last gone. */
  public String text() {
    return source.text();
  }

  /**
   * What the template makes of variables.
   *
   * @param now what {@code strftime_now} sees
   * @throws TemplateException if the template fails, calls {@code raise_exception}, or takes more
   *     than {@code limits}
   */
  public Text render(Map<String, Value> variables, LocalDateTime now, Limits limits) {
    Env env = new Env(new Meter(limits), now, new Random(source.text().hashCode()));
    try {
      return new Interpreter(env, source, parsed).render(new HashMap<>(variables));
    } catch (Fault e) {
      throw source.error(0, e.getMessage(), e);
    } catch (StackOverflowError e) { // values can nest deeper than the code that made them
      throw source.error(0, "a value nests too deeply", e);
    }
  }
}
