package dev.jora.fuzz;

import dev.jora.cli.CommandDoor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Sound files to begin with: those of the repository, and those that jora makes of them. */
final class Sources {
  /** A maker of one file, given its path: a command line. */
  interface Maker {
    List<String> command(Path file);
  }

  private static final long LARGEST = 1_500_000;

  private final Path folder;
  private List<Path> models;

  /**
   * Sources that keep what they make.
   *
   * @param folder for files made; those that are there are taken as they are
   */
  Sources(Path folder) {
    this.folder = folder;
  }

  /** Tiny models of many architectures; the same list in the same order wherever it is full. */
  synchronized List<Path> models() throws IOException {
    if (models == null) {
      models = new ArrayList<>(in(Shared.testdata("architectures")));
      Path more = Shared.testdata("x").getParent().getParent().resolveSibling("shared");
      Path golden = more.resolve("golden/architectures");
      if (Files.isDirectory(golden)) {
        models.addAll(in(golden));
      }
    }
    return models;
  }

  private static List<Path> in(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.toString().endsWith(".gguf") && f.toFile().length() < LARGEST)
          .sorted()
          .toList();
    }
  }

  /** The small Llama. */
  Path llama() {
    return Shared.testdata("architectures/llama/model.gguf");
  }

  /** One answer of one token to a prompt, by the small Llama. */
  List<String> chat(String prompt, String template, String... options) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("chat", "-m", llama().toString(), "-q", "--chat-template", template));
    command.addAll(List.of(options));
    command.addAll(List.of("-st", "-p", prompt, "-n", "1", "--temp", "0"));
    return command;
  }

  /** The small Llama, quantized to one of a few types, or the like of another architecture. */
  synchronized Path made(String name, Maker maker) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      List<String> command = maker.command(file);
      int code = CommandDoor.run(command.toArray(String[]::new));
      if (code != 0 || !Files.exists(file)) {
        throw new IOException("not made: " + String.join(" ", command));
      }
    }
    return file;
  }

  /** A plain text of some hundred words. */
  Path text() throws IOException {
    Path file = folder.resolve("text.txt");
    if (!Files.exists(file)) {
      Files.createDirectories(folder);
      Files.writeString(file, "Once upon a time there was a little dog. ".repeat(60));
    }
    return file;
  }
}
