package dev.jora.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Conversations and variables as JSON. */
record MessagesKind(Sources sources) implements Kind {
  private static final String[] WORDS = {
    "\"role\":\"tool\"",
    "\"role\":null",
    "\"content\":{}",
    "\"content\":[[[]]]",
    "\"tools\":[]",
    "1e-400",
    "{\"role\":\"user\",\"content\":\"x\"}",
    "-0",
    "NaN",
    "//",
    "/*"
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path messages = folder.resolve("messages.json");
    Files.write(messages, Damage.text(TemplateKind.MESSAGES, WORDS, random));
    byte[] more = Damage.text("{\"enable_thinking\":true,\"tools\":[{\"a\":1.5}]}", WORDS, random);
    String kwargs = new String(more, StandardCharsets.UTF_8);
    String m = sources.llama().toString();
    return List.of(
        List.of(
            "template",
            "-m",
            m,
            "--chat-template",
            "chatml",
            "--ids",
            "--messages",
            messages.toString()),
        List.of(
            "template",
            "-m",
            m,
            "--chat-template",
            "{{ messages|tojson }}{{ tools }}",
            "--messages",
            messages.toString(),
            "--kwargs",
            kwargs.isEmpty() ? "{}" : kwargs));
  }
}
