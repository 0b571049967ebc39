package dev.jora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md that a compiler does not check, over the sources. */
final class ArchitectureTest {
  /** From the ground up: a package uses itself and those before it. */
  private static final List<String> ORDER =
      List.of(
          "fault",
          "tensor",
          "gguf",
          "quant",
          "exec",
          "kernel",
          "backend",
          "model",
          "tokenizer",
          "grammar",
          "sampling",
          "template",
          "engine",
          "chat",
          "bench");

  /** Text and logits need no arithmetic: what these packages must not use all the same. */
  private static final Set<String> WITHOUT_ARITHMETIC = Set.of("tokenizer", "sampling", "grammar");

  private static final Set<String> ARITHMETIC = Set.of("kernel", "backend", "model");

  /** The registry: the one class outside model.arch that knows it. */
  private static final String ARCH_USER = "model/Model.java";

  /** The classes of core that know Jackson, beside those whose matter is JSON. */
  private static final List<String> JSON_USERS =
      List.of("chat/Json.java", "chat/tools/ToolJson.java", "fault/JsonReason.java");

  private static final List<String> JSON_ROOMS = List.of("grammar/schema/", "model/checkpoint/");

  /** The classes of core that know JCuda, which no machine without a card may load. */
  private static final List<String> JCUDA_USERS =
      List.of("backend/cuda/JCudaDriver.java", "backend/cuda/JCudaTypes.java");

  /** What core leaves to its callers. */
  private static final List<Pattern> NOT_IN_CORE =
      Stream.of(
              "\\bSystem\\s*\\.\\s*(out|err|exit|console)\\b",
              "\\bRuntime\\.getRuntime\\(\\)\\.(exit|halt)\\b",
              "\\bprintStackTrace\\b",
              "\\bLocale\\.getDefault\\b",
              "\\bCharset\\.defaultCharset\\b",
              "\\bsun\\.misc\\b",
              "\\bpicocli\\b",
              "\\borg\\.jline\\b")
          .map(Pattern::compile)
          .toList();

  private static final Pattern USE = Pattern.compile("\\bdev\\.jora\\.([a-z]+(?:\\.[a-z]+)*)");

  /** Comments and literals, longest kinds first: a use in them is none. */
  private static final Pattern NO_CODE =
      Pattern.compile(
          "\"\"\"(?s:.*?)(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'"
              + "|/\\*(?s:.*?)\\*/|//[^\\n]*");

  /** A flag of a command line, long or short. */
  private static final Pattern FLAG =
      Pattern.compile("(?<![\\w-])(--[a-z]|-(?!inf)[a-z]{1,3}(?=[ =,;:)]|$))");

  /** The one class that names an option: the JVM's, which whoever starts it must give. */
  private static final String JVM_OPTION_USER = "kernel/KernelSelector.java";

  /**
   * A source file.
   *
   * @param path below dev/jora, with slashes
   * @param code without comments and literals
   * @param strings its literals
   */
  private record Source(String path, String code, List<String> strings) {
    /** The package below dev.jora, sub-packages as their parent. */
    String room() {
      return path.substring(0, path.indexOf('/'));
    }

    /** Packages below dev.jora that the code names, its own package statement aside. */
    Set<String> uses() {
      Set<String> uses = new TreeSet<>();
      Matcher matcher = USE.matcher(code.replaceFirst("\\bpackage [^;]*;", ""));
      while (matcher.find()) {
        uses.add(matcher.group(1));
      }
      return uses;
    }
  }

  @Test
  void everyPackageOfCoreHasItsPlace() {
    Set<String> rooms = new TreeSet<>();
    sources("core").forEach(s -> rooms.add(s.room()));
    rooms.removeAll(ORDER);
    assertEquals(Set.of(), rooms, "packages of core that ORDER does not list");
  }

