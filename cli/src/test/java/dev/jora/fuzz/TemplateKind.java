package dev.jora.fuzz;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Chat templates: grown from a grammar, or real ones damaged. */
record TemplateKind(Sources sources) implements Kind {
  private static final String[] WORDS = {
    "{%- raw %}",
    "{% for x in messages recursive %}",
    "{% endfor %}",
    "{% macro f(a, b=1) %}",
    "{% endmacro %}",
    "{{ f(f) }}",
    "loop(messages)",
    " is ",
    " not ",
    " if ",
    " else ",
    "**",
    "//",
    "~",
    "|tojson(indent=9999999)",
    "*9999999",
    "[::-1]",
    "|map('f')",
    "|sort",
    "|batch(0)",
    "|slice(-1)",
    "|center(9999999)",
    "|default(f)",
    ".items()",
    "namespace(",
    "messages",
    "|groupby('role')"
  };
  static final String MESSAGES =
      """
      [{"role":"system","content":"Be \\u001b brief."},{"role":"user","content":"Hi <s> 😀"},
       {"role":"assistant","content":"Yes."},{"role":"user","content":[{"type":"text","text":"x"}]}]
      """;

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path template = folder.resolve("template.jinja");
    Files.write(template, random.nextBoolean() ? grown(random) : damaged(random));
    return commands(template, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    Path messages = folder.resolve("messages.json");
    Files.writeString(messages, MESSAGES);
    String m = sources.llama().toString();
    return List.of(
        List.of(
            "template",
            "-m",
            m,
            "--chat-template",
            input.toString(),
            "--ids",
            "--messages",
            messages.toString()),
        sources.chat("hi", input.toString(), "-c", "512"));
  }

  private static byte[] grown(Random random) {
    StringBuilder text = new StringBuilder();
    new TemplateGrammar(random).body(text, 4);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] damaged(Random random) throws IOException {
    try (Stream<Path> files = Files.list(Shared.testdata("jinja/templates"))) {
      List<Path> all = files.sorted().toList();
      return Damage.text(Files.readString(all.get(random.nextInt(all.size()))), WORDS, random);
    }
  }
}
