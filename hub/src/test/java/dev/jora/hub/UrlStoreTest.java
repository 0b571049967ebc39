package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.hub.HubServer.Misbehaviour;
import dev.jora.hub.HubServer.Request;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files at addresses that are no hub's: versions are never mixed, and what is there stays. */
class UrlStoreTest {
  private static final byte[] OLD = bytes(1, 300_000);
  private static final byte[] NEW = bytes(2, 300_000);

  @TempDir Path home;

  private static byte[] bytes(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Path pull(HubServer server, String path) throws Exception {
    return pull(MisbehaviourTest.settings(server, home), server.address() + path);
  }

  private Path pull(HubSettings settings, String address) throws Exception {
    try (UrlStore store = new UrlStore(settings, HubListener.NONE)) {
      return store.pull(address);
    }
  }

  /** A server of one file that honours If-Range, or does not. */
  private static final class Versions implements Misbehaviour {
    private final AtomicInteger contents = new AtomicInteger();
    private final int changeAfter;
    private final boolean honours;
    private final String header;
    private final int cutAt;

    /**
     * One.
     *
     * @param changeAfter answers with content of the old version
     * @param header {@code ETag: "%d"} for the number of the version
     * @param cutAt bytes of the first answer with content, 0: all
     */
    Versions(int changeAfter, boolean honours, String header, int cutAt) {
      this.changeAfter = changeAfter;
      this.honours = honours;
      this.header = header;
      this.cutAt = cutAt;
    }

    @Override
    public boolean answer(HubServer server, Request r, OutputStream out) throws Exception {
      if (r.method().equals("HEAD")) {
        boolean changed = contents.get() >= changeAfter;
        String length = "Content-Length: " + OLD.length + "\r\n";
        HubServer.send(out, "200 OK", length + tag(changed), new byte[0]);
        return true;
      }
      int count = contents.getAndIncrement();
      boolean changed = count >= changeAfter;
      byte[] bytes = changed ? NEW : OLD;
      boolean other = honours && !tag(changed).contains(r.header("if-range"));
      if (other || r.header("range").isEmpty()) {
        HubServer.send(out, "200 OK", tag(changed), bytes);
        return true;
      }
      String[] range = r.header("range").replace("bytes=", "").split("-");
      int from = Integer.parseInt(range[0]);
      int to = Integer.parseInt(range[1]) + 1;
      int sent = count == 0 && cutAt > 0 ? cutAt : to - from;
      String head =
          "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
              .formatted(from, to - 1, OLD.length, to - from);
      byte[] some = Arrays.copyOfRange(bytes, from, from + sent);
      HubServer.send(out, "206 Partial", head + tag(changed), some);
      return true;
    }

    private String tag(boolean changed) {
      return header.isEmpty() ? "" : header.formatted(changed ? 2 : 1) + "\r\n";
    }
  }

  @Test
  void aVersionThatChangesMeanwhileComesWhole() throws Exception {
    for (String header :
        List.of("ETag: \"v%d\"", "Last-Modified: Mon, 0%d Jan 2024 00:00:00 GMT")) {
      try (HubServer server = new HubServer().misbehaving(new Versions(2, true, header, 0))) {
        assertArrayEquals(NEW, Files.readAllBytes(pull(server, "/m.gguf")));
        assertArrayEquals(NEW, Files.readAllBytes(pull(server, "/m.gguf")), "the next time");
      }
    }
  }

  @Test
  void aVersionThatChangesIsAnErrorWhereTheServerMixes() throws Exception {
    try (HubServer server =
        new HubServer().misbehaving(new Versions(2, false, "ETag: \"v%d\"", 0))) {
      HubException e = assertThrows(HubException.class, () -> pull(server, "/m.gguf"));
      assertTrue(e.getMessage().contains("changed at"), e.getMessage());
      Path file = pull(server, "/m.gguf");
      assertArrayEquals(NEW, Files.readAllBytes(file), "begun again");
      assertEquals(List.of("m.gguf", "m.gguf.lock", "m.gguf.version"), names(file.getParent()));
    }
  }

  @Test
  void withoutAVersionPartsOfEarlierTimesAreNotUsed() throws Exception {
    try (HubServer server = new HubServer().misbehaving(new Versions(1, false, "", 0))) {
      Path file = pull(server, "/m.gguf");
      assertArrayEquals(OLD, Files.readAllBytes(file), "in one answer");
      Files.delete(file);
      assertArrayEquals(NEW, Files.readAllBytes(pull(server, "/m.gguf")));
    }
  }

  @Test
  void whatIsCutGoesOn() throws Exception {
    for (String header : List.of("ETag: \"v%d\"", "ETag: W/\"v%d\"", "")) {
      try (HubServer server = new HubServer().misbehaving(new Versions(99, true, header, 20_000))) {
        assertArrayEquals(OLD, Files.readAllBytes(pull(server, "/m.gguf")), header);
      }
    }
  }

  @Test
  void setsQueriesAndOddNames() throws Exception {
    try (HubServer server =
        new HubServer()
            .misbehaving(
                (s, r, out) -> {
                  boolean known = r.path().matches("/d/a%20b-0000[12]-of-00002.gguf\\?key=a%20b-0");
                  String head = "Content-Length: 5\r\nETag: \"x\"\r\n";
                  byte[] body =
                      r.method().equals("HEAD")
                          ? new byte[0]
                          : r.path().substring(9, 14).getBytes();
                  HubServer.send(out, known ? "200 OK" : "404 Not Found", head, body);
                  return true;
                })) {
      Path file = pull(server, "/d/a%20b-00001-of-00002.gguf?key=a%20b-0");
      assertEquals("a b-00001-of-00002.gguf", file.getFileName().toString());
      assertEquals("00001", Files.readString(file).replaceAll(".*(\\d{5}).*", "$1"));
      assertTrue(Files.exists(file.resolveSibling("a b-00002-of-00002.gguf")));
      for (String path : List.of("/", "/d/", "/..", "/%00.gguf", "/nul.gguf", "/a%2F..%2Fb")) {
        HubException e = assertThrows(HubException.class, () -> pull(server, path), path);
        assertTrue(e.getMessage().contains("names no file"), path + ": " + e.getMessage());
      }
    }
  }

  @Test
  void addressesOfTheHubGoIntoItsCache() throws Exception {
    try (HubServer server = new HubServer().file("m.gguf", OLD)) {
      Path file = pull(server, "/user/repo/blob/main/m.gguf?download=true");
      assertTrue(file.startsWith(home.resolve(".cache/huggingface")), file.toString());
      for (String wrong : List.of("m.gguf", "user/repo", "ftp://x/m.gguf", "http:///m.gguf", "")) {
        HubSettings settings = MisbehaviourTest.settings(server, home);
        HubException e = assertThrows(HubException.class, () -> pull(settings, wrong));
        assertTrue(e.getMessage().contains("is no address"), e.getMessage());
      }
    }
  }

  @Test
  void whatIsThereNeedsNoServerAndNoRoomToWrite() throws Exception {
    HubSettings settings;
    String address;
    Path file;
    try (HubServer server =
        new HubServer().misbehaving(new Versions(99, true, "ETag: \"v%d\"", 0))) {
      settings = MisbehaviourTest.settings(server, home);
      address = server.address() + "/m.gguf";
      file = pull(settings, address);
    }
    assertEquals(file, pull(settings, address));
    assertEquals(file, pull(settings.with(null, true), address));
    HubException e =
        assertThrows(
            HubException.class, () -> pull(settings.with(null, true), "http://x.test/n.gguf"));
    assertTrue(e.getMessage().contains("offline"), e.getMessage());
  }

  @Test
  void aFileInPlaceOfTheFolderIsSaid() throws Exception {
    Files.createDirectories(home.resolve(".cache"));
    Files.writeString(home.resolve(".cache/jora"), "x");
    Files.writeString(home.resolve(".cache/huggingface"), "x");
    try (HubServer server = new HubServer().file("m.gguf", OLD)) {
      server.misbehaving(
          (s, r, out) -> r.path().equals("/m.gguf") && s.answerAs(r, "/cdn/m.gguf", out));
      for (String path : List.of("/m.gguf", "/user/repo/resolve/main/m.gguf", "/user/repo")) {
        HubException e = assertThrows(HubException.class, () -> pull(server, path), path);
        assertTrue(e.getMessage().contains("cannot be written"), e.getMessage());
        assertTrue(e.getMessage().contains("to another folder"), e.getMessage());
      }
    }
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
