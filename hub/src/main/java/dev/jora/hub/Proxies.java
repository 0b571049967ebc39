package dev.jora.hub;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The proxies that the environment names, as curl reads it: {@code http_proxy}, {@code
 * https_proxy}, {@code all_proxy} and {@code no_proxy}, in small letters first, then in capitals.
 *
 * @param http for {@code http://}; or null
 * @param https for {@code https://}; or null
 * @param none hosts that are asked without one: names with all below them, addresses, networks
 *     ({@code 10.0.0.0/8}), each perhaps with a port; {@code *}: all
 */
public record Proxies(Variable http, Variable https, List<String> none) {
  private static final int PORT = 1080; // curl's
  private static final String TUNNEL = "jdk.http.auth.tunneling.disabledSchemes";

  /** A variable that names a proxy. */
  public record Variable(String name, String value) {
    private boolean isFit() {
      return uri() != null;
    }

    /** The proxy's address; null if it is none that jora can use. */
    private URI uri() {
      try {
        URI uri = URI.create(value.contains("://") ? value : "http://" + value);
        return "http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null ? uri : null;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }

  /** Reads the environment. */
  static Proxies of(UnaryOperator<String> env) {
    Variable none = either(env, "no_proxy");
    return new Proxies(
        proxy(env, "http_proxy"),
        proxy(env, "https_proxy"),
        none == null ? List.of() : Arrays.stream(none.value().split("[,\\s]+")).toList());
  }

  private static Variable proxy(UnaryOperator<String> env, String name) {
    Variable own = either(env, name);
    return own != null ? own : either(env, "all_proxy");
  }

  private static Variable either(UnaryOperator<String> env, String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .filter(word -> env.apply(word) != null)
        .map(word -> new Variable(word, env.apply(word)))
        .findFirst()
        .orElse(null);
  }

  /**
   * The proxy for an address; null: none.
   *
   * @throws HubException if it is one that jora cannot use
   */
  URI of(URI uri) {
    Variable proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
    if (proxy == null || none.stream().anyMatch(word -> isMeant(word, uri))) {
      return null;
    }
    if (!proxy.isFit()) {
      throw HubException.of(
          "%s must be like http://HOST:PORT, not '%s': jora knows no other proxies",
          proxy.name(), withoutPassword(proxy.value()));
    }
    return proxy.uri();
  }

  private static String withoutPassword(String value) {
    return value.replaceFirst("^([^/]*//)?[^/@]*@", "$1***@");
  }

  private static boolean isMeant(String word, URI uri) {
    if (word.equals("*")) {
      return true;
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$|\\.$", "");
    String name = word.toLowerCase(Locale.ROOT);
    int colon = name.lastIndexOf(':');
    if (colon > 0 && name.indexOf(':') == colon || name.startsWith("[") && name.contains("]:")) {
      int port = uri.getPort() >= 0 ? uri.getPort() : usual(uri);
      if (!name.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = name.substring(0, colon);
    }
    name = name.replaceAll("^\\[|\\]$", "").replaceAll("^\\.|\\.$", "");
    return !name.isEmpty()
        && (host.equals(name) || host.endsWith("." + name) || isInNetwork(host, name));
  }

  private static int usual(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static boolean isInNetwork(String host, String network) {
    int slash = network.indexOf('/');
    try {
      byte[] address = InetAddress.ofLiteral(host).getAddress();
      String name = slash < 0 ? network : network.substring(0, slash);
      byte[] wanted = InetAddress.ofLiteral(name).getAddress();
      int bits = slash < 0 ? 8 * wanted.length : Integer.parseInt(network.substring(slash + 1));
      int rest = 8 * wanted.length - bits;
      return address.length == wanted.length
          && rest >= 0
          && bits >= 0
          && new BigInteger(1, address)
              .shiftRight(rest)
              .equals(new BigInteger(1, wanted).shiftRight(rest));
    } catch (IllegalArgumentException e) {
      return false; // one of them is a name
    }
  }

  /** For the JDK's client. */
  ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        URI proxy = Proxies.this.of(uri);
        return List.of(
            proxy == null
                ? Proxy.NO_PROXY
                : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // the request fails too
      }
    };
  }

  /** What proxies are told of the user; null: none wants to know. */
  Authenticator authenticator() {
    // The JDK gives no password to a proxy of https:// unless it is told so before its first use.
    if (System.getProperty(TUNNEL) == null) {
      System.setProperty(TUNNEL, "");
    }
    List<URI> known =
        Stream.of(Optional.ofNullable(http), Optional.ofNullable(https))
            .flatMap(Optional::stream)
            .filter(Variable::isFit)
            .map(Variable::uri)
            .filter(uri -> uri.getRawUserInfo() != null)
            .toList();
    if (known.isEmpty()) {
      return null;
    }
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() != RequestorType.PROXY
            ? null
            : known.stream()
                .filter(uri -> uri.getHost().equalsIgnoreCase(getRequestingHost()))
                .filter(uri -> port(uri) == getRequestingPort())
                .map(Proxies::user)
                .findFirst()
                .orElse(null);
      }
    };
  }

  private static PasswordAuthentication user(URI proxy) {
    String[] words = proxy.getRawUserInfo().split(":", 2);
    String password = words.length > 1 ? words[1] : "";
    return new PasswordAuthentication(decoded(words[0]), decoded(password).toCharArray());
  }

  private static String decoded(String word) {
    return URLDecoder.decode(word.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static int port(URI proxy) {
    return proxy.getPort() >= 0 ? proxy.getPort() : PORT;
  }

  /** How a proxy is called in sentences: without what it is told of the user. */
  static String shown(URI proxy) {
    return proxy.getHost() + ":" + port(proxy);
  }
}
