package dev.jora.serve;

import dev.jora.serve.dialect.Anthropic;
import dev.jora.serve.dialect.Dialect;
import dev.jora.serve.dialect.Faults;
import dev.jora.serve.dialect.House;
import dev.jora.serve.dialect.Kobold;
import dev.jora.serve.dialect.Llama;
import dev.jora.serve.dialect.Ollama;
import dev.jora.serve.dialect.OpenAi;
import dev.jora.serve.dialect.OpenAiFaults;
import dev.jora.serve.dialect.WebUi;
import dev.jora.serve.http.AccessLog;
import dev.jora.serve.http.Handler;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.http.JettyServer;
import dev.jora.serve.http.Route;
import dev.jora.serve.http.Router;
import dev.jora.serve.json.Json;
import dev.jora.serve.model.ServedModel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of a model. It listens from the first moment on, and says that it is loading until the
 * model is there.
 */
public final class JoraServer implements AutoCloseable {
  private static final long LOOK_MILLIS = 20;

  private final ServerSettings settings;
  private final AccessLog log;
  private final JettyServer http;
  private final Instant started = Instant.now();
  private volatile Handler handler = exchange -> loading();
  private volatile ServedModel model;

  /**
   * Listens.
   *
   * @throws IOException if the address cannot be had, with a sentence
   */
  public JoraServer(ServerSettings settings, AccessLog log) throws IOException {
    this.settings = settings;
    this.log = log;
    this.http =
        new JettyServer(
            settings.address(), settings.tls(), settings.limits(), e -> handler.handle(e));
    this.handler = router(List.of());
    http.start();
  }

  private static void loading() {
    throw new HttpFault(HttpFault.Kind.UNAVAILABLE, "Loading model");
  }

  /** Serves a model from now on; it is this server's to close. */
  public void serve(ServedModel served) {
    model = served;
    House house =
        new House(
            served,
            settings.version(),
            settings.strictModels(),
            !settings.guard().keys().isEmpty(),
            settings.ping().toMillis(),
            started);
    handler =
        router(
            List.of(
                new OpenAi(house),
                new Llama(house),
                new Anthropic(house),
                new Kobold(house),
                new WebUi(house),
                new Ollama(house)));
  }

  /** Of the dialects that a model is asked in; none: it is being loaded. */
  private Handler router(List<Dialect> dialects) {
    List<Route> routes = new ArrayList<>();
    dialects.forEach(dialect -> routes.addAll(dialect.routes()));
    if (dialects.isEmpty()) {
      for (String method : List.of("GET", "POST", "DELETE")) {
        routes.add(new Route(method, "/*", true, OpenAiFaults.SHAPE, exchange -> loading()));
      }
    }
    return new Router(settings.guard(), routes, OpenAiFaults.SHAPE, Json::bytes, Faults::of, log);
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  /**
   * Takes nothing new, and lets what is at work come to its end.
   *
   * @return false if that took longer than allowed
   */
  public boolean drain(Duration patience) {
    ServedModel served = model;
    http.refuse();
    if (served == null) {
      return true;
    }
    served.scheduler().drain();
    long end = System.nanoTime() + patience.toNanos();
    while (!served.scheduler().isIdle()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    http.stop(Duration.ofSeconds(1)); // for what was written to reach who reads
    if (model != null) {
      model.close();
    }
  }
}
