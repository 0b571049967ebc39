package dev.jora.fuzz;

import dev.jora.cli.CommandDoor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The JVM that runs cases; it may crash. Into a journal it writes a line before each case and one
 * behind it, so that {@link Fuzzer} knows which case was its last.
 */
final class FuzzWorker {
  /** Exit code after a case that took too long. */
  static final int HANG = 99;

  private static final ByteArrayOutputStream STDERR = new ByteArrayOutputStream();

  private final Path journal;
  private final Path folder;
  private final AtomicLong begun = new AtomicLong();

  private FuzzWorker(Path journal, Path folder) {
    this.journal = journal;
    this.folder = folder;
  }

  /**
   * Kind, seed, first case, end of cases, milliseconds in all, seconds per case, journal, folder.
   */
  public static void main(String[] args) throws IOException {
    System.setErr(new PrintStream(STDERR, true, StandardCharsets.UTF_8)); // before it is first used
    Path work = Path.of(args[7]);
    FuzzWorker worker = new FuzzWorker(Path.of(args[6]), work.resolve("case"));
    Kind kind = Kinds.all(new Sources(work.resolve("sources"))).get(args[0]);
    long seed = Long.parseLong(args[1]);
    int end = Integer.parseInt(args[3]);
    long until = System.nanoTime() + Long.parseLong(args[4]) * 1_000_000;
    worker.watch(Integer.parseInt(args[5]));
    Files.createDirectories(work.resolve("sources"));
    for (int i = Integer.parseInt(args[2]); i < end && System.nanoTime() < until; i++) {
      worker.run(kind, args[0], seed, i);
    }
    Runtime.getRuntime().halt(0);
  }

  private void run(Kind kind, String name, long seed, int number) throws IOException {
    note("begin " + number);
    empty();
    begun.set(System.nanoTime());
    List<List<String>> commands = Kinds.make(kind, name, seed, number, folder);
    Files.write(
        folder.resolve("commands.txt"),
        commands.toString().replace("], [", "]\n[").getBytes(StandardCharsets.UTF_8));
    long start = System.nanoTime();
    begun.set(start);
    int done = 0;
    for (List<String> command : commands) {
      done += one(kind, command) ? 1 : 0;
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    begun.set(0);
    note("end " + number + " " + (done > 0 ? "opened" : "refused") + " " + millis);
  }

  /** Runs one command line; gives whether it did its work. */
  private boolean one(Kind kind, List<String> command) throws IOException {
    String[] args = command.toArray(String[]::new);
    int code = call(kind, args);
    String said = STDERR.toString(StandardCharsets.UTF_8);
    for (String line : said.split("\n")) {
      if (code != 0 && line.startsWith("jora: ")) {
        note("said " + line.replaceAll("'[^']*'|[0-9.]+|/[^ :]*", "#"));
      }
    }
    String fault = Oracle.fault(code, said);
    if (fault == null && leftPart()) {
      fault = "a part of a file is left";
    }
    if (fault != null) {
      String[] verbose = Stream.concat(command.stream(), Stream.of("-v")).toArray(String[]::new);
      call(kind, verbose);
      note("fault " + fault + ": " + String.join(" ", command));
      note(said.replaceAll("(?m)^", "| "));
      note(STDERR.toString(StandardCharsets.UTF_8).replaceAll("(?m)^", "| "));
    }
    return code == 0;
  }

  private boolean leftPart() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".part"));
    }
  }

  private static int call(Kind kind, String[] args) {
    STDERR.reset();
    System.setIn(new ByteArrayInputStream(new byte[0]));
    try {
      return kind.parsesOnly() ? CommandDoor.parse(args) : CommandDoor.run(args);
    } catch (Throwable e) { // nothing may come out of there
      e.printStackTrace(System.err);
      System.err.println("jora: " + e + CommandDoor.BUG);
      return 1;
    }
  }

  /** Ends the JVM with the stacks of all threads if a case takes too long. */
  private void watch(int seconds) {
    Thread watch = new Thread(() -> watchFor(seconds * 1_000_000_000L), "watch");
    watch.setDaemon(true);
    watch.setPriority(Thread.MAX_PRIORITY);
    watch.start();
  }

  private void watchFor(long nanos) {
    try {
      for (long since = 0; since == 0 || System.nanoTime() - since < nanos; since = begun.get()) {
        Thread.sleep(200);
      }
      StringBuilder stacks = new StringBuilder("hang\n");
      for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
        stacks.append("| ").append(each.getKey().getName()).append('\n');
        for (StackTraceElement frame : each.getValue()) {
          stacks.append("|   ").append(frame).append('\n');
        }
      }
      note(stacks.toString());
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(HANG);
    }
  }

  private synchronized void note(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8); // half a surrogate becomes '?'
    Files.write(journal, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void empty() throws IOException {
    if (Files.exists(folder)) {
      List<Path> all = new ArrayList<>();
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(all::add);
      }
      for (Path file : all) {
        Files.delete(file);
      }
    }
    Files.createDirectories(folder);
  }
}
