package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Saved conversations. */
record ChatFileKind(Sources sources) implements Kind {
  private static final String[] WORDS = {
    "\"role\":\"tool\"",
    "\"role\":null",
    "\"content\":[]",
    "\"content\":null",
    "\"messages\":{}",
    "\"branches\":{\"main\":[]}",
    "\"branch\":\"none\"",
    "\"branch\":7",
    "\"version\":99"
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    String model = sources.llama().toString();
    Path sound =
        sources.made(
            "chat.json",
            to ->
                List.of(
                    "chat",
                    "-m",
                    model,
                    "-q",
                    "--chat-template",
                    "chatml",
                    "-sys",
                    "Be kind.",
                    "--save",
                    to.toString(),
                    "-st",
                    "-p",
                    "hi",
                    "-n",
                    "3",
                    "--temp",
                    "0"));
    Path file = folder.resolve("chat.json");
    Files.write(file, Damage.text(Files.readString(sound), WORDS, random));
    return commands(file, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    return List.of(sources.chat("hi", "chatml", "--load", input.toString()));
  }
}
