package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.template.Template;
import dev.jora.template.TemplateException;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What templates cannot take, and where answers end. */
final class ChatFormatTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));
  private static final LocalDateTime NOW = LocalDateTime.of(2025, 7, 26, 12, 0);

  private static ChatFormat format(String name) {
    return new ChatFormat(
        BuiltInTemplates.find(name).orElseThrow(), TOKENIZER, Map.of(), () -> NOW);
  }

  private static String prompt(ChatFormat format, Message... messages) {
    return format.prompt(List.of(messages), true).text().string();
  }

  @Test
  void aSystemPromptGoesWhereTheTemplateHasAPlaceForIt() {
    ChatFormat chatml = format("chatml");
    assertTrue(chatml.takesSystem());
    String text = prompt(chatml, Message.system("Be brief."), Message.user("Hello"));
    assertTrue(text.contains("system\nBe brief."), text);
  }

  @Test
  void aPromptWithoutATokenIsRefused() {
    for (String nothing : List.of("", "{% if false %}x{% endif %}", "{{ none_such }}")) {
      ChatFormat format = new ChatFormat(Template.parse(nothing), TOKENIZER, Map.of(), () -> NOW);
      List<Message> messages = List.of(Message.user("Hello"));
      ChatException e = assertThrows(ChatException.class, () -> format.prompt(messages, true));
      assertTrue(e.getMessage().contains("empty prompt"), e.getMessage());
      assertEquals(0, format.prompt(messages, false).ids().length);
      assertEquals(0, format.opening(List.of()));
    }
  }

  @Test
  void aSystemPromptThatIsRefusedGoesBeforeTheFirstWords() {
    Template strict =
        Template.parse(
            "{% for m in messages %}{% if m.role == 'system' %}"
                + "{{ raise_exception('no system') }}{% endif %}"
                + "[{{ m.role }}: {{ m.content }}]{% endfor %}");
    ChatFormat format = new ChatFormat(strict, TOKENIZER, Map.of(), () -> NOW);
    assertFalse(format.takesSystem());
    assertEquals(
        "[user: Be brief.\n\nHello][assistant: Hi][user: Bye]",
        prompt(
            format,
            Message.system("Be brief."),
            Message.user("Hello"),
            Message.assistant("Hi"),
            Message.user("Bye")));
  }

  @Test
  void aSystemPromptThatIsDroppedInSilenceGoesThereToo() {
    Template deaf =
        Template.parse(
            "{% for m in messages if m.role != 'system' %}[{{ m.content }}]{% endfor %}");
    ChatFormat format = new ChatFormat(deaf, TOKENIZER, Map.of(), () -> NOW);
    assertEquals(
        "[Be brief.\n\nHello]", prompt(format, Message.system("Be brief."), Message.user("Hello")));
  }

  @Test
  void aCharacterMaySpeakFirstWhereTheTemplateInsistsOnTheUser() {
    Template strict =
        Template.parse(
            "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
                + "{{ raise_exception('roles must alternate') }}{% endif %}"
                + "[{{ m.content }}]{% endfor %}");
    ChatFormat format = new ChatFormat(strict, TOKENIZER, Map.of(), () -> NOW);
    assertEquals(
        "[You are a cat.\n\n" + ChatFormat.OPENING + "][Meow!][Hello]",
        prompt(
            format,
            Message.system("You are a cat."),
            Message.assistant("Meow!"),
            Message.user("Hello")));
    String text = prompt(format("chatml"), Message.assistant("Meow!"), Message.user("Hello"));
    assertFalse(text.contains(ChatFormat.OPENING), text);
  }

  @Test
  void whatATemplateRefusesOtherwiseIsAnError() {
    Template never = Template.parse("{{ raise_exception('never') }}");
    ChatFormat format = new ChatFormat(never, TOKENIZER, Map.of(), () -> NOW);
    String message =
        assertThrows(TemplateException.class, () -> prompt(format, Message.user("Hello")))
            .getMessage();
    assertTrue(message.contains("line 1") && message.contains("never"), message);
  }

  @Test
  void answersEndWhereTheNextTurnBegins() {
    assertEquals(List.of(), format("chatml").stops(), "a token ends them");
    assertEquals(List.of("### Instruction:"), format("alpaca").stops());
    for (String name : BuiltInTemplates.names()) {
      for (String stop : format(name).stops()) {
        assertTrue(stop.length() >= 3 && stop.equals(stop.strip()), name + ": " + stop);
      }
    }
  }

  @Test
  void kwargsReachTheTemplate() {
    Template template = Template.parse("{{ 'yes' if enable_thinking else 'no' }}");
    ChatFormat format =
        new ChatFormat(template, TOKENIZER, Map.of("enable_thinking", true), () -> NOW);
    assertEquals("yes", prompt(format, Message.user("Hello")));
  }
}
