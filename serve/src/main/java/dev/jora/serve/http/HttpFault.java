package dev.jora.serve.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request gets no result, in one sentence for its sender. */
public final class HttpFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, with llama-server's status and name of it. */
  public enum Kind {
    INVALID(400, "invalid_request_error"),
    TOO_LONG(400, "exceed_context_size_error"),
    AUTHENTICATION(401, "authentication_error"),
    FORBIDDEN(403, "permission_error"),
    NOT_FOUND(404, "not_found_error"),
    TOO_LARGE(413, "invalid_request_error"),
    BUSY(429, "rate_limit_error"),
    SERVER(500, "server_error"),
    UNSUPPORTED(501, "not_supported_error"),
    UNAVAILABLE(503, "unavailable_error");

    private final int status;
    private final String type;

    Kind(int status, String type) {
      this.status = status;
      this.type = type;
    }

    /** The status of the answer. */
    public int status() {
      return status;
    }

    /** What llama-server and OpenAI call it. */
    public String type() {
      return type;
    }
  }

  private final Kind kind;
  private final transient Map<String, Object> details = new LinkedHashMap<>();
  private int retryAfter;

  /** A fault of a kind. */
  public HttpFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Likewise, because of something. */
  public HttpFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Something is wrong with what the client asks. */
  public static HttpFault invalid(String format, Object... args) {
    return new HttpFault(Kind.INVALID, String.format(format, args));
  }

  /** A number is too small or too large. */
  public static HttpFault outside(String name, int least, int most, int value) {
    return invalid(
        "Field '%s': Value must be between %d <= value <= %d, but got %d",
        name, least, most, value);
  }

  /** Nobody here does that. */
  public static HttpFault unsupported(String format, Object... args) {
    return new HttpFault(Kind.UNSUPPORTED, String.format(format, args));
  }

  /** A number or name beside the message. */
  public HttpFault with(String key, Object value) {
    details.put(key, value);
    return this;
  }

  /** The client may come again in so many seconds. */
  public HttpFault retryAfter(int seconds) {
    retryAfter = seconds;
    return this;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** What stands beside the message. */
  public Map<String, Object> details() {
    return details;
  }

  /** Seconds after which the client may come again; 0: nothing is said of that. */
  public int retryAfter() {
    return retryAfter;
  }
}
