package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A model in parts, one or two of them damaged, missing or twice there. */
record SplitKind(Sources sources) implements Kind {
  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path first =
        sources.made(
            "part-00001-of-00003.gguf",
            to ->
                List.of(
                    "gguf",
                    "split",
                    "-q",
                    "--split-max-tensors",
                    "8",
                    sources.llama().toString(),
                    to.resolveSibling("part").toString()));
    List<Path> parts = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      String name = "part-0000" + i + "-of-00003.gguf";
      parts.add(folder.resolve(name));
      Files.copy(first.resolveSibling(name), parts.getLast());
    }
    for (int n = random.nextInt(2); n >= 0; n--) {
      Path part = parts.get(random.nextInt(3));
      switch (random.nextInt(8)) {
        case 0 -> Files.deleteIfExists(part);
        case 1 -> Files.write(part, Files.readAllBytes(first));
        default -> {
          if (Files.exists(part)) {
            Files.write(
                part,
                ModelDamage.of(
                    Files.readAllBytes(first.resolveSibling(part.getFileName())), random));
          }
        }
      }
    }
    return commands(parts.getFirst(), folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) {
    String m = input.toString();
    return List.of(
        List.of("info", m),
        List.of("run", "-q", "-m", m, "--prompt-ids", "1,2", "-n", "2", "--temp", "0", "-c", "64"),
        List.of("gguf", "merge", "-q", m, folder.resolve("whole.gguf").toString()),
        List.of(
            "quantize", "-q", "--keep-split", m, folder.resolve("out.gguf").toString(), "Q8_0"));
  }
}
