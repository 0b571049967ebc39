package dev.jora.serve.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardTest {
  /** A request that goes nowhere. */
  private static final class Asked implements Exchange {
    private final String method;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> answered = new HashMap<>();

    Asked(String method, String... headers) {
      this.method = method;
      for (int i = 0; i < headers.length; i += 2) {
        this.headers.put(headers[i], headers[i + 1]);
      }
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public String path() {
      return "/";
    }

    @Override
    public String query(String name) {
      return null;
    }

    @Override
    public String header(String name) {
      return headers.get(name);
    }

    @Override
    public String remote() {
      return "127.0.0.1";
    }

    @Override
    public byte[] body() {
      return new byte[0];
    }

    @Override
    public void header(String name, String value) {
      answered.put(name, value);
    }

    @Override
    public void answer(int status, String type, byte[] body) {}

    @Override
    public OutputStream stream(int status, String type) {
      return OutputStream.nullOutputStream();
    }

    @Override
    public boolean isBegun() {
      return false;
    }

    @Override
    public boolean isGone() {
      return false;
    }
  }

  private static Guard guard(Set<String> hosts, Set<String> origins, boolean loopback) {
    return new Guard(List.of("key"), hosts, origins, loopback);
  }

  private static final Guard STRICT = guard(Set.of("box.lan"), Set.of(), true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "127.0.0.1:1",
        "127.9.9.9",
        "[::1]:80",
        "LocalHost",
        "a.localhost",
        "box.lan:8080"
      })
  void namesOfThisMachineAreTaken(String host) {
    assertDoesNotThrow(() -> STRICT.admit(new Asked("POST", "Host", host)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "",
        "127.0.0.999",
        "[::2]",
        "evil-localhost"
      })
  void othersAreNot(String host) {
    assertThrows(HttpFault.class, () -> STRICT.admit(new Asked("GET", "Host", host)));
    Guard open = guard(Set.of(), Set.of(), false);
    assertDoesNotThrow(() -> open.admit(new Asked("GET", "Host", host)));
  }

  @Test
  void aPageOfTheServerMayAskAndOthersMayNot() {
    Asked own = new Asked("POST", "Host", "localhost:8080", "Origin", "http://localhost:8080");
    STRICT.admit(own);
    assertEquals("http://localhost:8080", own.answered.get("Access-Control-Allow-Origin"));
    Asked foreign = new Asked("POST", "Host", "localhost:8080", "Origin", "http://localhost:3000");
    HttpFault fault = assertThrows(HttpFault.class, () -> STRICT.admit(foreign));
    assertTrue(fault.getMessage().contains("--cors-origin http://localhost:3000"));
    Guard local = guard(Set.of(), Set.of("localhost"), true);
    assertDoesNotThrow(() -> local.admit(foreign));
    Asked cross = new Asked("POST", "Host", "localhost", "Sec-Fetch-Site", "cross-site");
    assertThrows(HttpFault.class, () -> STRICT.admit(cross));
    Asked nothing = new Asked("POST", "Host", "localhost", "Origin", "null");
    assertThrows(HttpFault.class, () -> local.admit(nothing));
  }

  @Test
  void keysAreFoundWhereClientsPutThem() {
    assertTrue(STRICT.hasKey(new Asked("GET", "Authorization", "Bearer key")));
    assertTrue(STRICT.hasKey(new Asked("GET", "authorization", "bearer  key")));
    assertTrue(STRICT.hasKey(new Asked("GET", "x-api-key", "key")));
    for (String wrong : List.of("", "Bearer ", "Bearer keys", "key", "Basic key", "Bearer KEY")) {
      assertFalse(STRICT.hasKey(new Asked("GET", "Authorization", wrong)), wrong);
    }
    assertFalse(STRICT.hasKey(new Asked("GET")));
  }
}
