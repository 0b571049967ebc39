package dev.jora.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs cases of one kind in JVMs of their own, starting another behind a case that killed one. What
 * failed is kept in a folder per case.
 */
final class Fuzzer {
  /** What came of a kind. */
  static final class Figures {
    int cases;
    int opened;
    int refused;
    int crashes;
    int hangs;
    int slowest = -1;
    long slowestMillis;
    final Set<String> messages = new HashSet<>();
    final TreeMap<Integer, String> faults = new TreeMap<>();

    String line(String kind) {
      return "%-15s cases %6d  opened %6d  refused %6d  messages %4d  faults %3d  crashes %d  hangs %d  slowest %d (%d ms)"
          .formatted(
              kind,
              cases,
              opened,
              refused,
              messages.size(),
              faults.size(),
              crashes,
              hangs,
              slowest,
              slowestMillis);
    }
  }

  private final String kind;
  private final long seed;
  private final int secondsPerCase;
  private final Path folder;
  private final Figures figures = new Figures();

  Fuzzer(String kind, long seed, int secondsPerCase, Path folder) {
    this.kind = kind;
    this.seed = seed;
    this.secondsPerCase = secondsPerCase;
    this.folder = folder;
  }

  /** Cases from {@code from} up to {@code end}, or fewer if {@code millis} are over. */
  Figures run(int from, int end, long millis) throws IOException, InterruptedException {
    int to = seed == KeptInputs.SEED ? Math.min(end, KeptInputs.of(kind).size()) : end;
    long until = System.nanoTime() + millis * 1_000_000;
    int next = from;
    while (next < to && System.nanoTime() < until) {
      Path journal = Files.createTempFile(Files.createDirectories(folder), "journal", ".txt");
      long left = (until - System.nanoTime()) / 1_000_000;
      Process process = start(next, to, left, journal);
      if (!process.waitFor(left + secondsPerCase * 2000L + 20_000, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      int last = read(Files.readAllLines(journal), process.exitValue());
      Files.delete(journal);
      if (process.exitValue() == 0) {
        return figures;
      }
      next = Math.max(last, next) + 1;
    }
    return figures;
  }

  private Process start(int from, int to, long millis, Path journal) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx768m"));
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log")));
    command.add("-Djora.root=" + System.getProperty("jora.root"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), FuzzWorker.class.getName()));
    command.addAll(List.of(kind, "" + seed, "" + from, "" + to, "" + millis, "" + secondsPerCase));
    command.addAll(List.of(journal.toString(), folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.matches("(JORA|LLAMA_ARG)_.*"));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("worker.err").toFile())
        .start();
  }

  /** Adds up a journal and gives the number of the last case in it. */
  private int read(List<String> lines, int code) throws IOException {
    int number = -1;
    boolean open = false;
    StringBuilder fault = new StringBuilder();
    for (String line : lines) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "begin" -> {
          keep(number, fault, false);
          fault.setLength(0);
          number = Integer.parseInt(words[1]);
          open = true;
        }
        case "end" -> {
          open = false;
          ended(number, words[2].equals("opened"), Long.parseLong(words[3]));
        }
        case "said" -> figures.messages.add(line);
        default -> fault.append(line).append('\n');
      }
    }
    if (open || code != 0) {
      figures.cases++;
      if (code == FuzzWorker.HANG) {
        figures.hangs++;
      } else {
        figures.crashes++;
        fault.append("the JVM died with ").append(code).append('\n');
        fault.append(Files.readString(folder.resolve("worker.err")));
      }
    }
    keep(number, fault, true);
    return number;
  }

  private void ended(int number, boolean opened, long millis) {
    figures.cases++;
    figures.opened += opened ? 1 : 0;
    figures.refused += opened ? 0 : 1;
    if (millis > figures.slowestMillis) {
      figures.slowestMillis = millis;
      figures.slowest = number;
    }
  }

  /**
   * Files of the last case lie there still; those of others are made anew, which gives the same.
   */
  private void keep(int number, StringBuilder fault, boolean last) throws IOException {
    if (fault.isEmpty()) {
      return;
    }
    figures.faults.put(number, fault.toString());
    Path to =
        Files.createDirectories(folder.resolve("failed").resolve(kind + "-" + seed + "-" + number));
    Files.writeString(to.resolve("fault.txt"), fault);
    if (last && Files.isDirectory(folder.resolve("case"))) {
      try (Stream<Path> files = Files.list(folder.resolve("case"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } else {
      Sources sources = new Sources(folder.resolve("sources"));
      Kinds.make(Kinds.all(sources).get(kind), kind, seed, number, to);
    }
    fault.setLength(0);
  }

  /**
   * The script's: {@code [--minutes M] [--cases N] [--seed N] [--kind K] [--case N] [--out
   * FOLDER]}.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    double minutes = 60;
    long seed = 1;
    int cases = Integer.MAX_VALUE;
    int only = -1;
    Path out = Path.of("target", "fuzz").toAbsolutePath();
    List<String> kinds = new ArrayList<>(Kinds.all(null).keySet());
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--minutes" -> minutes = Double.parseDouble(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--cases" -> cases = Integer.parseInt(value);
        case "--case" -> only = Integer.parseInt(value);
        case "--out" -> out = Path.of(value).toAbsolutePath();
        case "--kind" -> kinds.removeIf(kind -> !kind.equals(value));
        default -> throw new IllegalArgumentException("no option " + args[i]);
      }
    }
    PrintStream print = System.out;
    boolean failed = false;
    for (String kind : kinds) {
      Fuzzer fuzzer = new Fuzzer(kind, seed, 60, out);
      long millis = (long) (minutes * 60_000 / kinds.size());
      Figures f = fuzzer.run(Math.max(0, only), only < 0 ? cases : only + 1, millis);
      f.faults.forEach(
          (n, fault) ->
              print.println(kind + " --seed " + fuzzer.seed + " --case " + n + "\n" + fault));
      print.println(f.line(kind));
      failed |= !f.faults.isEmpty();
    }
    System.exit(failed ? 1 : 0);
  }
}
