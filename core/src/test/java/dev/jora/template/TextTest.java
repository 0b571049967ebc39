package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is data stays data, whatever a template does to it. */
final class TextTest {
  /** The text with its data in brackets. */
  private static String marked(Text text) {
    return text.pieces().stream()
        .map(piece -> piece.trusted() ? piece.text() : "⟦" + piece.text() + "⟧")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "-->",
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          {{ x }}                                                        --> ⟦ab<c>⟧
          {{ 'ab<c>' }}                                                  --> ab<c>
          {{ '<' + x + '>' }}                                            --> <⟦ab<c>⟧>
          {{ '<' ~ x ~ x ~ 1 }}                                          --> <⟦ab<c>ab<c>⟧1
          {{ x|upper }}                                                  --> ⟦AB<C>⟧
          {{ ('-' + x + '-')|upper }}                                    --> -⟦AB<C>⟧-
          {{ (' ' + x + ' ')|trim }}                                     --> ⟦ab<c>⟧
          {{ ('-' + x)[1:3] }}                                           --> ⟦ab⟧
          {{ ('-' + x)[::-1] }}                                          --> ⟦>c<ba⟧-
          {{ x[0] ~ '.' ~ x[-1] }}                                       --> ⟦a⟧.⟦>⟧
          {{ x|replace('b', '--') }}                                     --> ⟦a⟧--⟦<c>⟧
          {{ 'x-x'|replace('-', x) }}                                    --> x⟦ab<c>⟧x
          {{ x.split('b')|join('|') }}                                   --> ⟦a⟧|⟦<c>⟧
          {{ [x, 'y']|join(x) }}                                         --> ⟦ab<c>ab<c>⟧y
          {{ x|tojson }}                                                 --> "⟦ab<c>⟧"
          {{ {'k': x}|tojson }}                                          --> {"k": "⟦ab<c>⟧"}
          {{ {'k': x} }}                                                 --> {'k': '⟦ab<c>⟧'}
          {{ q|tojson }}                                                 --> "⟦\\"\\n⟧"
          {{ ('["' + x + '"]')|from_json|first }}                        --> ⟦ab<c>⟧
          {{ '%s!%s' % (x, 'y') }}                                       --> ⟦ab<c>⟧!y
          {{ '{}!{}'.format(x, 'y') }}                                   --> ⟦ab<c>⟧!y
          {{ x|e }}                                                      --> ⟦ab&lt;c&gt;⟧
          {{ x|list|last }}                                              --> ⟦>⟧
          {{ m|map(attribute='c')|join('.') }}                           --> ⟦p⟧.⟦q⟧
          {% for k, v in m[0].items() %}{{ k }}:{{ v }}{% endfor %}      --> ⟦c⟧:⟦p⟧
          {% set y %}<{{ x }}>{% endset %}{{ y }}                        --> <⟦ab<c>⟧>
          {% macro f(y) %}<{{ y }}>{% endmacro %}{{ f(x) }}              --> <⟦ab<c>⟧>
          {% filter upper %}<{{ x }}>{% endfilter %}                     --> <⟦AB<C>⟧>
          {% set n = namespace(y=x) %}{% set n.y = n.y + '!' %}{{ n.y }} --> ⟦ab<c>⟧!
          {{ x|string|safe|wordcount }}                                  --> 2
          {{ x.title() ~ x.center(9, '*') }}                             --> ⟦Ab<C>⟧**⟦ab<c>⟧**
          {{ (x ~ '\\n-')|indent(1, true) }}                             --> ` ⟦ab<c>⟧\\n -`
          """)
  void dataStaysData(String template, String expected) {
    String variables = "{'x': 'ab<c>', 'q': '\\u0022\\n', 'm': [{'c': 'p'}, {'c': 'q'}]}";
    assertEquals(
        expected.replace("\\n ", "\n "), marked(Render.text(template, variables)), template);
  }

  @Test
  void rangesOfData() {
    Text text = Text.trusted("ab");
    assertTrue(text.isTrusted(0, 2));
    assertEquals(List.of(new Text.Piece("ab", true)), text.pieces());
    assertEquals(List.of(), Text.data("").pieces());
    Meter meter = new Meter(Limits.DEFAULT);
    Text mixed = new Text.Builder(meter).add("ab").add(Text.data("cd")).add("ef").build();
    assertTrue(mixed.isTrusted(0, 2));
    assertFalse(mixed.isTrusted(0, 3));
    assertFalse(mixed.isTrusted(3, 5));
    assertTrue(mixed.isTrusted(4, 6));
    assertTrue(mixed.isTrusted(2, 2), "nothing is nobody's");
    assertEquals("bcde", mixed.slice(1, 5).string());
    assertEquals("b⟦cd⟧e", marked(mixed.slice(1, 5)));
    assertEquals("⟦d⟧", marked(mixed.slice(3, 4)));
    assertEquals("ef", marked(mixed.slice(4, 6)));
  }

  /** No template of fifty hands a user's text on as its own. */
  @Test
  void realTemplatesKeepContentsApart() throws Exception {
    Path folder = Shared.golden("chat-templates");
    Map<String, Value> variables =
        Render.variables(Golden.json(folder.resolve("cases.json")).get("multi"));
    String[] marks = {"ÄÖÜ1", "ÄÖÜ2", "ÄÖÜ3"};
    variables.put(
        "messages",
        Render.variables(
                "{'m': [{'role': 'user', 'content': 'ÄÖÜ1'}, {'role': 'assistant', 'content':"
                    + " 'ÄÖÜ2'}, {'role': 'user', 'content': 'ÄÖÜ3'}]}")
            .get("m"));
    int rendered = 0;
    try (Stream<Path> files = Files.list(folder.resolve("templates"))) {
      for (Path file : files.sorted().toList()) {
        Text text;
        try {
          text =
              Template.parse(Files.readString(file)).render(variables, Render.NOW, Limits.DEFAULT);
        } catch (TemplateException e) {
          continue; // Python raises as well: TemplateGoldenTest
        }
        rendered++;
        for (Text.Piece piece : text.pieces()) {
          for (String mark : marks) {
            assertFalse(piece.trusted() && piece.text().contains(mark), file + ": " + piece);
          }
        }
        assertTrue(text.string().contains(marks[2]), file + " lost the last message");
      }
    }
    assertTrue(rendered > 40, "only " + rendered);
  }
}
