package dev.jora.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs jora in a process of its own, as a shell does. */
public final class JoraProcess {
  /** What a finished process left. */
  public record Result(int code, byte[] out, String err) {
    public String text() {
      return new String(out, StandardCharsets.UTF_8);
    }

    /** stderr without the line in which the JDK names its incubator modules. */
    public String messages() {
      return err.lines()
          .filter(line -> !line.startsWith("WARNING: Using incubator"))
          .reduce("", (a, b) -> a + b + "\n");
    }
  }

  /** Variables of whoever runs the tests that would change what jora does. */
  private static final Pattern FOREIGN =
      Pattern.compile("(?:JORA|LLAMA_ARG|HF)_.*|LLAMA_CACHE|(?i:https?|all|no)_proxy");

  private JoraProcess() {}

  public static Result run(String... args) throws IOException, InterruptedException {
    return run(new byte[0], Map.of(), args);
  }

  public static Result run(byte[] stdin, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Process process = start(environment, args);
    // A thread each: the common pool may have one only, and a full pipe would hold up the process.
    Executor threads = task -> new Thread(task).start();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> read(process, true), threads);
    CompletableFuture<String> out =
        CompletableFuture.supplyAsync(() -> read(process, false), threads);
    try (OutputStream in = process.getOutputStream()) {
      in.write(stdin);
    } catch (IOException e) {
      // It ended without reading its stdin.
    }
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("jora " + List.of(args) + " did not end");
    }
    byte[] bytes = out.join().getBytes(StandardCharsets.ISO_8859_1);
    return new Result(process.exitValue(), bytes, err.join());
  }

  /** Both streams in one, as {@code 2>&1} makes it, by lines. */
  public static List<String> lines(String... args) throws IOException, InterruptedException {
    Process process = builder(Map.of(), args).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("jora " + List.of(args) + " did not end");
    }
    return all.lines().toList();
  }

  public static Process start(Map<String, String> environment, String... args) throws IOException {
    return builder(environment, args).start();
  }

  static ProcessBuilder builder(Map<String, String> environment, String... args) {
    ProcessBuilder builder = java("dev.jora.cli.Main", args);
    builder.environment().putAll(environment);
    return builder;
  }

  /** A JVM as jora's, for the main method of a test. */
  static ProcessBuilder worker(Class<?> main, String... args) {
    return java(main.getName(), args);
  }

  private static ProcessBuilder java(String main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmn32m"));
    command.add("-Djora.home=" + System.getProperty("jora.root"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> FOREIGN.matcher(name).matches());
    return builder;
  }

  private static String read(Process process, boolean error) {
    try {
      byte[] all = (error ? process.getErrorStream() : process.getInputStream()).readAllBytes();
      return new String(all, error ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
