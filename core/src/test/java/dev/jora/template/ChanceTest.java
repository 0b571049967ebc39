package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code random} and {@code lipsum}, which Python cannot be asked about. */
final class ChanceTest {
  @Test
  void aTemplateAlwaysDrawsTheSame() {
    String template = "{% for i in range(50) %}{{ 'abcdé😀'|random }}{% endfor %}{{ lipsum(2) }}";
    assertEquals(Render.string(template), Render.string(template));
    assertNotEquals(Render.string(template), Render.string(template + " ").stripTrailing());
  }

  @Test
  void everyItemIsDrawnSooner() {
    String drawn = Render.string("{% for i in range(500) %}{{ range(9)|random }}{% endfor %}");
    Set<Integer> digits = new HashSet<>(drawn.chars().boxed().toList());
    assertEquals(9, digits.size());
    assertEquals("x", Render.string("{{ ('x', )|random }}"));
  }

  @Test
  void paragraphsAreOfSentences() {
    String text = Render.string("{{ lipsum(3, false, 30, 40) }}");
    List<String> paragraphs = List.of(text.split("\n\n"));
    assertEquals(3, paragraphs.size());
    for (String paragraph : paragraphs) {
      int words = paragraph.split(" ").length;
      assertTrue(words >= 30 && words < 40, paragraph);
      assertTrue(Character.isUpperCase(paragraph.charAt(0)), paragraph);
      assertTrue(paragraph.endsWith("."), paragraph);
      assertFalse(paragraph.matches("(?i).*\\b(\\w+) \\1\\b.*"), paragraph);
    }
    assertEquals(
        "2 True", Render.string("{% set l = lipsum(2) %}{{ l.count('<p>') }} {{ l is escaped }}"));
  }
}
