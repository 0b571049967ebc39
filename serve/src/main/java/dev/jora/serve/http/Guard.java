package dev.jora.serve.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who may ask: keys, and what keeps foreign web pages away. A page that makes a browser call a
 * server of its user's machine names itself in {@code Origin}; one that has its own name lead to
 * that machine (DNS rebinding) is known by {@code Host}.
 *
 * @param keys any of which opens the server; none: it is open
 * @param hosts names in {@code Host} that are taken besides the machine's own; {@code *}: all
 * @param origins pages of other origins that may ask; {@code *}: all, {@code localhost}: those of
 *     this machine
 * @param loopback true if the server listens on this machine alone
 */
public record Guard(List<String> keys, Set<String> hosts, Set<String> origins, boolean loopback) {
  private static final String ALL = "*";
  private static final String LOCALHOST = "localhost";
  private static final String ALLOWED_HEADERS =
      "authorization, content-type, accept, x-api-key, api-key, anthropic-version, anthropic-beta,"
          + " anthropic-dangerous-direct-browser-access, openai-beta, openai-organization,"
          + " openai-project, x-requested-with, x-stainless-lang, x-stainless-package-version,"
          + " x-stainless-os, x-stainless-arch, x-stainless-runtime, x-stainless-runtime-version,"
          + " x-stainless-retry-count, x-stainless-timeout, x-stainless-helper-method, user-agent";

  /** Copies the lists. */
  public Guard {
    keys = List.copyOf(keys);
    hosts = Set.copyOf(hosts);
    origins = Set.copyOf(origins);
  }

  /**
   * Refuses whom nobody has asked in, before a route is looked for, and tells browsers which pages
   * may see the answer.
   *
   * @throws HttpFault if somebody is refused
   */
  public void admit(Exchange exchange) {
    checkHost(exchange);
    checkOrigin(exchange);
  }

  private void checkHost(Exchange exchange) {
    if (!loopback || hosts.contains(ALL)) {
      return;
    }
    String host = hostName(exchange.header("Host"));
    if (!isOurs(host) && !hosts.contains(host)) {
      throw new HttpFault(
          HttpFault.Kind.FORBIDDEN,
          "host '"
              + shown(host)
              + "' is not allowed: this server answers localhost, and names given with"
              + " --allowed-host");
    }
  }

  private void checkOrigin(Exchange exchange) {
    String origin = exchange.header("Origin");
    if (origin == null) {
      if ("cross-site".equals(exchange.header("Sec-Fetch-Site")) && isWrite(exchange)) {
        throw foreign("another site");
      }
      return;
    }
    boolean same = isSame(origin, exchange.header("Host"));
    if (same || isAllowed(origin)) {
      exchange.header("Access-Control-Allow-Origin", origin);
      exchange.header("Vary", "Origin");
    } else if (isWrite(exchange)) {
      throw foreign(origin);
    }
  }

  private static HttpFault foreign(String origin) {
    return new HttpFault(
        HttpFault.Kind.FORBIDDEN,
        "web page of '"
            + shown(origin)
            + "' may not ask this server: --cors-origin "
            + (origin.startsWith("http") ? shown(origin) : "URL")
            + " allows it");
  }

  private static boolean isWrite(Exchange exchange) {
    return !Set.of("GET", "HEAD").contains(exchange.method());
  }

  /** Answers a browser that asks whether it may ask. */
  public void preflight(Exchange exchange) {
    exchange.header("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
    exchange.header("Access-Control-Allow-Headers", ALLOWED_HEADERS);
    exchange.header("Access-Control-Max-Age", "600");
  }

  private boolean isAllowed(String origin) {
    if (origins.contains(ALL) || origins.contains(origin)) {
      return true;
    }
    return origins.contains(LOCALHOST) && isOurs(originHost(origin));
  }

  private static boolean isSame(String origin, String host) {
    int scheme = origin.indexOf("://");
    return host != null && scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
  }

  private static String originHost(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host == null ? "" : host.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Of {@code name:port} or {@code [::1]:port} the name. */
  private static String hostName(String host) {
    if (host == null) {
      return "";
    }
    int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    return (end > 0 ? host.substring(0, end) : host).toLowerCase(Locale.ROOT);
  }

  private static boolean isOurs(String host) {
    return host.equals(LOCALHOST)
        || host.endsWith("." + LOCALHOST)
        || host.equals("[::1]")
        || isLoopbackAddress(host);
  }

  private static boolean isLoopbackAddress(String host) {
    if (!host.matches("127(\\.\\d{1,3}){3}")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress(); // an address, so nobody is asked
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** True if the request has a key, or needs none. */
  public boolean hasKey(Exchange exchange) {
    if (keys.isEmpty()) {
      return true;
    }
    String bearer = exchange.header("Authorization");
    boolean is = bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7);
    return isKey(is ? bearer.substring(7).strip() : "")
        | isKey(exchange.header("X-Api-Key"))
        | isKey(exchange.header("X-Admin-Key"));
  }

  /** In a time that tells nothing of the key. */
  private boolean isKey(String given) {
    byte[] digest = digest(given == null ? "" : given);
    boolean found = false;
    for (String key : keys) {
      found |= MessageDigest.isEqual(digest, digest(key));
    }
    return found && given != null && !given.isEmpty();
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static String shown(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() > 100 ? plain.substring(0, 100) + "..." : plain;
  }
}
