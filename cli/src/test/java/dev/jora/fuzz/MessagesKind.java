package dev.jora.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Conversations and variables as JSON. */
record MessagesKind(Sources sources) implements Kind {
  private static final String KWARGS = "kwargs.json";
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
    Files.write(
        folder.resolve(KWARGS),
        Damage.text("{\"enable_thinking\":true,\"tools\":[{\"a\":1.5}]}", WORDS, random));
    return commands(messages, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    Path more = folder.resolve(KWARGS);
    String kwargs = Files.exists(more) ? new String(Files.readAllBytes(more), UTF_8) : "";
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
            input.toString()),
        List.of(
            "template",
            "-m",
            m,
            "--chat-template",
            "{{ messages|tojson }}{{ tools }}",
            "--messages",
            input.toString(),
            "--kwargs",
            kwargs.isEmpty() ? "{}" : kwargs));
  }
}
