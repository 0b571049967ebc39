package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies as the environment names them. */
class ProxiesTest {
  private static final byte[] MODEL = "a model".getBytes(StandardCharsets.UTF_8);

  @TempDir Path home;

  private HubSettings settings(String... variables) {
    Map<String, String> env = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      env.put(variables[i], variables[i + 1]);
    }
    return HubSettings.of(env::get, home).with(70_000, Duration.ofMillis(10));
  }

  private Path pull(HubSettings settings) throws Exception {
    try (Hub hub = new Hub(settings, HubListener.NONE)) {
      return hub.pull(HubName.of("user/repo"), null);
    }
  }

  /** A proxy is a server that is asked for whole addresses. */
  private static HubServer proxy() {
    HubServer proxy = new HubServer().file("m.gguf", MODEL);
    return proxy.misbehaving(
        (s, r, out) ->
            r.path().startsWith("http://")
                && s.answerAs(r, r.path().replaceFirst("http://[^/]*", ""), out));
  }

  @Test
  void whatIsAskedGoesThroughTheProxy() throws Exception {
    for (String variable : new String[] {"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}) {
      try (HubServer proxy = proxy()) {
        Path folder = home.resolve(variable.equals("HTTP_PROXY") ? "capitals" : variable);
        HubSettings settings =
            settings(
                "HF_ENDPOINT",
                "http://hub.test",
                "HF_HUB_CACHE",
                folder.toString(),
                variable,
                proxy.address());
        assertArrayEquals(MODEL, Files.readAllBytes(pull(settings)));
        assertTrue(proxy.requests.stream().allMatch(r -> r.path().startsWith("http://hub.test/")));
      }
    }
  }

  @Test
  void theProxyIsToldTheUserAndTheHubIsNot() throws Exception {
    String right = "Basic " + Base64.getEncoder().encodeToString("me:a b@c".getBytes());
    try (HubServer proxy = new HubServer().file("m.gguf", MODEL)) {
      proxy.misbehaving(
          (s, r, out) -> {
            if (!r.header("proxy-authorization").equals(right)) {
              String how = "Proxy-Authenticate: Basic realm=\"x\"\r\n";
              HubServer.send(out, "407 Proxy", how, new byte[0]);
              return true;
            }
            return s.answerAs(r, r.path().replaceFirst("http://[^/]*", ""), out);
          });
      String address = proxy.address().replace("http://", "");
      HubSettings told =
          settings(
              "HF_ENDPOINT", "http://hub.test", "HTTP_PROXY", "http://me:a%20b%40c@" + address);
      assertArrayEquals(MODEL, Files.readAllBytes(pull(told)));
      assertTrue(proxy.requests.stream().allMatch(r -> r.header("authorization").isEmpty()));
      HubSettings untold =
          settings(
              "HF_ENDPOINT", "http://hub.test", "HF_HUB_CACHE", home + "/x", "HTTP_PROXY", address);
      HubException e = assertThrows(HubException.class, () -> pull(untold));
      assertTrue(e.getMessage().contains("http://USER:PASSWORD@HOST:PORT"), e.getMessage());
    }
  }

  @Test
  void aProxyOfHttpsIsAskedToConnect() throws Exception {
    try (HubServer proxy = new HubServer()) {
      proxy.misbehaving(
          (s, r, out) -> {
            HubServer.send(out, "502 Bad Gateway", "", new byte[0]);
            return true;
          });
      HubSettings settings =
          settings("HF_ENDPOINT", "https://hub.test", "HTTPS_PROXY", proxy.address());
      HubException e = assertThrows(HubException.class, () -> pull(settings));
      assertTrue(e.getMessage().contains("through the proxy 127.0.0.1:"), e.getMessage());
      assertTrue(
          proxy.requests.stream()
              .allMatch(r -> r.method().equals("CONNECT") && r.path().equals("hub.test:443")));
      assertTrue(proxy.requests.stream().allMatch(r -> r.header("authorization").isEmpty()));
    }
  }

  @Test
  void aProxyOfHttpsIsToldTheUser() throws Exception {
    String right = "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes());
    try (HubServer proxy = new HubServer()) {
      proxy.misbehaving(
          (s, r, out) -> {
            boolean known = r.header("proxy-authorization").equals(right);
            String how = "Proxy-Authenticate: Basic realm=\"x\"\r\n";
            HubServer.send(out, known ? "503 Later" : "407 Proxy", how, new byte[0]);
            return true;
          });
      String address = proxy.address().replace("http://", "");
      for (String user : new String[] {"me:secret@", "me:wrong@", ""}) {
        HubSettings settings =
            settings("HF_ENDPOINT", "https://hub.test", "HTTPS_PROXY", "http://" + user + address);
        HubException e = assertThrows(HubException.class, () -> pull(settings));
        assertTrue(
            e.getMessage().contains(user.contains("secret") ? "503" : "USER:PASSWORD"),
            e.getMessage());
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
        assertFalse(e.getMessage().contains("wrong"), e.getMessage());
      }
    }
  }

  @Test
  void noProxyAndAProxyThatIsNotThere() throws Exception {
    try (HubServer server = new HubServer().file("m.gguf", MODEL)) {
      String dead = "http://127.0.0.1:1";
      HubSettings none =
          settings(
              "HF_ENDPOINT", server.address(), "HTTP_PROXY", dead, "NO_PROXY", "x,127.0.0.0/8");
      assertArrayEquals(MODEL, Files.readAllBytes(pull(none)));
      HubSettings gone =
          settings(
              "HF_ENDPOINT", server.address(), "HF_HUB_CACHE", home + "/x", "HTTP_PROXY", dead);
      HubException e = assertThrows(HubException.class, () -> pull(gone));
      assertTrue(e.getMessage().contains("through the proxy 127.0.0.1:1"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "* http://a.test/ true",
        "a.test http://a.test/x true",
        "A.Test http://a.test/x true",
        ".a.test http://a.test/ true",
        "a.test http://b.a.test/ true",
        ".a.test http://b.a.test/ true",
        "a.test http://ba.test/ false",
        "a.test:80 http://a.test/ true",
        "a.test:443 https://a.test/ true",
        "a.test:443 http://a.test/ false",
        "a.test:8080 http://a.test:8080/ true",
        "x,y,a.test https://a.test/ true",
        "127.0.0.1 http://127.0.0.1:5/ true",
        "127.0.0.1 http://127.0.0.12/ false",
        "10.1.0.0/16 http://10.1.9.9/ true",
        "10.1.0.0/16 http://10.2.9.9/ false",
        "10.1.0.0/0 http://9.2.9.9/ true",
        "10.1.0.0/99 http://10.1.0.0/ false",
        "::1 http://[::1]:80/ true",
        "[::1] http://[::1]/ true",
        "[::1]:81 http://[::1]:80/ false",
        "fd00::/8 http://[fd12::1]/ true",
        "localhost http://127.0.0.1/ false",
        ", http://a.test/ false"
      })
  void hostsThatAreAskedDirectly(String none, String address, boolean direct) {
    Map<String, String> env =
        Map.of("http_proxy", "p:1", "https_proxy", "p:1", "no_proxy", none, "NO_PROXY", "*");
    assertEquals(direct, Proxies.of(env::get).of(URI.create(address)) == null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://h:1", "https://h:1", "http://", "h p:1", "ftp://me:secret@h"})
  void aProxyOfAnotherKindIsRefused(String proxy) {
    for (String variable : new String[] {"HTTP_PROXY", "https_proxy", "ALL_PROXY"}) {
      Map<String, String> env = Map.of(variable, proxy);
      URI address = URI.create(variable.equals("https_proxy") ? "https://x/" : "http://x/");
      Proxies proxies = Proxies.of(env::get);
      HubException e = assertThrows(HubException.class, () -> proxies.of(address));
      assertTrue(e.getMessage().contains(variable), e.getMessage());
      assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }
  }

  @Test
  void smallLettersAndTheOwnVariableGoFirst() {
    Map<String, String> env =
        Map.of("HTTP_PROXY", "a:1", "http_proxy", "b", "ALL_PROXY", "c:3", "all_proxy", "d:4");
    Proxies proxies = Proxies.of(env::get);
    assertEquals(URI.create("http://b"), proxies.of(URI.create("http://x/")));
    assertEquals("b:1080", Proxies.shown(proxies.of(URI.create("http://x/"))));
    assertEquals(URI.create("http://d:4"), proxies.of(URI.create("https://x/")));
    assertEquals(new Proxies(null, null, List.of()), Proxies.of(name -> null));
  }
}
