package dev.jora.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.cli.CommandDoor;
import dev.jora.testing.Golden;
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
  private static final long LARGEST_WEIGHTS = 40_000;

  private final Path folder;
  private List<Path> models;
  private Weights[] weights;

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
      Path golden = shared("golden/architectures");
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

  /**
   * Weights as safetensors.
   *
   * @param config how they are packed, as JSON; null if nobody says
   */
  record Weights(Path file, String config) {}

  /**
   * Files of safetensors: plain ones, and those that formats' own packers made, if they are there.
   */
  synchronized Weights[] safetensors() throws IOException {
    if (weights == null) {
      List<Weights> all = new ArrayList<>();
      for (Path file : named(Shared.testdata("weights"), ".safetensors")) {
        all.add(new Weights(file, null));
      }
      Path packs = shared("golden/formats/packs");
      if (Files.isDirectory(packs)) {
        for (JsonNode pack : Golden.json(packs.resolve("cases.json"))) {
          Path file = packs.resolve(pack.get("case").asText() + ".safetensors");
          if (pack.has("config") && Files.size(file) < LARGEST_WEIGHTS) {
            all.add(new Weights(file, pack.get("config").toString()));
          }
        }
      }
      weights = all.toArray(Weights[]::new);
    }
    return weights;
  }

  /** Files of PyTorch, zip and legacy. */
  Path[] pickles() throws IOException {
    List<Path> all = new ArrayList<>(named(Shared.testdata("weights"), ".bin"));
    all.addAll(named(shared("golden/formats/packs/pickle"), ".bin"));
    return all.toArray(Path[]::new);
  }

  /** Tokenizers of this file name that a Llama takes. */
  Path[] tokenizers(String name) throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : List.of("llama-spm", "llama-hf", "gemma4")) {
      all.addAll(named(Shared.testdata("tokenizer-files").resolve(folder), name));
    }
    all.addAll(named(Shared.testdata("checkpoints"), name));
    all.addAll(named(shared("golden/hf/llama"), name));
    return all.toArray(Path[]::new);
  }

  private static Path shared(String path) {
    return Shared.testdata("x").getParent().getParent().resolveSibling("shared").resolve(path);
  }

  private static List<Path> named(Path root, String end) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
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
