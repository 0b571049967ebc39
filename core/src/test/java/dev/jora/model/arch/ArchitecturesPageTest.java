package dev.jora.model.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page that lists the architectures knows all of them, and its example is our code. */
class ArchitecturesPageTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/jora/model/arch");

  private final String page;

  ArchitecturesPageTest() throws IOException {
    page = Files.readString(Path.of("../docs/architectures.md"));
  }

  @Test
  void everyRowOfTheTableIsListed() {
    List<String> missing =
        Architectures.names().stream().filter(name -> !page.contains("`" + name + "`")).toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void theExampleIsWhatTheSourcesSay() throws IOException {
    List<String> examples =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map((MatchResult result) -> result.group(1))
            .toList();
    assertEquals(1, examples.size());
    assertTrue(examples.getFirst().lines().count() <= 40);
    String[] parts = examples.getFirst().split("// in Architectures:");
    assertSays("Exaone.java", parts[0]);
    assertSays("Architectures.java", parts[1]);
  }

  private static void assertSays(String source, String code) throws IOException {
    String all = Files.readString(SOURCES.resolve(source)).replaceAll("\\s+", "");
    assertTrue(all.contains(code.replaceAll("\\s+", "")), source + " has no such lines:\n" + code);
  }
}