  @Test
  void coreUsesOnlyWhatStandsBelow() {
    List<String> broken = new ArrayList<>();
    for (Source source : sources("core")) {
      for (String use : source.uses()) {
        String room = use.replaceFirst("\\..*", "");
        boolean below = ORDER.indexOf(room) <= ORDER.indexOf(source.room());
        boolean arithmetic =
            WITHOUT_ARITHMETIC.contains(source.room()) && ARITHMETIC.contains(room);
        if (!ORDER.contains(room) || !below || arithmetic) {
          broken.add(source.path() + " uses " + use);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void onlyTheRegistryKnowsTheArchitectures() {
    List<String> users =
        sources("core").stream()
            .filter(s -> !s.path().startsWith("model/arch/") && s.uses().contains("model.arch"))
            .map(Source::path)
            .toList();
    assertEquals(List.of(ARCH_USER), users);
  }

  @Test
  void coreNeitherPrintsNorExitsNorKnowsTheCommandLine() {
    List<String> broken = new ArrayList<>();
    for (Source source : sources("core")) {
      for (Pattern pattern : NOT_IN_CORE) {
        if (pattern.matcher(source.code()).find()) {
          broken.add(source.path() + " has " + pattern);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void messagesNameParametersNotFlags() {
    List<String> broken = new ArrayList<>();
    for (String module : List.of("core", "quantize")) {
      for (Source source : sources(module)) {
        source.strings().stream()
            .filter(text -> FLAG.matcher(text).find())
            .filter(text -> !source.path().equals(JVM_OPTION_USER))
            .forEach(text -> broken.add(source.path() + " has " + text));
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void twoClassesAndTheirFaultsKnowTheJsonReader() {
    List<String> users =
        sources("core").stream()
            .filter(s -> s.code().contains("com.fasterxml"))
            .map(Source::path)
            .filter(path -> JSON_ROOMS.stream().noneMatch(path::startsWith))
            .toList();
    assertEquals(JSON_USERS, users);
  }

  @Test
  void oneAdapterKnowsJCuda() {
    Pattern jcuda = Pattern.compile("(?<!\\w)jcuda\\.");
    for (String module : List.of("core", "quantize", "cli")) {
      List<String> users =
          sources(module).stream()
              .filter(s -> jcuda.matcher(s.code()).find())
              .map(Source::path)
              .toList();
      assertEquals(module.equals("core") ? JCUDA_USERS : List.of(), users);
    }
  }

  @Test
  void quantizeUsesCoreOnly() {
    List<String> broken = new ArrayList<>();
    for (Source source : sources("quantize")) {
      for (String use : source.uses()) {
        String room = use.replaceFirst("\\..*", "");
        if (!room.equals("quantize") && !ORDER.contains(room)) {
          broken.add(source.path() + " uses " + use);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  /** A tag behind another is a part of its text, and no fault to the compiler. */
  @Test
  void everyTagOfJavadocBeginsALine() throws IOException {
    Pattern behind = Pattern.compile("(?m)^ *(?:/\\*)?\\* .*\\S.* @(?:param|return|throws) .*$");
    List<String> broken = new ArrayList<>();
    for (String module : List.of("core", "quantize", "cli")) {
      Path root = root(module);
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          behind
              .matcher(Files.readString(file))
              .results()
              .forEach(line -> broken.add(root.relativize(file) + ": " + line.group().strip()));
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    for (String module : List.of("core", "quantize", "cli")) {
      try (Stream<Path> files = Files.walk(root(module))) {
        List<Path> bare =
            files
                .filter(f -> f.toString().endsWith(".java"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .toList();
        assertEquals(List.of(), bare, "packages without package-info.java");
      }
    }
  }

  private static List<Source> sources(String module) {
    Path root = root(module);
    try (Stream<Path> files = Files.walk(root)) {
      List<Source> sources =
          files
              .filter(f -> f.toString().endsWith(".java"))
              .map(f -> source(root, f))
              .sorted(Comparator.comparing(Source::path))
              .toList();
      assertFalse(sources.isEmpty(), "no sources of " + module + " under " + root);
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Source source(Path root, Path file) {
    try {
      Matcher matcher = NO_CODE.matcher(Files.readString(file));
      List<String> strings =
          matcher
              .results()
              .map(MatchResult::group)
              .filter(text -> text.startsWith("\""))
              .map(text -> text.replaceAll("^\"+|\"+$", ""))
              .toList();
      String path = root.relativize(file).toString().replace('\\', '/');
      return new Source(path, matcher.replaceAll(" "), strings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root(String module) {
    return Shared.testdata("../" + module + "/src/main/java/dev/jora").normalize();
  }
}
