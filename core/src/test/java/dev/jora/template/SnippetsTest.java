package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * More than two thousand expressions and statements: the same as Python's Jinja, errors included.
 */
final class SnippetsTest {
  @Test
  void meanWhatTheyMeanInPython() {
    JsonNode golden = Golden.json(Shared.testdata("jinja/snippets.json"));
    Map<String, Value> variables = Render.variables(golden.get("variables"));
    List<String> different = new ArrayList<>();
    for (JsonNode each : golden.get("cases")) {
      String source = each.get("template").asText();
      String found;
      try {
        Template template = Template.parse(source);
        found = "ok " + template.render(variables, Render.NOW, Limits.DEFAULT).string();
      } catch (TemplateException e) {
        found = "err " + e.getMessage();
      }
      boolean same =
          each.has("ok") ? found.equals("ok " + each.get("ok").asText()) : found.startsWith("err ");
      if (!same) {
        different.add(each + " but " + found);
      }
    }
    assertEquals(List.of(), different);
    assertTrue(golden.get("cases").size() > 2200);
  }
}
