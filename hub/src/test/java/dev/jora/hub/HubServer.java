package dev.jora.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A hub on the loopback, which may misbehave. */
public final class HubServer implements AutoCloseable {
  /** A request as it came. */
  public record Request(String method, String path, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    boolean isFile() {
      return path.contains("/resolve/");
    }
  }

  /** Answers otherwise than a hub does. */
  @FunctionalInterface
  public interface Misbehaviour {
    /** False: answers as a hub does. */
    boolean answer(HubServer server, Request request, OutputStream out) throws Exception;
  }

  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String REPO = "user/repo";

  public final List<Request> requests = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> files = new LinkedHashMap<>();
  final Map<String, String> strangers = new LinkedHashMap<>();
  private final ServerSocket socket;
  private volatile Misbehaviour misbehaviour = (server, request, out) -> false;
  public volatile int pause;

  public HubServer() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  public HubServer file(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  HubServer misbehaving(Misbehaviour how) {
    misbehaviour = how;
    return this;
  }

  public String address() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      String first = in.readLine();
      if (first == null) {
        return;
      }
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        String[] parts = line.split(": *", 2);
        headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
      }
      String[] words = first.split(" ");
      Request request = new Request(words[0], words[1], headers);
      requests.add(request);
      OutputStream out = client.getOutputStream();
      if (!misbehaviour.answer(this, request, out)) {
        answer(request, out);
      }
      out.flush();
    } catch (Exception e) {
      // the client has what it wants
    }
  }

  static void send(OutputStream out, String status, String headers, byte[] body)
      throws IOException {
    String more =
        headers.toLowerCase(Locale.ROOT).contains("content-length")
            ? ""
            : "Content-Length: " + body.length + "\r\n";
    out.write(
        ("HTTP/1.1 " + status + "\r\nConnection: close\r\n" + more + headers + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  static void json(OutputStream out, String json) throws IOException {
    send(out, "200 OK", "", json.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String tree() {
    return files.entrySet().stream()
        .map(
            e ->
                "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"%s\",\"lfs\":{\"oid\":\"%s\",\"size\":%d}}"
                    .formatted(
                        e.getKey(),
                        e.getValue().length,
                        "a".repeat(40),
                        sha256(e.getValue()),
                        e.getValue().length))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** What is answered to a question for branches, or an empty tree. */
  byte[] refs(Request request) {
    String refs =
        request.path().endsWith("/refs")
            ? "{\"branches\":[{\"name\":\"main\",\"targetCommit\":\"" + COMMIT + "\"}]}"
            : "[]";
    return refs.getBytes(StandardCharsets.UTF_8);
  }

  /** Answers as a hub does to a request for another path. */
  boolean answerAs(Request request, String path, OutputStream out) throws Exception {
    answer(new Request(request.method(), path, request.headers()), out);
    return true;
  }

  private void answer(Request request, OutputStream out) throws Exception {
    String path = request.path();
    if (path.equals("/api/models/" + REPO + "/refs")) {
      json(out, "{\"branches\":[{\"name\":\"main\",\"targetCommit\":\"" + COMMIT + "\"}]}");
    } else if (path.startsWith("/api/models/" + REPO + "/tree/" + COMMIT)) {
      json(out, tree());
    } else if (path.matches("/(?:cdn|" + REPO + "/resolve/[^/]+)/.*")) {
      byte[] bytes = files.get(path.replaceFirst("/(?:cdn|" + REPO + "/resolve/[^/]+)/", ""));
      if (bytes == null) {
        send(out, "404 Not Found", "X-Error-Code: EntryNotFound\r\n", new byte[0]);
      } else if (request.isFile()) {
        String headers =
            "X-Repo-Commit: %s\r\nX-Linked-Etag: \"%s\"\r\nX-Linked-Size: %d\r\nLocation: /cdn/%s\r\n"
                .formatted(
                    COMMIT, sha256(bytes), bytes.length, path.substring(path.lastIndexOf('/') + 1));
        send(out, "302 Found", headers, new byte[0]);
      } else {
        content(request, out, bytes);
      }
    } else {
      send(out, "404 Not Found", "X-Error-Code: RepoNotFound\r\n", new byte[0]);
    }
  }

  private void content(Request request, OutputStream out, byte[] bytes) throws Exception {
    String[] range = request.header("range").replace("bytes=", "").split("-");
    int from = range.length == 2 ? Integer.parseInt(range[0]) : 0;
    int to = range.length == 2 ? Integer.parseInt(range[1]) + 1 : bytes.length;
    String headers =
        "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
            .formatted(from, to - 1, bytes.length, to - from);
    send(out, range.length == 2 ? "206 Partial Content" : "200 OK", headers, new byte[0]);
    for (int at = from; at < to; at += 16 << 10) {
      out.write(bytes, at, Math.min(16 << 10, to - at));
      out.flush();
      if (pause > 0) {
        Thread.sleep(pause);
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
