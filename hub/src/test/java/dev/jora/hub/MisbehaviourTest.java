package dev.jora.hub;

import static dev.jora.hub.HubServer.json;
import static dev.jora.hub.HubServer.send;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.hub.HubServer.Misbehaviour;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that misbehave: the right file comes all the same, or one sentence and no file. */
class MisbehaviourTest {
  private static final byte[] MODEL = new byte[300_000];
  private static final String HASH;

  static {
    new Random(1).nextBytes(MODEL);
    HASH = HubServer.sha256(MODEL);
  }

  /** A thousand files of a page of a tree. */
  private static final String OTHERS =
      IntStream.range(0, 1000)
          .mapToObj(i -> entry("PAGE/" + i + ".safetensors", 5))
          .map(one -> one.substring(1, one.length() - 1))
          .collect(Collectors.joining(","));

  @TempDir Path home;

  /**
   * A row of the table.
   *
   * @param asked the model
   * @param sentence part of the message, or null: the file must come
   */
  record Row(String name, String asked, String sentence, Misbehaviour how) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row comes(String name, Misbehaviour how) {
    return new Row(name, "user/repo", null, how);
  }

  private static Row fails(String name, String sentence, Misbehaviour how) {
    return new Row(name, "user/repo", sentence, how);
  }

  private static Row headFails(String name, String sentence, String headers) {
    return new Row(name, "user/repo/m.gguf", sentence, status("200 OK", headers));
  }

  /** A tree of one file of some name that it should not have. */
  private static Row nameFails(String path) {
    String shown = path.length() > 40 ? path.length() + " characters" : path;
    return fails("name: " + shown, "neither a GGUF", tree(entry(path, MODEL.length)));
  }

  private static String entry(String path, long size) {
    return "[{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"x\",\"lfs\":{\"oid\":\"%s\",\"size\":%d}}]"
        .formatted(path, size, HASH, size);
  }

  /** The head of an answer to a request for a part, which is told to have all that was asked. */
  private static void head(HubServer.Request r, OutputStream out) throws Exception {
    String head =
        "Content-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n"
            .formatted(to(r) - from(r), from(r), to(r) - 1, MODEL.length);
    send(out, "206 P", head, new byte[0]);
  }

  private static Misbehaviour cut(IntUnaryOperator most) {
    return content(
        (s, r, out) -> {
          head(r, out);
          out.write(MODEL, from(r), Math.min(most.applyAsInt(from(r)), to(r) - from(r)));
          return true;
        });
  }

  private static byte[] packed(byte[] bytes) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** The tree in 100 pages of 1000 files each, the model in the last. */
  private static boolean manyFiles(HubServer s, HubServer.Request r, OutputStream out)
      throws Exception {
    if (!r.path().contains("/tree/")) {
      return false;
    }
    int page = Integer.parseInt("0" + r.path().replaceFirst("^[^&]*(?:&page=)?", ""));
    String other = OTHERS.replace("PAGE", Integer.toString(page));
    String model = page == 99 ? "," + s.tree().substring(1, s.tree().length() - 1) : "";
    String path = r.path().replaceFirst("&.*", "");
    String link = "Link: <%s&page=%d>; rel=\"next\"\r\n".formatted(path, page + 1);
    byte[] body = ("[" + other + model + "]").getBytes(StandardCharsets.UTF_8);
    send(out, "200 OK", page == 99 ? "" : link, body);
    return true;
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

  private static int to(HubServer.Request request) {
    return Integer.parseInt(request.header("range").replaceAll("bytes=\\d+-", "")) + 1;
  }

  static Stream<Row> rows() {
    return Stream.concat(Stream.concat(refusals(), trees()), contents());
  }

  private static Stream<Row> refusals() {
    String known = "X-Repo-Commit: " + HubServer.COMMIT + "\r\nX-Linked-Size: 5\r\n";
    return Stream.of(
        fails("502", "it answers 502", status("502 Bad Gateway", "")),
        fails("504", "it answers 504", status("504 Timeout", "")),
        fails("a redirect without a place", "answers 302", status("302 Found", "")),
        fails(
            "a redirect to no address",
            "no place to fetch",
            status("302 F", "Location: h t:[\r\n")),
        fails("407", "http://USER:PASSWORD@HOST:PORT", status("407 Proxy", "")),
        fails(
            "429 until a day",
            "asks to wait",
            status("429 Slow", "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n")),
        comes(
            "429 with a limit's time", once(status("429 Slow", "RateLimit: \"api\";r=0;t=1\r\n"))),
        fails(
            "endless headers",
            "tried 3 times",
            (s, r, out) -> {
              out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.UTF_8));
              while (true) {
                out.write("X-More: and more\r\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
              }
            }),
        fails(
            "headers that drip",
            "no answer in 0.4 s",
            (s, r, out) -> {
              for (int i = 0; i < 30; i++) {
                out.write("HTTP/1.1 200 OK\r\nX-More: and more and more".getBytes()[i]);
                Thread.sleep(50);
              }
              return true;
            }),
        headFails("HEAD without a hash", "no commit, hash and size", known),
        headFails(
            "HEAD with a hash that is a path",
            "no commit, hash and size",
            known + "ETag: \"../../x\"\r\n"),
        new Row(
            "HEAD tells a larger size",
            "user/repo/m.gguf",
            "were announced",
            (s, r, out) -> {
              String large = known.replace(": 5", ": 999999");
              String tag = "X-Linked-Etag: \"" + HASH + "\"\r\n";
              return r.method().equals("HEAD") && status("200 OK", large + tag).answer(s, r, out);
            }));
  }

