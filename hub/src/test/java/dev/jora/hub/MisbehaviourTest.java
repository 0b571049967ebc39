package dev.jora.hub;

import static dev.jora.hub.HubServer.json;
import static dev.jora.hub.HubServer.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.hub.HubServer.Misbehaviour;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that misbehave: the right file comes all the same, or one sentence and no file. */
class MisbehaviourTest {
  private static final byte[] MODEL = new byte[300_000];

  static {
    new Random(1).nextBytes(MODEL);
  }

  @TempDir Path home;

  /**
   * A row of the table.
   *
   * @param sentence part of the message, or null: the file must come
   */
  record Row(String name, String sentence, Misbehaviour how) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row comes(String name, Misbehaviour how) {
    return new Row(name, null, how);
  }

  private static Row fails(String name, String sentence, Misbehaviour how) {
    return new Row(name, sentence, how);
  }

  private static Misbehaviour status(String status, String headers) {
    return (s, r, out) -> {
      send(out, status, headers, new byte[0]);
      return true;
    };
  }

  /** On the way to the content. */
  private static Misbehaviour content(Misbehaviour how) {
    return (s, r, out) -> r.path().startsWith("/cdn/") && how.answer(s, r, out);
  }

  private static Misbehaviour tree(String json) {
    return (s, r, out) -> {
      if (r.path().contains("/tree/")) {
        json(out, json);
        return true;
      }
      return false;
    };
  }

  private static Misbehaviour once(Misbehaviour how) {
    AtomicInteger count = new AtomicInteger();
    return (s, r, out) -> count.getAndIncrement() == 0 && how.answer(s, r, out);
  }

  private static void endless(OutputStream out) throws Exception {
    while (true) {
      out.write(new byte[1 << 16]);
    }
  }

  private static int from(HubServer.Request request) {
    return Integer.parseInt(request.header("range").replaceAll("bytes=(\\d+)-.*", "$1"));
  }

