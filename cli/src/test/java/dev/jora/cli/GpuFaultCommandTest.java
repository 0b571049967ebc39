package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.backend.cuda.software.SoftwareDriver.Call;
import dev.jora.cli.common.GpuDoor;
import dev.jora.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Commands on GPUs in software that fail: one sentence, exit code 1. */
final class GpuFaultCommandTest {
  private static final String END = "calls ";

  /** A command's process with such a GPU: a call, its number, its code, and the command. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) {
      SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
      Call call = Call.valueOf(args[0]);
      if (!args[1].equals("0")) {
        driver.failFrom(call, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      }
      CommandLine command = CommandDoor.command(args[3]);
      GpuDoor.open(command, driver);
      int code = command.execute(Arrays.copyOfRange(args, 4, args.length));
      System.err.println(END + driver.calls(call) + " " + driver.leaks());
      System.exit(code);
    }
  }

  /**
   * What is left of a process.
   *
   * @param calls of the kind that fails
   */
  private record Ended(int code, String out, List<String> err, int calls) {}

  private static Ended run(Call call, int n, int code, String... words) throws Exception {
    List<String> args = new ArrayList<>(List.of(call.name(), "" + n, "" + code));
    args.addAll(List.of(words));
    args.addAll(List.of("-m", Shared.testdata("jora-demo.gguf").toString(), "-q"));
    Process process = JoraProcess.worker(Worker.class, args.toArray(String[]::new)).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    List<String> lines =
        err.lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    String last = lines.getLast();
    assertTrue(last.matches(END + "\\d+ \\[]"), err);
    int calls = Integer.parseInt(last.split(" ")[1]);
    return new Ended(process.exitValue(), out, lines.subList(0, lines.size() - 1), calls);
  }

  private static void isOneSentence(Ended ended, String what) {
    assertEquals(1, ended.err().size(), ended.err()::toString);
    String sentence = ended.err().getFirst();
    assertTrue(sentence.startsWith("jora: ") && sentence.contains(what), sentence);
    assertTrue(sentence.contains("-ngl"), sentence);
    assertFalse(sentence.contains(CommandDoor.BUG), sentence);
    assertEquals(1, ended.code());
  }

  @ParameterizedTest
  @CsvSource({
    "run, LAUNCH, 60, 700, 'CUDA0 failed: launch of '",
    "chat, LAUNCH, 60, 719, 'CUDA0 failed: launch of '",
    "run, UPLOAD, 1, 719, 'CUDA0 failed: '",
    "run, LOAD_MODULE, 1, 222, 'the NVIDIA driver is too old'",
    "run, ALLOCATE, 3, 2, a GPU's memory is full (free now: CUDA0 1",
    "run, STREAM, 1, 2, '-ngl all needs a GPU: '"
  })
  void aFaultIsOneSentence(String command, Call call, int n, int code, String what)
      throws Exception {
    isOneSentence(run(call, n, code, command, "-p", "One day", "-n", "4", "-ngl", "all"), what);
  }
}