  private static Stream<Row> trees() {
    Stream<Row> names =
        Stream.of(
                "a/../../x.gguf",
                "a/./x.gguf",
                "a//x.gguf",
                "C:x.gguf",
                "a\\\\x.gguf",
                "x\\u0000.gguf",
                "x\\n.gguf",
                "nul.gguf",
                "CON/x.gguf",
                "com1/x.gguf",
                "folder /x.gguf",
                "folder./x.gguf",
                "x".repeat(251) + ".gguf",
                "deep/".repeat(300) + "x.gguf")
            .map(MisbehaviourTest::nameFails);
    Stream<Row> others =
        Stream.of(
            fails("JSON as deep as it is long", "and no JSON", tree("[".repeat(200_000))),
            fails("an empty body for JSON", "no list of files", tree("")),
            fails(
                "JSON that is cut",
                "tried 3 times",
                (s, r, out) -> {
                  send(out, "200 OK", "Content-Length: 999\r\n", "[1,".getBytes());
                  return true;
                }),
            fails(
                "a commit that is a path",
                "no commit of 40 digits",
                (s, r, out) -> {
                  json(out, "{\"branches\":[{\"name\":\"main\",\"targetCommit\":\"../../x\"}]}");
                  return true;
                }),
            fails(
                "the next page is a file",
                "cannot be asked for",
                (s, r, out) -> {
                  String link = "Link: <file:///etc/passwd>; rel=\"next\"\r\n";
                  send(out, "200 OK", r.path().contains("/tree/") ? link : "", s.refs(r));
                  return true;
                }),
            comes(
                "packed JSON",
                (s, r, out) -> {
                  boolean tree = r.path().contains("/tree/");
                  if (tree) {
                    byte[] body = packed(s.tree().getBytes(StandardCharsets.UTF_8));
                    send(out, "200 OK", "Content-Encoding: gzip\r\n", body);
                  }
                  return tree;
                }),
            fails(
                "little that is packed and much when it is not",
                "more than 16 MiB",
                (s, r, out) -> {
                  send(out, "200 OK", "Content-Encoding: gzip\r\n", packed(new byte[20 << 20]));
                  return true;
                }),
            comes("100 000 files", MisbehaviourTest::manyFiles),
            fails(
                "a set of which parts are not there",
                "00002-of-99999.gguf, a part of it",
                tree(entry("m-00001-of-99999.gguf", MODEL.length))));
    return Stream.concat(names, others);
  }

