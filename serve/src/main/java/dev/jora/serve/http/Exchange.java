package dev.jora.serve.http;

import java.io.IOException;
import java.io.OutputStream;

/** A request and its answer, whoever carries them. For one thread, but {@link #isGone}. */
public interface Exchange {
  /** {@code GET}, {@code POST} ... */
  String method();

  /** The path, decoded, from the first slash on. */
  String path();

  /** A parameter behind the path's question mark; null if there is none. */
  String query(String name);

  /** A header of the request, the first of its name; null if there is none. */
  String header(String name);

  /** Who asks, as an address. */
  String remote();

  /**
   * All of the body.
   *
   * @throws HttpFault if it is longer than allowed
   */
  byte[] body() throws IOException;

  /** A header of the answer, before it begins. */
  void header(String name, String value);

  /** Answers with a whole body. */
  void answer(int status, String type, byte[] body) throws IOException;

  /**
   * Begins an answer of no known length: headers go out at once, and then every flush. Closing it
   * ends the answer.
   */
  OutputStream stream(int status, String type) throws IOException;

  /** True once an answer has begun. */
  boolean isBegun();

  /** True once the client is known to have left. Any thread may ask. */
  boolean isGone();
}
