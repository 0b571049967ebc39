package dev.jora.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/** Requests as the hub wants them, redirects followed by hand, and tried again where that helps. */
final class Transport implements AutoCloseable {
  private static final int REDIRECTS = 10;
  private static final int ATTEMPTS = 3;
  private static final long LONGEST_WAIT_SECONDS = 300;

  /** How the JDK says that a proxy does not take the password; servers are told none. */
  private static final String WRONG_USER = "too many authentication attempts";

  /** How the JDK says it. */
  private static final Pattern CUT =
      Pattern.compile("^closed$|EOF|bytes received|Connection reset|Broken pipe");

  /** A failure that may be none the next time. */
  static final class PassingException extends IOException {
    private static final long serialVersionUID = 1L;
    private final long seconds;

    PassingException(String message, long seconds) {
      super(message);
      this.seconds = seconds;
    }
  }

  /** Something that may be tried several times. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException;
  }

  private final HubSettings settings;
  private final HubListener listener;
  private final HttpClient client;

  Transport(HubSettings settings, HubListener listener) {
    this.settings = settings;
    this.listener = listener;
    Authenticator authenticator = settings.proxies().authenticator();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(settings.proxies().selector())
            .connectTimeout(settings.headTimeout());
    if (authenticator != null) {
      builder.authenticator(authenticator);
    }
    this.client = builder.build();
  }

  /** Runs an attempt until it is a success, or has failed too often without coming on. */
  <T> T tried(URI uri, Attempt<T> attempt) {
    for (int failed = 1; ; failed++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (e instanceof java.nio.file.FileSystemException) {
          throw new java.io.UncheckedIOException(e);
        }
        await(uri, e, failed);
      }
    }
  }

  /**
   * Waits after a failure.
   *
   * @param failed how often it has failed
   * @throws HubException if that was often enough
   */
  void await(URI uri, IOException e, int failed) {
    long asked = e instanceof PassingException passing ? passing.seconds : 0;
    if (asked > LONGEST_WAIT_SECONDS) {
      throw HubException.of(
          "%s is too busy: it asks to wait %d s; try again then", uri.getHost(), asked);
    }
    if (failed >= ATTEMPTS) {
      throw HubException.unreachable(
          e,
          "%s does not give %s%s: %s (tried %d times); try again later, what has come is kept",
          uri.getAuthority(),
          shown(uri),
          through(uri),
          reason(e),
          failed);
    }
    Duration wait = settings.backoff().multipliedBy(1L << (failed - 1));
    wait = asked > 0 ? Duration.ofSeconds(asked) : wait;
    if (asked > 1) {
      listener.note(uri.getHost() + " asks to wait " + asked + " s");
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private String through(URI uri) {
    URI proxy = settings.proxies().of(uri);
    return proxy == null ? "" : " through the proxy " + Proxies.shown(proxy);
  }

  private static String shown(URI uri) {
    return uri.getPath();
  }

  private static String reason(IOException e) {
    Throwable cause = e;
    if (e instanceof java.net.ConnectException && e.getMessage() == null) {
      return "no connection: does it run, and is there a network?";
    }
    while (cause.getCause() != null && cause.getMessage() == null) {
      cause = cause.getCause();
    }
    if (cause instanceof UnresolvedAddressException) {
      return "its name is not known, or there is no network";
    }
    if (CUT.matcher(String.valueOf(cause.getMessage())).find()) {
      return "the connection was cut";
    }
    return cause.getMessage() != null ? cause.getMessage() : cause.getClass().getSimpleName();
  }

  /**
   * Sends a request.
   *
   * @param follow whether redirects to other places are followed
   * @return an answer of 200 to 299, or of a redirect that is not followed
   * @throws IOException if another attempt may help
   * @throws HubException if not
   */
  Answer send(String method, URI from, Map<String, String> headers, boolean follow)
      throws IOException {
    if (settings.offline()) {
      throw HubException.of("%s is not asked: offline (HF_HUB_OFFLINE)", from.getHost());
    }
    URI uri = from;
    for (int hops = 0; hops <= REDIRECTS; hops++) {
      Answer answer = once(method, uri, headers);
      int status = answer.status();
      String location = answer.header("Location").orElse(null);
      boolean redirect = status >= 301 && status <= 308 && location != null;
      if (!redirect) {
        if (status < 200 || status > 299) {
          try (answer) {
            throw Refusal.of(answer, settings);
          }
        }
        return answer;
      }
      URI next = target(uri, location);
      if (!follow && !origin(next).equals(origin(uri))) {
        return answer;
      }
      if (!follow && answer.header("X-Linked-Etag").isPresent()) {
        return answer;
      }
      answer.close();
      uri = next;
    }
    throw HubException.of(
        "%s sends from one place to the next, more than %d times", from, REDIRECTS);
  }

  static URI target(URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean web = String.valueOf(to.getScheme()).matches("(?i)https?") && to.getHost() != null;
      boolean worse =
          "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme());
      if (web && !worse) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw HubException.of(
        "%s sends to '%s', which is no place to fetch a model from", from, location);
  }

  static String origin(URI uri) {
    int port = uri.getPort();
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(java.util.Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    return (scheme + "://" + uri.getHost() + ":" + (port < 0 ? usual : port))
        .toLowerCase(java.util.Locale.ROOT);
  }

  private Answer once(String method, URI uri, Map<String, String> headers) throws IOException {
    settings.proxies().of(uri); // one that cannot be used is said here
    HttpRequest.Builder request =
        builder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(settings.headTimeout())
            .header("User-Agent", "jora")
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (settings.token() != null && origin(uri).equals(origin(settings.endpoint()))) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      return new Answer(response, settings.bodyTimeout());
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer in " + settings.headTimeout().toMillis() / 1000.0 + " s", e);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith(WRONG_USER)) {
        throw Refusal.ofProxy(uri.getAuthority());
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    } catch (IllegalArgumentException e) {
      throw HubException.of("%s cannot be asked for: %s", uri, e.getMessage());
    }
  }

  private static HttpRequest.Builder builder(URI uri) {
    try {
      return HttpRequest.newBuilder(uri);
    } catch (IllegalArgumentException e) {
      throw HubException.of("%s cannot be asked for: %s", uri, e.getMessage());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
