package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that somebody made to break readers, or that are something else than they should be. */
final class HostileFilesTest {
  static Stream<JsonNode> files() throws IOException {
    Path index = Shared.path("golden/formats/hostile/index.json");
    return StreamSupport.stream(new ObjectMapper().readTree(index.toFile()).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("files")
  void oneClearSentenceOrTheTensors(JsonNode one) {
    String name = one.get("file").asText();
    Path file = Shared.path("golden/formats/hostile").resolve(name);
    String found = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> open(file));
    String want = one.get("want").asText();
    if (!want.equals("either")) {
      assertEquals(want, found.isEmpty() ? "accept" : "refuse", name + ": " + found);
    }
    if (!found.isEmpty()) {
      assertTrue(found.startsWith(file + ": "), found);
      assertFalse(found.chars().anyMatch(Character::isISOControl), found);
      assertTrue(found.length() < 700, found);
    }
    String mark = System.getenv("JORA_MARK");
    assertFalse(Files.exists(Path.of(mark == null ? "JORA_MARK" : mark)), "a pickle was executed");
  }

  /** Why the file is refused; empty if it opens and all its tensors read. */
  private static String open(Path file) {
    try (Weights weights = Checkpoints.open(file)) {
      for (SourceTensor tensor : weights.tensors().values()) {
        try (Arena arena = Arena.ofConfined()) {
          Values.floats(tensor, arena);
        }
      }
      return "";
    } catch (SourceException e) {
      if (System.getProperty("jora.show") != null) {
        System.err.println(e.getMessage());
      }
      return e.getMessage();
    }
  }
}
