package dev.jora.serve.http;

import java.time.Duration;

/**
 * What a client may take.
 *
 * @param body bytes of a request
 * @param connections at one time
 * @param idle how long a connection may be silent, and a reader take nothing
 */
public record Limits(int body, int connections, Duration idle) {
  /** Room for pictures of a chat in base64, and for a thousand users. */
  public static final Limits DEFAULT = new Limits(32 << 20, 1024, Duration.ofMinutes(5));
}
