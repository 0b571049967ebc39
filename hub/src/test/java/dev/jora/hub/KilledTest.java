package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they fetch, and two that fetch the same. */
class KilledTest {
  private static final byte[] MODEL = new byte[3_000_000];

  static {
    new Random(9).nextBytes(MODEL);
  }

  @TempDir Path home;

  /** What a process does: fetches a model. */
  public static void main(String[] args) throws Exception {
    HubSettings settings =
        HubSettings.of(name -> name.equals("HF_ENDPOINT") ? args[0] : null, Path.of(args[1]))
            .with(400_000, Duration.ofMillis(10));
    HubListener listener =
        new HubListener() {
          @Override
          public void progress(String file, long done, long total) {}

          @Override
          public void note(String sentence) {
            System.out.println(sentence);
          }
        };
    try (Hub hub = new Hub(settings, listener)) {
      System.out.println(hub.pull(HubName.of("user/repo"), null));
    }
  }

  private Process start(HubServer server) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            KilledTest.class.getName(),
            server.address(),
            home.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static long content(HubServer server) {
    return server.requests.stream().filter(r -> r.path().startsWith("/cdn/")).count();
  }

  private String end(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
    assertEquals(0, process.exitValue(), said);
    return said;
  }

  private void killed(int times) throws Exception {
    try (HubServer server = new HubServer().file("m.gguf", MODEL)) {
      server.pause = 4 + 4 * times;
      for (int i = 0; i < times; i++) {
        Process process = start(server);
        long before = content(server);
        for (int waited = 0; waited < 10_000 && content(server) == before; waited++) {
          Thread.sleep(1);
        }
        Thread.sleep(7L * i + 20);
        process.destroyForcibly().waitFor();
      }
      Path blobs = home.resolve(".cache/huggingface/hub/models--user--repo/blobs");
      Path part = blobs.resolve(HubServer.sha256(MODEL) + ".jora.incomplete");
      long done;
      try (PartBlob blob = PartBlob.open(part, MODEL.length, 400_000)) {
        done = blob.done();
      }
      assertTrue(done > 0, "nothing was kept");
      server.pause = 0;
      String[] said = end(start(server)).split("\n");
      assertArrayEquals(MODEL, Files.readAllBytes(Path.of(said[said.length - 1])));
      try (var files = Files.list(blobs)) {
        assertEquals(
            List.of(HubServer.sha256(MODEL)), files.map(f -> "" + f.getFileName()).toList());
      }
    }
  }

  @Test
  void aKilledDownloadGoesOn() throws Exception {
    killed(3);
  }

  @Test
  @Tag("slow")
  void aDownloadKilledTwentyTimesGoesOn() throws Exception {
    killed(20);
  }

  @Test
  void theSecondOfTwoWaits() throws Exception {
    try (HubServer server = new HubServer().file("m.gguf", MODEL)) {
      server.pause = 25;
      Process first = start(server);
      Process second = start(server);
      String both = end(first) + end(second);
      assertTrue(both.contains("another process fetches m.gguf"), both);
      assertEquals(8, content(server), "each part once");
      String path = both.lines().filter(line -> line.startsWith("/")).findFirst().orElseThrow();
      assertArrayEquals(MODEL, Files.readAllBytes(Path.of(path)));
    }
  }
}
