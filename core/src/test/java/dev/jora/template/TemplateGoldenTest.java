package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Fifty real templates, nine conversations each: the same text as Python's, or an error as there.
 */
final class TemplateGoldenTest {
  @Test
  void rendersAsPythonDoes() throws IOException {
    Path folder = Shared.golden("chat-templates");
    JsonNode cases = Golden.json(folder.resolve("cases.json"));
    JsonNode expected = Golden.json(folder.resolve("expected.json"));
    List<String> different = new ArrayList<>();
    int renders = 0;
    for (Map.Entry<String, JsonNode> each : expected.properties()) {
      Path file = folder.resolve("templates/" + each.getKey() + ".jinja");
      Template template = Template.parse(Files.readString(file));
      for (Map.Entry<String, JsonNode> result : each.getValue().properties()) {
        renders++;
        Map<String, Value> variables = Render.variables(cases.get(result.getKey()));
        String found;
        try {
          found = "ok " + template.render(variables, Render.NOW, Limits.DEFAULT).string();
        } catch (TemplateException e) {
          found = "err " + e.getMessage();
        }
        JsonNode ok = result.getValue().get("ok");
        boolean same = ok != null ? found.equals("ok " + ok.asText()) : hasError(found, result);
        if (!same) {
          different.add(each.getKey() + " " + result.getKey() + ": " + found);
        }
      }
    }
    assertEquals(List.of(), different);
    assertTrue(renders >= 450, "only " + renders + " renders");
  }

  /** The same sentence behind the place; Python puts the name of its exception there. */
  private static boolean hasError(String found, Map.Entry<String, JsonNode> result) {
    String error = result.getValue().get("err").asText().replaceFirst("^\\w+: ", "");
    return found.matches("err chat template, line \\d+, column \\d+: (?s:.*)")
        && found.endsWith(": " + error);
  }
}
