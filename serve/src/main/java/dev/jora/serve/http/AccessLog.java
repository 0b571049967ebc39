package dev.jora.serve.http;

/** Hears of every request, and of faults of the server. */
public interface AccessLog {
  /**
   * A request was answered.
   *
   * @param status 499 if its client left before
   */
  default void answered(Exchange exchange, int status, long nanos) {}

  /** Something went wrong that is no client's fault. */
  default void failed(Exchange exchange, Throwable fault) {}
}
