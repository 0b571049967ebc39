package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A template can take neither all the time nor all the memory. */
final class LimitsTest {
  private static final Limits SMALL = new Limits(200_000, 200, 50_000, Duration.ofSeconds(5));

  private static String fault(String template, Limits limits) {
    TemplateException e =
        assertThrows(
            TemplateException.class,
            () -> Template.parse(template).render(Map.of(), Render.NOW, limits));
    return e.getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{% call f() %}{% endcall %}{% endmacro %}{{ f() }}",
        "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor"
            + " %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor"
            + " %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor"
            + " %}{{ n.x }}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor"
            + " %}{{ n.x|tojson }}",
        "{% set n = namespace(x=[1],y=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{%"
            + " set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
        "{% set n = namespace(x=(1,)) %}{% for i in range(99) %}{% set n.x = (n.x, n.x) %}{% endfor"
            + " %}{{ n.x in {} }}",
        "{% set n = namespace(x=[1]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor"
            + " %}{{ n.x }}",
        "{{ 'a' * 999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ 'ab'.center(999999999) }}",
        "{{ '%999999d' % 1 }}",
        "{{ '{:999999}'.format(1) }}",
        "{{ 'x\\ny'|indent(60000) }}",
        "{{ ('a' * 40000)|replace('a', 'bbb') }}",
        "{{ ('a' * 300)|replace('', 'b' * 40000) }}",
        "{{ ('a,' * 20000).split(',')|join('xxxxx') }}",
        "{{ 10 ** (10 ** 10) }}",
        "{{ 2 ** 99999999 }}",
        "{{ range(999999999) }}",
        "{{ [1]|batch(99999999, 1)|list }}",
        "{{ [1]|slice(99999999)|list }}",
        "{{ ('(' * 9999)|from_json }}",
        "{{ ('[' * 9999)|from_json }}",
        "{{ 'a'.join(['b' * 49000, 'c' * 49000]) }}",
        "{{ lipsum(999999999) }}",
        "{{ lipsum(1, false, 99999999, 999999999) }}",
        "{{ ('a b ' * 10000)|wordwrap(1, wrapstring='xxxxx') }}",
        "{% for i in range(9999) %}{{ ('a-b ' * 10000)|wordwrap(3) }}{% endfor %}",
        "{{ ('<!<!---->---->' * 3500)|striptags }}",
        "{% for i in range(9999) %}{{ ('<b>&lt;' * 6000)|striptags }}{% endfor %}",
        "{{ ('aa.com ' * 7000)|urlize }}",
        "{% for i in range(9999) %}{{ ('a@' * 24000)|urlize }}{% endfor %}",
        "{% for i in range(9999) %}{{ ('a@a. ' * 9000)|urlize }}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor"
            + " %}{{ n.x|pprint }}",
        "{% block a %}{{ self.a() }}{% endblock %}"
      })
  void stopsWhatTakesTooMuch(String template) {
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> fault(template, SMALL));
  }

  @Test
  void saysWhichLimitAndWhere() {
    String loops = "\n  {% for i in range(99999) %}{{ i }}{% endfor %}";
    assertEquals(
        "chat template, line 2, column 35: it takes more than 1000 steps",
        fault(loops, new Limits(1000, 200, 50_000, Duration.ofSeconds(5)))
            .replaceFirst("column \\d+", "column 35"));
    assertTrue(
        fault(loops, new Limits(1 << 30, 200, 1 << 30, Duration.ofNanos(1)))
            .contains("it takes longer than 0 ms"));
    assertTrue(
        fault(loops, new Limits(1 << 30, 200, 100, Duration.ofSeconds(5)))
            .contains("a text grows beyond 100 characters"));
    assertTrue(
        fault("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", SMALL)
            .contains("it nests deeper than 200 levels"));
  }

  @Test
  void deepNestingIsRefusedByTheParser() {
    for (UnaryOperator<String> nest :
        java.util.List.<UnaryOperator<String>>of(
            s -> "{{ " + "(".repeat(9999) + "1" + ")".repeat(9999) + " }}",
            s -> "{{ " + "[".repeat(9999) + " }}",
            s -> "{{ " + "{1:".repeat(9999) + " }}",
            s -> "{{ " + "not ".repeat(9999) + "1 }}",
            s -> "{{ " + "- ".repeat(9999) + "1 }}",
            s -> "{{ " + "f(".repeat(9999) + " }}",
            s -> "{{ x" + "[x".repeat(9999) + " }}",
            s -> "{{ x" + "|f(x".repeat(9999) + " }}",
            s -> "{{ " + "1 if 1 else ".repeat(9999) + "1 }}",
            s -> "{% if 1 %}".repeat(9999),
            s -> "{% set " + "(".repeat(9999) + " %}",
            s -> "{% for x in l %}".repeat(9999))) {
      assertThrows(TemplateException.class, () -> Template.parse(nest.apply("")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if 1 %}{% endif %}",
        "{% set a# = 1 %}",
        "{% set a# = 1 %}{% if a# %}{% elif b# %}{% endif %}",
        "{% macro m#() %}{{ a# }}{% endmacro %}",
        "{{ a#.b }} ",
        "{# # #}",
        "    {% if 1 %}    {% endif %}",
        "{% raw %}{% {% endraw %}"
      })
  void parsingIsLinear(String part) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 2_000_000 && i < 60_000; i++) {
      text.append(part.replace("#", "" + i).replace("{" + i, "{#").replace(i + "}", "#}"));
    }
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Template.parse(text.toString()), part);
  }

  @Test
  void longTemplatesAreRefused() {
    assertTrue(
        assertThrows(TemplateException.class, () -> Template.parse("x".repeat(5_000_000)))
            .getMessage()
            .endsWith("a template of 5000000 characters, at most 4194304"));
    assertTrue(
        assertThrows(TemplateException.class, () -> Template.parse("{{a}}".repeat(400_000)))
            .getMessage()
            .endsWith("a template of more than 1000000 tokens"));
    assertTrue(
        fault("{{ raise_exception('x' * 40000) }}", SMALL).length() < 3000, "a short message");
  }

  @Test
  void keysThatAreNoTextsCompareByThemselves() {
    assertEquals(
        "1 0",
        Render.string(
            "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}"
                + "{% endfor %}{{ {n: 1}|length }} {{ {n.x.count: 1}|length - 1 }}"));
    assertEquals("2", Render.string("{{ {range(9): 1, range(8): 2}|length }}"));
  }

  @Test
  void halfASurrogatePairIsReplaced() {
    assertEquals("\uFFFD", Render.string("{{ '\\ud83d' }}"));
    assertEquals("\uFFFD", Render.string("{{ \"\\udc80\" }}"));
    assertEquals("\uFFFD", Render.string("{{ '\\U0000d83d' }}"));
    assertEquals("\uD83D\uDE00", Render.string("{{ '\\ud83d\\ude00' }}"));
    assertEquals("\uFFFD", Render.string("{{ '\"\\\\ud83d\"'|from_json }}"));
    assertEquals("\uFFFD", Render.string("{{ '%c' % 55357 }}"));
    assertEquals("\uFFFD", Render.string("{{ '{:c}'.format(55357) }}"));
    assertEquals("\uFFFD", Render.string("{{ '&#xd83d;'|striptags }}"));
  }

  @Test
  void longChainsAreNoNesting() {
    assertEquals("3000", Render.string("{{ " + "1 + ".repeat(2999) + "1 }}"));
    assertEquals("a".repeat(3000), Render.string("{{ " + "'a' ~ ".repeat(2999) + "'a' }}"));
    String elifs = "{% elif 0 %}".repeat(3000);
    assertEquals("x", Render.string("{% if 0 %}" + elifs + "{% else %}x{% endif %}"));
  }
}
