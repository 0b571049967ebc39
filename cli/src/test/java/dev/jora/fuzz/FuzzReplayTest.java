package dev.jora.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What once went wrong, and was mended: every file of {@code testdata/fuzz}. */
final class FuzzReplayTest {
  @TempDir Path folder;

  static List<String> kinds() throws IOException {
    try (Stream<Path> folders = Files.list(Shared.testdata("fuzz"))) {
      return folders
          .filter(Files::isDirectory)
          .map(kind -> kind.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void everyFolderIsAKind() throws IOException {
    assertTrue(Kinds.all(null).keySet().containsAll(kinds()), "" + kinds());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void keptInputsAreRefusedOrDoTheirWork(String kind) throws Exception {
    int cases = KeptInputs.of(kind).size();
    Fuzzer.Figures figures = new Fuzzer(kind, KeptInputs.SEED, 60, folder).run(0, cases, 600_000);
    assertEquals(Map.of(), figures.faults, "" + KeptInputs.of(kind));
    assertEquals(cases, figures.cases);
  }
}
