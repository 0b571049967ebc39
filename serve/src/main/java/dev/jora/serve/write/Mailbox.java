package dev.jora.serve.write;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Events of the texts of one request, from the engine's thread to the request's own. Putting never
 * waits: a reader that falls too far behind loses its texts.
 */
public final class Mailbox {
  /** Some minutes of text that nobody has read. */
  private static final int MOST = 20_000;

  /**
   * An event.
   *
   * @param index of the text
   */
  public record Letter(int index, Event event) {}

  private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>(MOST);
  private volatile boolean closed;

  void put(int index, Event event) {
    if (!letters.offer(new Letter(index, event))) {
      closed = true;
    }
  }

  /** The next event; null if none has come in so many milliseconds. */
  Letter take(long millis) throws InterruptedException {
    return letters.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Nobody reads any more. */
  void close() {
    closed = true;
  }

  /** True if nobody reads any more, or can. */
  boolean isClosed() {
    return closed;
  }
}
