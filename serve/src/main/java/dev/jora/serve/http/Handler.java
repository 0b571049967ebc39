package dev.jora.serve.http;

import java.io.IOException;

/** Answers requests of a route. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers.
   *
   * @throws HttpFault what is wrong with the request
   * @throws IOException if the client does not take the answer
   */
  void handle(Exchange exchange) throws IOException;
}
