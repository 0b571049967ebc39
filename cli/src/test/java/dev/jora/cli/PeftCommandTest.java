package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of PEFT's on the command line: {@code convert}, {@code --lora}, {@code merge-lora}. */
final class PeftCommandTest {
  private static final String ADAPTER = Shared.testdata("adapters/llama-patterns").toString();

  @TempDir static Path dir;
  private static Path base;
  private static Path model;
  private static Map<String, String> environment;

  @BeforeAll
  static void prepare() throws IOException {
    environment =
        Map.of("XDG_CACHE_HOME", dir.resolve("cache").toString(), "HF_HOME", dir + "/hub");
    base = Files.createDirectory(dir.resolve("base"));
    Path source = Shared.testdata("checkpoints/llama");
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(source.resolve(file), base.resolve(file));
    }
    Files.copy(Shared.testdata("checkpoints/tokenizer.json"), base.resolve("tokenizer.json"));
    model = dir.resolve("model.gguf");
    done("convert", base.toString(), "--outtype", "f32", "--pre", "gpt-2", "-o", model.toString());
  }

  private static JoraProcess.Result jora(String... words) throws IOException {
    return JoraWorker.run(new byte[0], environment, words);
  }

  private static JoraProcess.Result done(String... words) throws IOException {
    JoraProcess.Result result = jora(words);
    assertEquals(0, result.code(), result.err());
    return result;
  }

  private static String text(String model, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("run", "-m", model, "--temp", "0", "-n", "12", "--raw", "-p", "ab", "-e"));
    words.addAll(List.of("--no-display-prompt", "--ignore-eos"));
    words.addAll(List.of(more));
    return done(words.toArray(String[]::new)).text();
  }

  @Test
  void anAdapterIsConvertedByItsBase() throws IOException {
    Path byFolder = dir.resolve("by-folder.gguf");
    Path byFile = dir.resolve("by-file.gguf");
    JoraProcess.Result told =
        done("convert", ADAPTER, "--base", base.toString(), "-o", byFolder.toString());
    assertEquals(byFolder + "\n", told.text());
    done("convert", ADAPTER, "--base", model.toString(), "-o", byFile.toString());
    assertArrayEquals(Files.readAllBytes(byFolder), Files.readAllBytes(byFile));
    JoraProcess.Result again =
        jora("convert", ADAPTER, "--base", base.toString(), "-o", byFile.toString());
    assertEquals(1, again.code());
    assertTrue(again.err().contains("--force"), again.err());
    done("convert", ADAPTER, "--base", base.toString(), "-o", byFile.toString(), "--force");
    JoraProcess.Result dry =
        done("convert", ADAPTER, "--base", base.toString(), "--dry-run", "--outtype", "f16");
    assertTrue(dry.text().contains("blk.0.attn_q.weight.lora_a"), dry.text());
    assertTrue(dry.text().contains("F16"), dry.text());
    Path small = dir.resolve("small.gguf");
    String[] halves = {"--outtype", "q8_0", "-o", small.toString()};
    done("convert", ADAPTER, "--base", base.toString(), halves[0], halves[1], halves[2], halves[3]);
    try (GgufFile file = GgufFile.open(small)) {
      assertEquals(GgmlType.Q8_0, file.tensor("blk.0.attn_q.weight.lora_a").type());
      assertEquals(GgmlType.F16, file.tensor("blk.0.attn_q.weight.lora_b").type());
    }
  }

  /** What the adapter names is found in the hub's cache, and by -hf. */
  @Test
  void theBaseIsFoundInTheCache() throws IOException {
    Path snapshot =
        dir.resolve("hub/hub/models--tiny--gemma2/snapshots").resolve("0123456789".repeat(4));
    Files.createDirectories(snapshot);
    Path source = Shared.testdata("checkpoints/gemma2");
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(source.resolve(file), snapshot.resolve(file));
    }
    String adapter = Shared.testdata("adapters/gemma2-output").toString();
    byte[] first = null;
    for (String base : List.of("", "--base " + source, "-hf tiny/gemma2 --offline")) {
      Path made = dir.resolve("cached.gguf");
      String[] words = {"convert", adapter, "--force", "-o", made.toString()};
      done(base.isEmpty() ? words : with(words, base.split(" ")));
      first = first == null ? Files.readAllBytes(made) : first;
      assertArrayEquals(first, Files.readAllBytes(made), base);
    }
  }

  @Test
  void aFolderIsAnAdapterOfEveryModel() throws IOException {
    Path file = dir.resolve("adapter.gguf");
    done("convert", ADAPTER, "--base", base.toString(), "-o", file.toString());
    String plain = text(model.toString());
    String whole = text(model.toString(), "--lora", file.toString());
    assertNotEquals(plain, whole);
    assertEquals(whole, text(model.toString(), "--lora", ADAPTER));
    assertEquals(plain, text(model.toString(), "--lora", ADAPTER + ":0"));
    String half = text(model.toString(), "--lora", file + ":0.5");
    assertEquals(half, text(model.toString(), "--lora-scaled", ADAPTER, "0.5"));

    String[] verbose = {"run", "-m", model.toString(), "-n", "1", "-p", "a", "--raw", "--lora", ""};
    verbose[verbose.length - 1] = Shared.testdata("adapters/llama-regex").toString();
    assertTrue(done(verbose).err().contains("once, into"), "told");
    assertFalse(done(verbose).err().contains("once, into"), "kept");
  }

  @Test
  void aMergedModelWritesWhatModelAndAdapterWrite() throws IOException {
    String whole = text(model.toString(), "--lora", ADAPTER);
    String half = text(model.toString(), "--lora", ADAPTER + ":0.5");
    assertNotEquals(whole, half);
    String out = dir.resolve("merged.gguf").toString();
    String[] merge = {"merge-lora", "-o", out, "--force", "-m"};
    for (Path of : List.of(base, model)) {
      done(with(merge, of.toString(), "--outtype", "f32", "--lora", ADAPTER));
      assertEquals(whole, text(out), of + "");
      done(with(merge, of.toString(), "--outtype", "f32", "--lora", ADAPTER + ":0.5"));
      assertEquals(half, text(out), of + "");
    }
    done(with(merge, model.toString(), "--lora", ADAPTER));
    assertEquals(whole, text(out));
    try (GgufFile file = GgufFile.open(Path.of(out))) {
      assertEquals(GgmlType.F32, file.tensor("blk.0.attn_q.weight").type());
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void quantizedModelsAreMergedWithAWarning() throws IOException {
    Path small = dir.resolve("q8.gguf");
    done("quantize", model.toString(), small.toString(), "Q8_0");
    Path out = dir.resolve("q8-merged.gguf");
    JoraProcess.Result told =
        done("merge-lora", "-m", small.toString(), "--lora", ADAPTER, "-o", out.toString());
    assertTrue(told.err().contains("12 tensors are quantized already"), told.err());
    try (GgufFile before = GgufFile.open(small);
        GgufFile after = GgufFile.open(out)) {
      assertEquals(
          before.infos().stream().map(info -> info.name() + info.type()).toList(),
          after.infos().stream().map(info -> info.name() + info.type()).toList());
      String kept = "token_embd.weight";
      assertEquals(-1, before.tensor(kept).data().mismatch(after.tensor(kept).data()));
      String changed = "blk.0.attn_q.weight";
      assertNotEquals(-1, before.tensor(changed).data().mismatch(after.tensor(changed).data()));
    }
    JoraProcess.Result dry =
        done("merge-lora", "-m", small.toString(), "--lora", ADAPTER, "--dry-run");
    assertTrue(dry.text().contains("Q8_0"), dry.text());
  }

  @Test
  void typesOfFewBitsNeedAMatrixToBeMergedTo() throws IOException {
    Path demo = Shared.testdata("jora-demo.gguf");
    Path file = dir.resolve("demo-adapter.gguf");
    try (GgufFile opened = GgufFile.open(demo)) {
      TestAdapter.ofAll(opened, 4, 1).write(file, GgmlType.F16);
    }
    Path out = dir.resolve("demo-merged.gguf");
    String[] merge = {"merge-lora", "-m", demo.toString(), "--lora", file.toString(), "-o"};
    JoraProcess.Result refused = jora(with(merge, out.toString(), "--outtype", "IQ1_S"));
    assertEquals(1, refused.code(), refused.err());
    assertTrue(refused.err().contains("needs an importance matrix"), refused.err());
    assertTrue(refused.err().contains("--outtype f16"), refused.err());
    assertFalse(Files.exists(out));
    done(with(merge, out.toString(), "--outtype", "f32"));
    String told = "Once upon a time";
    assertEquals(
        done("run", "-m", demo + "", "--lora", file + "", "--temp", "0", "-n", "12", "-p", told)
            .text(),
        done("run", "-m", out + "", "--temp", "0", "-n", "12", "-p", told).text());
  }

  @ParameterizedTest
  @CsvSource({
    "convert ADAPTER, 1, 'is an adapter of ''tiny/llama'', which is not on this disk: give'",
    "convert ADAPTER --base no-such, 1, 'no-such'",
    "convert ADAPTER --base BASE --outtype Q4_K_M -o x, 2, 'written as f32, f16, bf16 or q8_0'",
    "convert ADAPTER --base BASE --pre qwen2 -o x, 2, 'an adapter has no tokenizer'",
    "convert ADAPTER --base BASE -hf a/b -o x, 2, 'the base is given twice'",
    "convert BASE --base MODEL -o x, 2, 'has no adapter_config.json'",
    "convert DORA --base BASE -o x, 1, 'merge-lora merges it'",
    "merge-lora -m MODEL --lora DORA -o x, 1, 'merge-lora merges it into the model''s folder'",
    "merge-lora -m MODEL -o x, 2, 'takes an adapter: --lora'",
    "merge-lora --lora ADAPTER -o x, 2, 'takes a model: -m'",
    "merge-lora -m MODEL --lora ADAPTER, 2, 'takes the file to write: -o'",
    "merge-lora -m MODEL --lora ADAPTER -o x --outtype Q9, 2, '--outtype: there is no type'",
    "merge-lora -m BASE --lora no-such -o x, 1, 'no-such: there is no such adapter'",
    "merge-lora -m MODEL --lora MODEL -o x, 1, 'general.type'",
    "merge-lora -m MODEL --lora BASE -o x, 1, 'expected adapter_config.json in it'",
    "merge-lora -m ADAPTER --lora ADAPTER -o x, 1, 'is an adapter and no model'",
    "merge-lora -m MODEL --lora GPT2 -o x, 1, 'was the adapter made for another model'",
    "run -m ADAPTER -p a, 1, 'is an adapter and no model: give its base with -m'",
    "run -m MODEL --lora BASE -p a, 1, 'expected adapter_config.json in it'",
    "run -m MODEL --lora DORA -p a, 1, 'merge-lora merges it into the model''s folder'",
  })
  void faultsAreSentences(String line, int code, String said) throws IOException {
    String[] words =
        Stream.of(line.split(" "))
            .map(
                word ->
                    switch (word) {
                      case "ADAPTER" -> ADAPTER;
                      case "DORA" -> Shared.testdata("adapters/llama-dora").toString();
                      case "GPT2" -> Shared.testdata("adapters/gpt2-conv1d").toString();
                      case "BASE" -> base.toString();
                      case "MODEL" -> model.toString();
                      case "x" -> dir.resolve("none.gguf").toString();
                      default -> word;
                    })
            .toArray(String[]::new);
    JoraProcess.Result result = jora(words);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(said), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertFalse(result.err().contains("a bug?"), result.err());
    assertEquals("", result.text());
    assertFalse(Files.exists(dir.resolve("none.gguf")));
  }

  /** DoRA and whole tensors go into a folder. */
  @ParameterizedTest
  @CsvSource({"llama-dora, llama", "llama-bias, llama-head", "qwen2-whole, qwen2"})
  void whatNoAdapterFileHoldsIsMerged(String adapter, String of) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("of-" + of));
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.write(
          folder.resolve(file),
          Files.readAllBytes(Shared.testdata("checkpoints/" + of + "/" + file)));
    }
    Files.write(
        folder.resolve("tokenizer.json"),
        Files.readAllBytes(Shared.testdata("checkpoints/tokenizer.json")));
    String out = dir.resolve(adapter + ".gguf").toString();
    done(
        "merge-lora",
        "-m",
        folder.toString(),
        "--lora",
        Shared.testdata("adapters/" + adapter) + "",
        "-o",
        out,
        "--outtype",
        "q8_0");
    assertFalse(text(out).isEmpty());
  }
}
