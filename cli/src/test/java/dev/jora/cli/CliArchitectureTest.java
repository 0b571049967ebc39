package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which class of the command line may know which, over the sources. */
final class CliArchitectureTest {
  /** The entry, which knows every command. */
  private static final String ENTRY = "";

  /** What a package below dev.jora.cli uses of the others. */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          Map.entry("terminal", Set.of()),
          Map.entry("words", Set.of()),
          Map.entry("common", Set.of("terminal")),
          Map.entry("chat", Set.of("common", "terminal")),
          Map.entry("evaluate", Set.of("common")),
          Map.entry("embed", Set.of("common", "terminal")),
          Map.entry("bench", Set.of("common", "terminal")),
          Map.entry("quantize", Set.of("common")),
          Map.entry("convert", Set.of("common")),
          Map.entry("serve", Set.of("common")),
          Map.entry(
              ENTRY,
              Set.of(
                  "terminal",
                  "words",
                  "common",
                  "chat",
                  "evaluate",
                  "embed",
                  "bench",
                  "quantize",
                  "convert",
                  "serve")));

  /** Packages of commands: all that others see of them. */
  private static final Set<String> OF_COMMANDS =
      Set.of("chat", "evaluate", "embed", "bench", "quantize", "convert", "serve");

  private static final Pattern USE =
      Pattern.compile("\\bdev\\.jora\\.cli((?:\\.[a-z]+)*)\\.(?=[A-Z*])");

  private static final Pattern FOREIGN =
      Pattern.compile("\\bimport (?!dev\\.jora\\.cli\\.)[\\w.]+\\.([A-Z]\\w*);");

  private static final Pattern TYPE = Pattern.compile("(?<![\\w.])[A-Z]\\w*");

  /** Comments and literals, longest kinds first: a use in them is none. */
  private static final Pattern NO_CODE =
      Pattern.compile(
          "\"\"\"(?s:.*?)(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'"
              + "|/\\*(?s:.*?)\\*/|//[^\\n]*");

  /** A sealed type must name its cases, which is no use of them. */
  private static final Pattern CASES = Pattern.compile("\\bpermits\\b[^{]*");

  /**
   * A source file.
   *
   * @param room its package below dev.jora.cli
   * @param type the top-level type of the file
   * @param code without comments and literals
   */
  private record Source(String room, String type, String code) {
    static Source of(Path root, Path file) {
      Path folder = root.relativize(file.getParent());
      String name = file.getFileName().toString();
      try {
        return new Source(
            folder.toString().replace('\\', '.').replace('/', '.'),
            name.substring(0, name.length() - ".java".length()),
            CASES.matcher(NO_CODE.matcher(Files.readString(file)).replaceAll(" ")).replaceAll(" "));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Packages below dev.jora.cli that the code names, but its own. */
    Set<String> rooms() {
      Set<String> rooms = new TreeSet<>();
      Matcher matcher = USE.matcher(code);
      while (matcher.find()) {
        rooms.add(matcher.group(1).isEmpty() ? ENTRY : matcher.group(1).substring(1));
      }
      rooms.remove(room);
      return rooms;
    }

    /** Those of some types that the code names, but its own. */
    Set<String> types(Collection<String> some) {
      Set<String> types =
          TYPE.matcher(code)
              .results()
              .map(found -> found.group())
              .filter(some::contains)
              .collect(Collectors.toCollection(TreeSet::new));
      types.remove(type);
      types.removeAll(
          FOREIGN.matcher(code).results().map(found -> found.group(1)).toList()); // namesakes
      return types;
    }
  }

  @Test
  void packagesUseOnlyWhatStandsBelow() {
    List<String> broken = new ArrayList<>();
    for (Source source : sources()) {
      Set<String> uses = source.rooms();
      uses.removeAll(USES.getOrDefault(source.room(), Set.of()));
      if (!USES.containsKey(source.room()) || !uses.isEmpty()) {
        broken.add(source.room() + "." + source.type() + " uses " + uses);
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void commandsAreAllThatTheirPackagesShow() {
    List<String> shown =
        sources().stream()
            .filter(s -> OF_COMMANDS.contains(s.room()) && !s.type().endsWith("Command"))
            .filter(s -> s.code().matches("(?s).*\\npublic .*"))
            .map(Source::type)
            .toList();
    assertEquals(List.of(), shown);
  }

  /** Neither two nor more of them in a ring. */
  @Test
  void noTwoClassesKnowEachOther() {
    List<Source> sources = sources();
    Set<String> names = sources.stream().map(Source::type).collect(Collectors.toSet());
    assertEquals(sources.size(), names.size(), "types of the same name");
    Map<String, Set<String>> uses = new TreeMap<>();
    sources.forEach(s -> uses.put(s.type(), s.types(names)));
    assertEquals(Map.of(), rings(uses));
  }

  @Test
  void ringsAreFound() {
    assertEquals(
        Map.of("A", Set.of("B"), "B", Set.of("C"), "C", Set.of("A")),
        rings(
            Map.of(
                "A", Set.of("B", "D"),
                "B", Set.of("C"),
                "C", Set.of("A"),
                "D", Set.of(),
                "E", Set.of("A"))));
  }

  /** What is left without all that uses nothing of what is left, or that nothing of it uses. */
  private static Map<String, Set<String>> rings(Map<String, Set<String>> uses) {
    Map<String, Set<String>> left = new TreeMap<>();
    uses.forEach((type, used) -> left.put(type, new TreeSet<>(used)));
    int size;
    do {
      size = left.size();
      left.values().forEach(used -> used.retainAll(Set.copyOf(left.keySet())));
      left.values().removeIf(Set::isEmpty);
      Set<String> used = left.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
      left.keySet().retainAll(used);
    } while (left.size() < size);
    return left;
  }

  private static List<Source> sources() {
    Path root = Shared.testdata("../cli/src/main/java/dev/jora/cli").normalize();
    try (Stream<Path> files = Files.walk(root)) {
      List<Source> sources =
          files
              .filter(f -> f.toString().endsWith(".java"))
              .filter(f -> !f.endsWith("package-info.java"))
              .map(f -> Source.of(root, f))
              .sorted(Comparator.comparing(Source::type))
              .toList();
      assertFalse(sources.isEmpty(), "no sources under " + root);
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
