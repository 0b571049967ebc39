package dev.jora.serve.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks now and then whether clients that wait for an answer are still there. */
final class Presence implements AutoCloseable {
  /** Well within the 50 ms after which nobody works for a client that has left. */
  private static final Duration PERIOD = Duration.ofMillis(15);

  private final Set<JettyExchange> waiting = ConcurrentHashMap.newKeySet();
  private final Thread watcher;

  Presence() {
    watcher = Thread.ofVirtual().name("jora-presence").start(this::watch);
  }

  void add(JettyExchange exchange) {
    waiting.add(exchange);
  }

  void remove(JettyExchange exchange) {
    waiting.remove(exchange);
  }

  private void watch() {
    try {
      while (true) {
        waiting.forEach(JettyExchange::look);
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