  private static Stream<Row> contents() {
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
        fails("tree leaves the folder", "neither a GGUF", tree(entry("../../x.gguf", size))),
        fails("absolute path", "neither a GGUF", tree(entry("/tmp/x.gguf", size))),
        fails("no hash", "neither a GGUF", tree(entry("m.gguf", size).replace(HASH, "../x"))),
        fails("size below zero", "neither a GGUF", tree(entry("m.gguf", -5))),
        fails("said to be smaller", "were announced", tree(entry("m.gguf", size - 9))),
        fails("said to be larger", "were announced", tree(entry("m.gguf", size + 9))),
        fails("more than the disk has", "make room", tree(entry("m.gguf", 1L << 60))),
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
        comes("cut at random bytes", cut(at -> 17_000 + new Random(at).nextInt(40_000))),
        fails("cut at every first byte", "the connection was cut", cut(at -> 1)),
        fails("cut before the first byte", "the connection was cut", cut(at -> 0)),
        comes(
            "slow drip",
            once(
                content(
                    (s, r, out) -> {
                      head(r, out);
                      for (int i = from(r); i < from(r) + 20; i++) {
                        out.write(MODEL[i]);
                        out.flush();
                        Thread.sleep(30);
                      }
                      out.write(MODEL, from(r) + 20, to(r) - from(r) - 20);
                      return true;
                    }))),
        fails(
            "parts of a file of another size",
            "were announced",
            content(
                (s, r, out) -> {
                  String range = "bytes %d-%d/%d".formatted(from(r), to(r) - 1, size + 5);
                  send(out, "206 P", "Content-Range: " + range + "\r\n", new byte[9]);
                  return true;
                })),
        comes(
            "a part of it is not said of how much",
            content(
                (s, r, out) -> {
                  String range = "bytes %d-%d/*".formatted(from(r), to(r) - 1);
                  byte[] bytes = Arrays.copyOfRange(MODEL, from(r), to(r));
                  send(out, "206 P", "Content-Range: " + range + "\r\n", bytes);
                  return true;
                })),
        comes(
            "HTTP/1.0 without a length",
            content(
                (s, r, out) -> {
                  out.write("HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                  out.write(MODEL);
                  return true;
                })),
        fails("nothing at all", "has 0 bytes", content(status("204 No Content", ""))),
        fails(
            "a page for the content",
            "were announced",
            content(
                (s, r, out) -> {
                  send(out, "200 OK", "", "<html>login</html>".getBytes(StandardCharsets.UTF_8));
                  return true;
                })),
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

  /** Of all rows, several at a time: many wait for what does not come. */
  @Test
  void theRightFileOrOneSentence() {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Row> rows = rows().toList();
      assertEquals(rows.size(), rows.stream().map(Row::name).distinct().count());
      List<Future<?>> runs = new ArrayList<>();
      for (Row row : rows) {
        Path folder = home.resolve(Integer.toString(runs.size()));
        runs.add(threads.submit(() -> theRightFileOrOneSentence(row, folder)));
      }
      assertAll(
          IntStream.range(0, runs.size())
              .mapToObj(
                  i -> () -> assertDoesNotThrow(() -> runs.get(i).get(), rows.get(i).name())));
    }
  }

  private static Void theRightFileOrOneSentence(Row row, Path folder) throws Exception {
    Files.createDirectories(folder);
    boolean late = String.valueOf(row.sentence()).contains("0.4 s");
    try (HubServer server = new HubServer().file("m.gguf", MODEL).misbehaving(row.how());
        Hub hub = new Hub(settings(server, folder, late ? "0.4" : "5"), HubListener.NONE)) {
      if (row.sentence() == null) {
        assertArrayEquals(MODEL, Files.readAllBytes(hub.pull(HubName.of(row.asked()), null)));
      } else {
        HubException e =
            assertThrows(HubException.class, () -> hub.pull(HubName.of(row.asked()), null));
        assertTrue(e.getMessage().contains(row.sentence()), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertEquals(List.of(), names(folder), "files under a final name");
      }
    }
    return null;
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
    return settings(server, home, "5");
  }

  private static HubSettings settings(HubServer server, Path home, String patience) {
    Map<String, String> env =
        Map.of(
            "HF_ENDPOINT", server.address(),
            "HF_HUB_ETAG_TIMEOUT", patience,
            "HF_HUB_DOWNLOAD_TIMEOUT", patience);
    return HubSettings.of(env::get, home).with(70_000, Duration.ofMillis(10));
  }
}
