package dev.jora.serve.http;

/** How a dialect tells of faults. */
@FunctionalInterface
public interface FaultShape {
  /**
   * The body, as JSON.
   *
   * @return maps, lists and values
   */
  Object body(HttpFault fault);

  /** The status; most dialects have the kind's own. */
  default int status(HttpFault fault) {
    return fault.kind().status();
  }
}
