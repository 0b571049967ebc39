package dev.jora.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Where models come from and where they are kept.
 *
 * @param endpoint the hub, without a slash at its end
 * @param cache the folder with {@code models--USER--NAME}
 * @param urls the folder for what comes from other addresses
 * @param token what the hub knows the user by, or null; sent to the endpoint alone
 * @param offline true: nothing is asked of any server
 * @param proxies what stands between here and other hosts
 * @param links true: snapshots are links to blobs, where the disk can have links
 * @param headTimeout how long to wait for what is said of a file
 * @param bodyTimeout how long to wait for the next bytes
 * @param backoff before the second attempt; each further one waits twice as long
 * @param segment bytes of a file that one connection fetches at once
 */
public record HubSettings(
    URI endpoint,
    Path cache,
    Path urls,
    String token,
    boolean offline,
    Proxies proxies,
    boolean links,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration backoff,
    long segment) {
  private static final long SEGMENT = 16L << 20;
  private static final List<String> TRUE = List.of("1", "on", "yes", "true");

  /**
   * What the environment says.
   *
   * @param variables null or empty for one that is not set
   * @param home the user's folder
   * @throws HubException if a variable has a value that it cannot have
   */
  public static HubSettings of(UnaryOperator<String> variables, Path home) {
    UnaryOperator<String> env =
        name -> {
          String value = variables.apply(name);
          return value == null || value.isBlank() ? null : value.strip();
        };
    Path caches = path(env, "XDG_CACHE_HOME", home, home.resolve(".cache"));
    Path hub = path(env, "HF_HOME", home, caches.resolve("huggingface"));
    Path cache = hub.resolve("hub");
    for (String name : List.of("HUGGINGFACE_HUB_CACHE", "HF_HUB_CACHE", "LLAMA_CACHE")) {
      cache = path(env, name, home, cache);
    }
    String endpoint = env.apply("MODEL_ENDPOINT");
    endpoint = env.apply("HF_ENDPOINT") != null ? env.apply("HF_ENDPOINT") : endpoint;
    return new HubSettings(
        endpoint(endpoint == null ? "https://huggingface.co" : endpoint),
        cache,
        caches.resolve("jora").resolve("urls"),
        token(env, path(env, "HF_TOKEN_PATH", home, hub.resolve("token"))),
        isTrue(env, "HF_HUB_OFFLINE") || isTrue(env, "TRANSFORMERS_OFFLINE"),
        Proxies.of(env),
        !isTrue(env, "HF_HUB_DISABLE_SYMLINKS"),
        seconds(env, "HF_HUB_ETAG_TIMEOUT"),
        seconds(env, "HF_HUB_DOWNLOAD_TIMEOUT"),
        Duration.ofSeconds(1),
        SEGMENT);
  }

  /** With a token that is given otherwise, and offline if that is asked for. */
  public HubSettings with(String otherToken, boolean noNetwork) {
    String shown = otherToken == null || otherToken.isBlank() ? token : checked(otherToken.strip());
    return new HubSettings(
        endpoint,
        cache,
        urls,
        shown,
        offline || noNetwork,
        proxies,
        links,
        headTimeout,
        bodyTimeout,
        backoff,
        segment);
  }

  /** With segments of another size, and another wait before the second attempt. */
  HubSettings with(long bytes, Duration wait) {
    return new HubSettings(
        endpoint,
        cache,
        urls,
        token,
        offline,
        proxies,
        links,
        headTimeout,
        bodyTimeout,
        wait,
        bytes);
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text.replaceAll("/+$", ""));
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("(?i)https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw HubException.of("HF_ENDPOINT must be like https://huggingface.co, not '%s'", text);
  }

  static Path path(UnaryOperator<String> env, String name, Path home, Path otherwise) {
    String value = env.apply(name);
    if (value == null) {
      return otherwise;
    }
    try {
      return value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value);
    } catch (IllegalArgumentException e) {
      throw HubException.of("%s must be the name of a folder or file, not '%s'", name, value);
    }
  }

  private static String token(UnaryOperator<String> env, Path file) {
    String given = env.apply("HF_TOKEN");
    try {
      if (given == null && Files.isRegularFile(file)) {
        given = Files.readString(file).strip();
      }
    } catch (IOException e) {
      return null; // as if there were none: the hub says where one is needed
    }
    return given == null || given.isEmpty() ? null : checked(given);
  }

  private static String checked(String token) {
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw HubException.of("the hub's token (HF_TOKEN) has characters that none can have");
    }
    return token;
  }

  private static boolean isTrue(UnaryOperator<String> env, String name) {
    String value = env.apply(name);
    return value != null && TRUE.contains(value.toLowerCase(Locale.ROOT));
  }

  private static Duration seconds(UnaryOperator<String> env, String name) {
    String value = env.apply(name);
    if (value == null) {
      return Duration.ofSeconds(10);
    }
    try {
      long millis = Math.round(Double.parseDouble(value) * 1000);
      if (millis > 0 && millis <= 86_400_000) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw HubException.of("%s must be a number of seconds above 0, not '%s'", name, value);
  }
}
