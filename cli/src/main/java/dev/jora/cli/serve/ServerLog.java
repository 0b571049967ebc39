package dev.jora.cli.serve;

import dev.jora.cli.common.CommonOptions;
import dev.jora.serve.http.AccessLog;
import dev.jora.serve.http.Exchange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is said of requests: who asked for what and how it ended, never what was asked or answered.
 */
final class ServerLog implements AccessLog {
  private final CommonOptions common;
  private final boolean wanted;

  ServerLog(CommonOptions common, boolean wanted) {
    this.common = common;
    this.wanted = wanted;
  }

  @Override
  public void answered(Exchange exchange, int status, long nanos) {
    if (wanted) {
      common.info(
          "%s %s %s %s %d %.3f",
          Instant.now().truncatedTo(ChronoUnit.MILLIS),
          exchange.remote(),
          exchange.method(),
          exchange.path(),
          status,
          nanos / 1e9);
    }
  }

  @Override
  public void failed(Exchange exchange, Throwable fault) {
    common.warn("%s %s: %s", exchange.method(), exchange.path(), fault);
    if (common.isVerbose()) {
      fault.printStackTrace(common.err());
    }
  }
}
