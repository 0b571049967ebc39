package dev.jora.serve.dialect;

import dev.jora.serve.http.Exchange;
import dev.jora.serve.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A stream of server-sent events, or of lines of JSON. */
final class Sse implements AutoCloseable {
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] END = ascii("\n\n");
  private static final byte[] ALIVE = ascii(":\n\n");

  private final OutputStream out;
  private final boolean lines;

  private Sse(OutputStream out, boolean lines) {
    this.out = out;
    this.lines = lines;
  }

  /** Begins a stream of events. */
  static Sse events(Exchange exchange) throws IOException {
    exchange.header("Cache-Control", "no-cache");
    exchange.header("X-Accel-Buffering", "no");
    return new Sse(exchange.stream(200, "text/event-stream"), false);
  }

  /** Begins a stream of lines. */
  static Sse lines(Exchange exchange) throws IOException {
    exchange.header("Cache-Control", "no-cache");
    return new Sse(exchange.stream(200, "application/x-ndjson"), true);
  }

  /** An event without a name, or a line. */
  void send(Object json) throws IOException {
    byte[] bytes = Json.bytes(json);
    byte[] all = lines ? joined(bytes, ascii("\n")) : joined(DATA, bytes, END);
    out.write(all);
    out.flush();
  }

  /** An event with a name. */
  void send(String name, Object json) throws IOException {
    out.write(joined(ascii("event: " + name + "\n"), DATA, Json.bytes(json), END));
    out.flush();
  }

  /** An event that is no JSON. */
  void sendText(String text) throws IOException {
    out.write(joined(DATA, ascii(text), END));
    out.flush();
  }

  /** Says that the stream is alive. */
  void alive() throws IOException {
    if (!lines) {
      out.write(ALIVE);
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[]... parts) {
    int n = 0;
    for (byte[] part : parts) {
      n += part.length;
    }
    byte[] all = new byte[n];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