  static Stream<Row> rows() {
    String entry =
        "[{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"x\",\"lfs\":{\"oid\":\"%s\",\"size\":%d}}]";
    String hash = HubServer.sha256(MODEL);
    int size = MODEL.length;
    return Stream.of(
        fails("401", "needs a token", status("401 Unauthorized", "")),
        fails("gated", "model's page", status("403 Forbidden", "X-Error-Code: GatedRepo\r\n")),
        fails("no model", "knows no such", status("404 NF", "X-Error-Code: RepoNotFound\r\n")),
        fails("404 of the content", "is its name right", content(status("404 Not Found", ""))),
        fails("416", "shorter than was said", content(status("416 Range", ""))),
        fails("always 500", "tried 3 times", status("500 Oops", "")),
        comes("500 once", once(status("503 Oops", ""))),
        comes("429 once", once(status("429 Slow", "Retry-After: 1\r\n"))),
        fails("429 for an hour", "asks to wait", status("429 Slow", "Retry-After: 3600\r\n")),
        fails("redirect in a circle", "from one place", status("302 F", "Location: /api/x\r\n")),
        fails(
            "redirect to a file",
            "no place to fetch",
            content(status("302 F", "Location: file:///etc/passwd\r\n"))),
        fails(
            "redirect to ftp",
            "no place to fetch",
            content(status("302 F", "Location: ftp://localhost/x\r\n"))),
        fails(
            "HTML for JSON",
            "HTML and no JSON",
            (s, r, out) -> {
              send(out, "200 OK", "", "<html>login</html>".getBytes(StandardCharsets.UTF_8));
              return true;
            }),
        fails(
            "endless JSON",
            "more than 16 MiB",
            (s, r, out) -> {
              send(out, "200 OK", "Content-Length: 99999999999\r\n", new byte[0]);
              endless(out);
              return true;
            }),
        fails("tree is no list", "no list of files", tree("{}")),
        fails(
            "tree leaves the folder",
            "neither a GGUF",
            tree(entry.formatted("../../x.gguf", size, hash, size))),
        fails(
            "absolute path",
            "neither a GGUF",
            tree(entry.formatted("/tmp/x.gguf", size, hash, size))),
        fails("no hash", "neither a GGUF", tree(entry.formatted("m.gguf", size, "../x", size))),
        fails("size below zero", "neither a GGUF", tree(entry.formatted("m.gguf", -5, hash, -5))),
        fails(
            "said to be smaller",
            "were announced",
            tree(entry.formatted("m.gguf", size - 9, hash, size - 9))),
        fails(
            "said to be larger",
            "were announced",
            tree(entry.formatted("m.gguf", size + 9, hash, size + 9))),
        fails(
            "more than the disk has",
            "make room",
            tree(entry.formatted("m.gguf", 1L << 60, hash, 1L << 60))),
        fails(
            "pages in a circle",
            "without an end",
            (s, r, out) -> {
              if (r.path().contains("/tree/")) {
                send(
                    out,
                    "200 OK",
                    "Link: <" + r.path() + ">; rel=\"next\"\r\n",
                    "[]".getBytes(StandardCharsets.UTF_8));
                return true;
              }
              return false;
            }),
        fails(
            "wrong bytes",
            "came twice with other bytes",
            content(
                (s, r, out) -> {
                  s.files.put("m.gguf", new byte[size]);
                  return false;
                })),
        comes(
            "wrong bytes once",
            content(
                new Misbehaviour() {
                  private final AtomicInteger left = new AtomicInteger(1);

                  @Override
                  public boolean answer(HubServer s, HubServer.Request r, OutputStream out)
                      throws Exception {
                    if (left.getAndDecrement() > 0) {
                      int n = Math.min(100_000, size - from(r));
                      String range = "bytes %d-%d/%d".formatted(from(r), from(r) + n - 1, size);
                      send(out, "206 P", "Content-Range: " + range + "\r\n", new byte[n]);
                      return true;
                    }
                    return false;
                  }
                })),
        comes(
            "200 to a range",
            content(
                (s, r, out) -> {
                  send(out, "200 OK", "", MODEL);
                  return true;
                })),
        comes(
            "chunked without a length",
            content(
                (s, r, out) -> {
                  String head =
                      "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
                  out.write(head.getBytes(StandardCharsets.UTF_8));
                  out.write((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.UTF_8));
                  out.write(MODEL);
                  out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                  return true;
                })),
        fails(
            "another range",
            "another part",
            content(status("206 P", "Content-Range: bytes 7-9/" + size + "\r\n"))),
        fails("no range named", "another part", content(status("206 P", ""))),
        fails(
            "packed",
            "packed (gzip)",
            content(status("206 P", "Content-Encoding: gzip\r\nContent-Range: bytes 0-0/1\r\n"))),
        comes(
            "endless body",
            content(
                (s, r, out) -> {
                  int at = from(r);
                  String range = "bytes %d-%d/%d".formatted(at, size - 1, size);
                  String head = "Content-Length: 9999999999\r\nContent-Range: " + range + "\r\n";
                  send(out, "206 P", head, Arrays.copyOfRange(MODEL, at, size));
                  endless(out);
                  return true;
                })),
        comes(
            "cut in the middle",
            once(
                content(
                    (s, r, out) -> {
                      String head =
                          "Content-Length: 50000\r\nContent-Range: bytes %d-%d/%d\r\n"
                              .formatted(from(r), from(r) + 49_999, size);
                      send(out, "206 P", head, Arrays.copyOfRange(MODEL, from(r), from(r) + 9));
                      return true;
                    }))),
        fails(
            "stall",
            "nothing came for 0.4 s",
            content(
                (s, r, out) -> {
                  String head =
                      "Content-Length: 50000\r\nContent-Range: bytes %d-%d/%d\r\n"
                          .formatted(from(r), from(r) + 49_999, size);
                  send(out, "206 P", head, new byte[0]);
                  Thread.sleep(3000);
                  return true;
                })),
        fails(
            "no answer at all",
            "no answer in 0.4 s",
            (s, r, out) -> {
              Thread.sleep(2000);
              return true;
            }),
        fails(
            "no HTTP",
            "tried 3 times",
            (s, r, out) -> {
              out.write("garbage\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              return true;
            }));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theRightFileOrOneSentence(Row row) throws Exception {
    try (HubServer server = new HubServer().file("m.gguf", MODEL).misbehaving(row.how())) {
      HubSettings settings = settings(server, home);
      try (Hub hub = new Hub(settings, HubListener.NONE)) {
        if (row.sentence() == null) {
          assertArrayEquals(MODEL, Files.readAllBytes(hub.pull(HubName.of("user/repo"), null)));
        } else {
          HubException e =
              assertThrows(HubException.class, () -> hub.pull(HubName.of("user/repo"), null));
          assertTrue(e.getMessage().contains(row.sentence()), e.getMessage());
          assertFalse(e.getMessage().contains("\n"), e.getMessage());
          assertEquals(List.of(), names(home), "files under a final name");
        }
      }
    }
  }

  /** Files under names that mean they are whole. */
  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(p -> Files.isRegularFile(p) || Files.isSymbolicLink(p))
          .map(Path::toString)
          .filter(name -> !name.endsWith(".incomplete") && !name.endsWith(".lock"))
          .toList();
    }
  }

  static HubSettings settings(HubServer server, Path home) {
    Map<String, String> env =
        Map.of(
            "HF_ENDPOINT", server.address(),
            "HF_HUB_ETAG_TIMEOUT", "0.4",
            "HF_HUB_DOWNLOAD_TIMEOUT", "0.4");
    return HubSettings.of(env::get, home).with(70_000, Duration.ofMillis(10));
  }
}
