package dev.jora.model.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/architectures.md says what the table and the sources say. */
class ArchitecturesPageTest {
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  @Test
  void listsTheTable() throws IOException {
    SortedSet<String> listed = new TreeSet<>();
    for (String line : read("docs/architectures.md").lines().toList()) {
      if (line.startsWith("| `")) {
        NAME.matcher(line.split("\\|")[1]).results().forEach(name -> listed.add(name.group(1)));
      }
    }
    assertEquals(Architectures.names(), listed);
  }

  @Test
  void theExampleIsTheSource() throws IOException {
    Matcher block =
        Pattern.compile("(?ms)^```java\\n(.*?)^```$").matcher(read("docs/architectures.md"));
    assertTrue(block.find());
    String[] parts = block.group(1).split("// in Architectures:");
    assertEquals(2, parts.length);
    assertTrue(block.group(1).lines().count() <= 40);
    assertHas(read("core/src/main/java/dev/jora/model/arch/Exaone.java"), parts[0]);
    assertHas(read("core/src/main/java/dev/jora/model/arch/Architectures.java"), parts[1]);
  }

  private static void assertHas(String source, String part) {
    List<String> wanted = trimmed(part).toList();
    String lines = String.join("\n", trimmed(source).toList());
    assertTrue(lines.contains(String.join("\n", wanted)), "no such lines: " + wanted);
  }

  private static Stream<String> trimmed(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty());
  }

  private static String read(String file) throws IOException {
    return Files.readString(Shared.testdata("../" + file)).replace("\r\n", "\n");
  }
}
