package dev.jora.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A checkpoint with a damaged tokenizer: it is converted, and what comes of that takes texts.
 *
 * @param name of the file: tokenizer.json or tokenizer.model
 */
record TokenizerKind(Sources sources, String name) implements Kind {
  private static final String TEXT = "Hello  wörld \n 123 <s></s> 😀";
  private static final int VOCABULARY = 640;

  /** Tags of the fields, types, and ends of numbers. */
  private static final byte[] CODES = {
    0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 26, 29, 127, -128, -1, '<', '>'
  };

  private static final String[] WORDS = {
    "\"type\":\"BPE\"",
    "\"type\":\"Unigram\"",
    "\"type\":\"WordPiece\"",
    "\"Sequence\"",
    "\"pattern\":{\"Regex\":\"(a+)+$\"}",
    "\"merges\":[",
    "\"vocab\":{",
    "\"special\":true",
    "\"id\":2147483647",
    "\"id\":-1",
    "\"byte_fallback\":true",
    "<0x00>",
    "▁",
    "Ġ"
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    byte[] sound = Files.readAllBytes(Damage.one(sources.tokenizers(name), random));
    byte[] damaged;
    if (!name.endsWith(".json")) {
      damaged = Damage.pieces(sound, CODES, random);
    } else if (random.nextInt(4) > 0) {
      damaged = TreeDamage.of(TreeDamage.read(sound), random);
    } else {
      damaged = Damage.text(new String(sound, StandardCharsets.UTF_8), WORDS, random);
    }
    Path file = folder.resolve(name);
    Files.write(file, damaged);
    return commands(file, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve("checkpoint"));
    TinyCheckpoint.write(checkpoint, VOCABULARY);
    Files.copy(input, checkpoint.resolve(name));
    String out = folder.resolve("out.gguf").toString();
    return List.of(
        List.of("convert", "-q", "-t", "1", checkpoint.toString(), "-o", out),
        List.of("tokenize", "-m", out, "-p", TEXT),
        List.of("run", "-q", "-m", out, "-p", TEXT, "-n", "1", "-c", "64", "-t", "1"));
  }
}
