package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Templates in the manner of real ones, which between them use all of the language, with nine
 * conversations each: the same text as Python's, or an error as there. scripts/jinja-goldens.py
 * writes what is expected.
 */
final class TemplatesTest {
  @Test
  void renderAsPythonDoes() throws IOException {
    JsonNode cases = Golden.json(Shared.testdata("jinja/conversations.json"));
    JsonNode expected = Golden.json(Shared.testdata("jinja/expected.json"));
    List<String> different = new ArrayList<>();
    int rendered = 0;
    for (Map.Entry<String, JsonNode> each : expected.properties()) {
      String source = Files.readString(Shared.testdata("jinja/templates").resolve(each.getKey()));
      for (Map.Entry<String, JsonNode> result : each.getValue().properties()) {
        String found = render(source, cases.get(result.getKey()));
        rendered += found.startsWith("ok ") ? 1 : 0;
        if (!isSame(found, result.getValue())) {
          different.add(each.getKey() + " " + result + " but " + found);
        }
      }
    }
    assertEquals(List.of(), different);
    assertTrue(rendered > 150, "only " + rendered + " rendered");
  }

  private static String render(String source, JsonNode variables) {
    try {
      Text text =
          Template.parse(source).render(Render.variables(variables), Render.NOW, Limits.DEFAULT);
      return "ok " + text.string();
    } catch (TemplateException e) {
      return "err " + e.getMessage();
    }
  }

  /** What is raised on purpose is told in the same words; other errors need only be errors. */
  private static boolean isSame(String found, JsonNode result) {
    if (result.has("ok")) {
      return found.equals("ok " + result.get("ok").asText());
    }
    String error = result.get("err").asText();
    return found.startsWith("err ")
        && (!error.startsWith("TemplateError: ") || found.endsWith(": " + error.substring(15)));
  }
}
