package dev.jora.serve.http;

/**
 * Who answers what.
 *
 * @param method {@code GET}, {@code POST} ...
 * @param path as it is asked for; one that ends in {@code /*} stands for all below
 * @param open true if it needs no key
 * @param faults how faults are told of
 */
public record Route(String method, String path, boolean open, FaultShape faults, Handler handler) {
  private static final String BELOW = "/*";

  /** True if it answers a path. */
  boolean takes(String asked) {
    return path.endsWith(BELOW)
        ? asked.startsWith(path.substring(0, path.length() - 1)) && asked.length() >= path.length()
        : path.equals(asked);
  }
}
