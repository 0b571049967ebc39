package dev.jora.serve.dialect;

import dev.jora.serve.http.Exchange;
import dev.jora.serve.json.Json;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Whole answers. */
final class Answers {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Answers() {}

  /** A body of JSON. */
  static void json(Exchange exchange, Object body) throws IOException {
    exchange.answer(200, Json.TYPE, Json.bytes(body));
  }

  /** An id that nobody else has. */
  static String id(String prefix) {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes);
  }

  /** Seconds since 1970. */
  static long now() {
    return System.currentTimeMillis() / 1000;
  }
}
