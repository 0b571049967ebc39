package dev.jora.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What a server answers; its body fails where nothing comes for some time. */
final class Answer extends InputStream {
  private final HttpResponse<InputStream> response;
  private final InputStream body;
  private final Duration patience;
  private volatile long waiting; // since when, 0: nobody waits
  private volatile boolean stalled;
  private volatile boolean closed;

  Answer(HttpResponse<InputStream> response, Duration patience) {
    this.response = response;
    this.body = response.body();
    this.patience = patience;
    Thread.startVirtualThread(this::watch);
  }

  private void watch() {
    long period = Math.clamp(patience.toMillis() / 4, 10, 250);
    while (!closed) {
      try {
        Thread.sleep(period);
        long since = waiting;
        if (since != 0 && System.nanoTime() - since > patience.toNanos()) {
          stalled = true;
          close();
        }
      } catch (InterruptedException | IOException e) {
        return;
      }
    }
  }

  int status() {
    return response.statusCode();
  }

  URI uri() {
    return response.uri();
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  /** Bytes of the body, -1 where it is not said. */
  long length() {
    try {
      return header("Content-Length").map(Long::parseLong).orElse(-1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    waiting = System.nanoTime() | 1;
    try {
      int n = body.read(bytes, from, length);
      if (n < 0 && stalled) {
        throw new IOException("closed");
      }
      return n;
    } catch (IOException e) {
      throw stalled
          ? new IOException("nothing came for " + patience.toMillis() / 1000.0 + " s", e)
          : e;
    } finally {
      waiting = 0;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    body.close();
  }
}
