package dev.jora.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.sampling.SamplingParams;
import dev.jora.serve.http.AccessLog;
import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.Guard;
import dev.jora.serve.http.Limits;
import dev.jora.serve.model.Offer;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.schedule.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server on a port of its own, and a client of it. */
final class TestServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONTEXT = 512;

  private final JoraServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Faults that were no client's. */
  final List<Throwable> faults = new ArrayList<>();

  /**
   * Starts one.
   *
   * @param keys that open it
   * @param slots texts at once
   * @param queue requests that wait
   */
  TestServer(Path model, List<String> keys, int slots, int queue) throws IOException {
    Guard guard = new Guard(keys, Set.of(), Set.of("http://friend.example"), true);
    Limits limits = new Limits(1 << 20, 1024, Duration.ofSeconds(60));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSettings settings =
        new ServerSettings(address, null, guard, limits, false, Duration.ofSeconds(30), "test");
    server = new JoraServer(settings, new Log());
    LoadOptions load =
        LoadOptions.DEFAULT.withContextSize(CONTEXT).withThreads(2).withSequences(slots);
    Offer offer =
        new Offer(
            List.of("tiny"),
            SamplingParams.DEFAULT,
            -1,
            List.of(),
            null,
            Map.of(),
            -1,
            true,
            null,
            false);
    server.serve(
        new ServedModel(
            LoadedModel.open(model, load), offer, new Settings(slots, queue, 64 << 20)));
  }

  private final class Log implements AccessLog {
    @Override
    public void failed(Exchange exchange, Throwable fault) {
      synchronized (faults) {
        faults.add(fault);
      }
    }
  }

  int port() {
    return server.port();
  }

  JoraServer server() {
    return server;
  }

  /** The answer to a request. */
  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode get(String path) {
    return json(send("GET", path, null));
  }

  JsonNode post(String path, String body) {
    return json(send("POST", path, body));
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(response.statusCode() + ": " + response.body(), e);
    }
  }

  /** The data of a stream of events, what is no JSON as a text. */
  List<JsonNode> events(String path, String body) {
    List<JsonNode> events = new ArrayList<>();
    for (String line : send("POST", path, body).body().split("\n")) {
      if (line.startsWith("data: ")) {
        String data = line.substring(6);
        try {
          events.add(
              data.startsWith("{") ? JSON.readTree(data) : JSON.getNodeFactory().textNode(data));
        } catch (IOException e) {
          throw new IllegalStateException(data, e);
        }
      }
    }
    return events;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
