package dev.jora.convert.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.convert.source.SourceException;
import dev.jora.model.checkpoint.TokenizerKind;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files gone wrong make a tokenizer or a sentence, whatever is wrong with them. */
final class HostileTokenizersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILES = Shared.testdata("tokenizer-files");

  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "2147483647",
          "2147483648",
          "-9223372036854775808",
          "18446744073709551616",
          "1e400",
          "0.5",
          "\"\"",
          "\" \"",
          "\"\\ud800\"",
          "\"<0x0A>\"",
          "[]",
          "{}",
          "[[]]",
          "[1,2]",
          "{\"id\":3,\"content\":\"a\"}",
          "\"Sequence\"",
          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");

  private record Subject(String folder, String file, TokenizerKind kind) {}

  private static final List<Subject> TREES =
      List.of(
          new Subject("llama-hf", "tokenizer.json", TokenizerKind.LLAMA),
          new Subject("llama-hf", "tokenizer_config.json", TokenizerKind.LLAMA),
          new Subject("gemma4", "tokenizer.json", TokenizerKind.GEMMA4),
          new Subject("gemma4", "tokenizer.json", TokenizerKind.BPE),
          new Subject("unigram", "tokenizer.json", TokenizerKind.T5),
          new Subject("bert-uncased", "tokenizer.json", TokenizerKind.BERT),
          new Subject("gpt2-slow", "vocab.json", TokenizerKind.BPE),
          new Subject("llama-spm", "tokenizer_config.json", TokenizerKind.LLAMA));

  private static final List<Subject> BYTES =
      List.of(
          new Subject("llama-spm", "tokenizer.model", TokenizerKind.LLAMA),
          new Subject("t5", "spiece.model", TokenizerKind.T5),
          new Subject("llama-hf", "tokenizer.json", TokenizerKind.LLAMA),
          new Subject("gpt2-slow", "merges.txt", TokenizerKind.BPE));

  @TempDir private Path folder;

  @Test
  void someFilesGoneWrong() throws IOException {
    run(25, 1);
  }

  @Test
  @Tag("slow")
  void manyFilesGoneWrong() throws IOException {
    run(700, 2);
  }

  private void run(int each, int seed) throws IOException {
    Random random = new Random(seed);
    int told = 0;
    for (Subject subject : TREES) {
      JsonNode tree = JSON.readTree(FILES.resolve(subject.folder).resolve(subject.file).toFile());
      prepare(subject);
      for (int i = 0; i < each; i++) {
        JsonNode mutant = tree.deepCopy();
        for (int n = random.nextInt(3); n >= 0; n--) {
          mutate(mutant, random);
        }
        told += check(subject, JSON.writeValueAsBytes(mutant), i);
      }
    }
    for (Subject subject : BYTES) {
      byte[] bytes = Files.readAllBytes(FILES.resolve(subject.folder).resolve(subject.file));
      prepare(subject);
      for (int i = 0; i < each; i++) {
        told += check(subject, mutant(bytes, random), i);
      }
    }
    int all = each * (TREES.size() + BYTES.size());
    assertTrue(told > all / 10 && told < all, told + " of " + all + " refused");
  }

  private void prepare(Subject subject) throws IOException {
    try (var old = Files.list(folder)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    try (var files = Files.list(FILES.resolve(subject.folder))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /** 1 if the file was refused with one sentence, 0 if it was taken. */
  private int check(Subject subject, byte[] mutant, int number) throws IOException {
    Files.write(folder.resolve(subject.file), mutant);
    return assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            TokenizerFiles.read(
                folder,
                new TokenizerRequest(subject.kind, 0, JSON.createObjectNode(), Optional.empty()));
            return 0;
          } catch (SourceException e) {
            assertTrue(e.getMessage().length() < 2000, e.getMessage());
            return 1;
          } catch (RuntimeException | Error e) {
            Path kept = Files.createTempFile("mutant", subject.file);
            Files.write(kept, mutant);
            return fail(subject + " " + number + ", kept in " + kept, e);
          }
        });
  }

  private static void mutate(JsonNode root, Random random) throws IOException {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode at = containers.get(random.nextInt(containers.size()));
    JsonNode value = JSON.readTree(ODD.get(random.nextInt(ODD.size())));
    if (random.nextInt(4) == 0) {
      JsonNode other = containers.get(random.nextInt(Math.min(20, containers.size())));
      value = other.size() < 50 ? other.deepCopy() : value;
    }
    if (at instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + "x", object.get(name));
        default -> object.set(name, value);
      }
    } else if (at instanceof ArrayNode array) {
      int place = array.isEmpty() ? -1 : random.nextInt(array.size());
      switch (random.nextInt(4)) {
        case 0 -> array.add(value);
        case 1 -> array.remove(place);
        default -> {
          if (place >= 0) {
            array.set(place, value);
          }
        }
      }
    }
  }

  /** Objects and arrays, but only a few of long lists' elements. */
  private static void collect(JsonNode node, List<JsonNode> found) {
    if (!node.isContainerNode()) {
      return;
    }
    found.add(node);
    int i = 0;
    for (JsonNode child : node) {
      if (i++ < 12) {
        collect(child, found);
      }
    }
  }

  private static byte[] mutant(byte[] bytes, Random random) {
    byte[] mutant = bytes.clone();
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) random.nextInt(256);
        case 2 -> mutant = Arrays.copyOf(mutant, at + 1);
        default -> {
          byte[] longer = new byte[mutant.length + 3];
          System.arraycopy(mutant, 0, longer, 0, at);
          longer[at] = (byte) 0xff;
          longer[at + 1] = (byte) random.nextInt(256);
          longer[at + 2] = (byte) random.nextInt(256);
          System.arraycopy(mutant, at, longer, at + 3, mutant.length - at);
          mutant = longer;
        }
      }
    }
    return mutant;
  }
}
