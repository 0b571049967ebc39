package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jora gguf split} and {@code merge} as a user meets them. */
class GgufTest {
  private static final Path MODEL = Shared.testdata("architectures/llama/model.gguf");

  @TempDir Path folder;

  private List<String> list() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private JoraProcess.Result split(String... options) throws Exception {
    String[] args = new String[4 + options.length];
    args[0] = "gguf";
    args[1] = "split";
    System.arraycopy(options, 0, args, 2, options.length);
    args[args.length - 2] = MODEL.toString();
    args[args.length - 1] = path("m");
    return JoraProcess.run(args);
  }

  @Test
  void splitsAndMerges() throws Exception {
    JoraProcess.Result plan = split("--split-max-tensors", "8", "--dry-run");
    assertEquals(0, plan.code(), plan.err());
    assertEquals(
        """
        n_split: 3
        split 00001: n_tensors = 8, total_size = 0M
        split 00002: n_tensors = 8, total_size = 0M
        split 00003: n_tensors = 5, total_size = 0M
        """,
        plan.text());
    assertEquals(List.of(), list());
    JoraProcess.Result done = split("--split-max-tensors", "8");
    assertEquals(plan.text(), done.text(), done.err());
    List<String> shards =
        List.of("m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf");
    assertEquals(shards, list());
    JoraProcess.Result merged =
        JoraProcess.run(
            "gguf", "merge", "--delete-splits", path(shards.getFirst()), path("w.gguf"));
    assertEquals(0, merged.code(), merged.err());
    assertEquals(List.of("w.gguf"), list());
    assertArrayEquals(Files.readAllBytes(MODEL), Files.readAllBytes(folder.resolve("w.gguf")));
  }

  @Test
  void aSizeIsDecimal() throws Exception {
    assertTrue(split("--split-max-size", "1M", "--dry-run").text().startsWith("n_split: 1\n"));
    assertTrue(
        split("--no-tensor-first-split", "--split-max-size", "1G", "--dry-run")
            .text()
            .startsWith("n_split: 2\nsplit 00001: n_tensors = 0,"));
  }

  @Test
  void errorsAreOneSentence() throws Exception {
    assertFails(JoraProcess.run("gguf"), 2, "Missing command");
    assertFails(JoraProcess.run("gguf", "split", "a"), 2, "PREFIX");
    assertFails(split("--split-max-size", "1K"), 2, "'1K'", "2G");
    assertFails(split("--split-max-size", "0G"), 2, "'0G'");
    assertFails(split("--split-max-size", "1G", "--split-max-tensors", "5"), 2, "not both");
    assertFails(split("--split-max-tensors", "0"), 2, "1 or more");
    assertFails(
        JoraProcess.run("gguf", "merge", MODEL.toString(), path("w.gguf")), 1, "split.count");
    assertEquals(0, split().code());
    assertFails(split(), 1, "m-00001-of-00001.gguf is there already");
    Files.write(folder.resolve("w.gguf"), new byte[] {1});
    assertFails(
        JoraProcess.run(
            "gguf", "merge", "--delete-splits", path("m-00001-of-00001.gguf"), path("w.gguf")),
        1,
        "w.gguf is there already");
    assertEquals(List.of("m-00001-of-00001.gguf", "w.gguf"), list());
    assertFails(
        JoraProcess.run("gguf", "merge", path("m-00001-of-00001.gguf"), path("none/w.gguf")),
        1,
        "no such folder");
    assertFails(
        JoraProcess.run("gguf", "merge", path("none.gguf"), path("v.gguf")), 1, "none.gguf");
  }

  private static void assertFails(JoraProcess.Result result, int code, String... parts) {
    assertEquals(code, result.code(), result.err());
    for (String part : parts) {
      assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    }
    assertFalse(result.err().contains("\tat "), result.err());
  }
}
