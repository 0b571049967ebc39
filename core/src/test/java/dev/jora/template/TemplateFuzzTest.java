package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Broken templates end in a {@link TemplateException}, and soon. */
final class TemplateFuzzTest {
  private static final Limits LIMITS = new Limits(1_000_000, 500, 1 << 20, Duration.ofSeconds(5));

  private static final String[] SNIPPETS = {
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{%- raw %}",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "'",
    "\"",
    "\\",
    "-",
    "**",
    "//",
    "%",
    "~",
    "{% for x in messages recursive %}",
    "{% endfor %}",
    "{% macro f(a, b=1) %}",
    "{% endmacro %}",
    "{{ f(f) }}",
    "loop(messages)",
    " is ",
    " not ",
    " in ",
    " if ",
    " else ",
    "9999999999999999999999",
    "1e999",
    "\u0000",
    "😀",
    "\r",
    "\n",
    "|tojson(indent=9999999)",
    "*9999999",
    "[::-1]",
    ".format(1)",
    "%s",
    "|map('f')",
    "|sort",
    "|groupby('role')",
    "|batch(0)",
    "|slice(-1)",
    "|center(9999999)",
    "|default(f)",
    ".items()"
  };

  @Test
  void mutationsNeverDoWorse() throws Exception {
    Path folder = Shared.golden("chat-templates");
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("templates"))) {
      for (Path file : files.sorted().toList()) {
        sources.add(Files.readString(file));
      }
    }
    JsonNode cases = Golden.json(folder.resolve("cases.json"));
    List<Map<String, Value>> variables = new ArrayList<>();
    cases.forEach(each -> variables.add(Render.variables(each)));
    Random random = new Random(25);
    int broken = 0;
    for (int i = 0; i < 4000; i++) {
      String template = mutated(sources.get(random.nextInt(sources.size())), random);
      try {
        Template.parse(template)
            .render(variables.get(random.nextInt(variables.size())), Render.NOW, LIMITS);
      } catch (TemplateException e) {
        broken++;
        assertTrue(e.line() > 0 && e.column() > 0);
      } catch (RuntimeException | Error e) {
        fail("template " + i + ":\n" + template, e);
      }
    }
    assertTrue(broken > 1000, "only " + broken + " failed: mutations too tame");
  }

  private static String mutated(String source, Random random) {
    StringBuilder text = new StringBuilder(source);
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(40) + 1));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, SNIPPETS[random.nextInt(SNIPPETS.length)]);
        case 2 -> text.replace(at, end, SNIPPETS[random.nextInt(SNIPPETS.length)]);
        case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        default -> text.setLength(Math.max(1, at));
      }
      if (text.isEmpty()) {
        return "";
      }
    }
    return text.toString();
  }
}
