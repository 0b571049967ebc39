package dev.jora.cli;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Collectors;

/**
 * Runs command lines one after another in a JVM that stays, where {@link JoraProcess} starts one
 * for each: for tests of what a command says and writes, many of which would only wait for JVMs to
 * start and to warm up. The process's own stdout and stderr are files, so all that is written there
 * is seen, as in a shell. What is the process's own is for {@link JoraProcess}: signals, closed
 * pipes, what the JVM itself says, how it ends.
 */
public final class JoraWorker {
  private static final int PATIENCE_MILLIS = 120_000;
  private static final int THREAD_PATIENCE_MILLIS = 5_000;
  private static final Map<Map<String, String>, Deque<JoraWorker>> IDLE = new ConcurrentHashMap<>();

  private final Process process;
  private final Path out;
  private final Path err;
  private final Socket socket;
  private final DataOutputStream requests;
  private final DataInputStream replies;

  private JoraWorker(Map<String, String> environment) throws IOException {
    out = Files.createTempFile("jora-worker", ".out");
    err = Files.createTempFile("jora-worker", ".err");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(PATIENCE_MILLIS);
      ProcessBuilder builder = JoraProcess.worker(JoraWorker.class, "" + server.getLocalPort());
      builder.environment().putAll(environment);
      process =
          builder
              .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
              .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(this::end));
      socket = server.accept();
    }
    socket.setSoTimeout(PATIENCE_MILLIS);
    requests = new DataOutputStream(socket.getOutputStream());
    replies = new DataInputStream(socket.getInputStream());
  }

  /** Runs a command line with an empty stdin. */
  public static JoraProcess.Result run(String... args) throws IOException {
    return run(new byte[0], args);
  }

  /** Runs a command line. */
  public static JoraProcess.Result run(byte[] stdin, String... args) throws IOException {
    return run(stdin, Map.of(), args);
  }

  /** Runs a command line in an environment, for which there is a JVM of its own. */
  public static JoraProcess.Result run(
      byte[] stdin, Map<String, String> environment, String... args) throws IOException {
    Deque<JoraWorker> idle =
        IDLE.computeIfAbsent(environment, key -> new ConcurrentLinkedDeque<>());
    JoraWorker worker = idle.poll();
    if (worker == null) {
      worker = new JoraWorker(environment);
    }
    try {
      JoraProcess.Result result = worker.send(stdin, args);
      idle.push(worker);
      return result;
    } catch (IOException e) {
      worker.end();
      String what = e instanceof SocketTimeoutException ? "did not end" : "left threads or crashed";
      throw new AssertionError("jora " + List.of(args) + " " + what, e);
    }
  }

  private JoraProcess.Result send(byte[] stdin, String[] args) throws IOException {
    cut(out);
    cut(err);
    requests.writeInt(stdin.length);
    requests.write(stdin);
    requests.writeInt(args.length);
    for (String arg : args) {
      byte[] utf8 = arg.getBytes(StandardCharsets.UTF_8);
      requests.writeInt(utf8.length);
      requests.write(utf8);
    }
    requests.flush();
    int code = replies.readInt();
    return new JoraProcess.Result(code, Files.readAllBytes(out), Files.readString(err));
  }

  private static void cut(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(0);
    }
  }

  private void end() {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JVM that stays: the port of whoever asks. */
  public static void main(String[] args) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
      DataInputStream requests = new DataInputStream(socket.getInputStream());
      DataOutputStream replies = new DataOutputStream(socket.getOutputStream());
      Set<Thread> before = threads();
      while (true) {
        System.setIn(new ByteArrayInputStream(bytes(requests)));
        String[] words = new String[requests.readInt()];
        for (int i = 0; i < words.length; i++) {
          words[i] = new String(bytes(requests), StandardCharsets.UTF_8);
        }
        int code = CommandDoor.run(words);
        if (!nothingRuns(before)) {
          break; // a process of its own would not have ended
        }
        replies.writeInt(code);
        replies.flush();
      }
    } catch (EOFException e) {
      // Nobody asks any more.
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static boolean nothingRuns(Set<Thread> before) throws InterruptedException {
    for (int waited = 0; !before.containsAll(threads()); waited += 5) {
      if (waited > THREAD_PATIENCE_MILLIS) {
        return false;
      }
      Thread.sleep(5);
    }
    return true;
  }

  /** Those that keep a JVM from ending. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon())
        .collect(Collectors.toSet());
  }
}
