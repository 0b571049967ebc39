package dev.jora.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Files of tasks: lines, CSV, binary. */
record TaskKind(Sources sources) implements Kind {
  private static final String HELLASWAG =
      "A dog runs\n1\ninto the wall.\ninto the park.\nand sings.\nand flies.\n".repeat(3);
  private static final String WINOGRANDE =
      "1,\"The dog saw the cat, and _ ran.\",the dog,the cat,1\n2,_ sings.,Ada,Tom,2\n".repeat(2);
  private static final String[] WORDS = {
    "\n", "\n\n", ",", "\"", "_", "__", "3", "-1", "\t", " ", "1,,,"
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path file = folder.resolve("tasks");
    switch (random.nextInt(3)) {
      case 0 -> Files.write(file, Damage.text(HELLASWAG, WORDS, random));
      case 1 -> Files.write(file, Damage.text(WINOGRANDE, WORDS, random));
      default -> Files.write(file, Damage.bytes(multipleChoice(), random));
    }
    return commands(file, folder);
  }

  /** As a file of every kind of task, which it may be. */
  @Override
  public List<List<String>> commands(Path input, Path folder) {
    String m = sources.llama().toString();
    String f = input.toString();
    return Stream.of("--hellaswag", "--winogrande", "--multiple-choice")
        .map(option -> List.of("perplexity", "-q", "-m", m, "-f", f, option, "-c", "256"))
        .toList();
  }

  /** Count, offsets, and per task: question, then two lists of answers with marks. */
  private static byte[] multipleChoice() {
    ByteArrayOutputStream task = new ByteArrayOutputStream();
    text(task, "A dog is");
    for (int list = 0; list < 2; list++) {
      GgufParts.number(task, 2, 4);
      text(task, "an animal");
      text(task, "a stone");
      GgufParts.number(task, 1, 4);
      GgufParts.number(task, 0, 4);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GgufParts.number(out, 2, 4);
    GgufParts.number(out, 0, 4);
    GgufParts.number(out, task.size(), 4);
    out.writeBytes(task.toByteArray());
    out.writeBytes(task.toByteArray());
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    GgufParts.number(out, bytes.length, 4);
    out.writeBytes(bytes);
  }
}
