package dev.jora.serve.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds who answers a request, lets in who may ask, and tells of what goes wrong. */
public final class Router implements Handler {
  private static final int GONE = 499; // as nginx logs it
  private static final String JSON = "application/json; charset=utf-8";

  private final Guard guard;
  private final List<Route> routes;
  private final Map<String, Route> exact = new HashMap<>();
  private final FaultShape faults;
  private final Function<Object, byte[]> json;
  private final Function<RuntimeException, HttpFault> told;
  private final AccessLog log;

  /**
   * A router over a table.
   *
   * @param faults how it is told that there is no such route
   * @param json writes bodies of faults
   * @param told what an exception of a handler is to who asked
   */
  public Router(
      Guard guard,
      List<Route> routes,
      FaultShape faults,
      Function<Object, byte[]> json,
      Function<RuntimeException, HttpFault> told,
      AccessLog log) {
    this.guard = guard;
    this.routes = List.copyOf(routes);
    this.faults = faults;
    this.json = json;
    this.told = told;
    this.log = log;
    for (Route route : routes) {
      exact.putIfAbsent(route.method() + " " + route.path(), route);
    }
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    long start = System.nanoTime();
    Route route = find(exchange);
    FaultShape shape = route == null ? faults : route.faults();
    int status = 200;
    try {
      guard.admit(exchange);
      if (exchange.method().equals("OPTIONS")) {
        guard.preflight(exchange);
        exchange.answer(200, "text/html", new byte[0]);
      } else {
        open(exchange, route).handle(exchange);
      }
    } catch (IOException e) {
      status = GONE;
    } catch (RuntimeException e) {
      HttpFault fault = told.apply(e);
      status = shape.status(fault);
      if (fault != e && fault.kind() == HttpFault.Kind.SERVER) {
        log.failed(exchange, e);
      }
      tell(exchange, shape, fault);
    }
    log.answered(exchange, exchange.isGone() ? GONE : status, System.nanoTime() - start);
  }

  private Route find(Exchange exchange) {
    String method = exchange.method().equals("HEAD") ? "GET" : exchange.method();
    Route route = exact.get(method + " " + exchange.path());
    if (route != null) {
      return route;
    }
    return routes.stream()
        .filter(r -> r.method().equals(method) && r.takes(exchange.path()))
        .findFirst()
        .orElse(null);
  }

  private Handler open(Exchange exchange, Route route) {
    boolean isOpen = route != null && route.open();
    if (!isOpen && !guard.hasKey(exchange)) {
      throw new HttpFault(HttpFault.Kind.AUTHENTICATION, "Invalid API Key");
    }
    if (route == null) {
      throw new HttpFault(HttpFault.Kind.NOT_FOUND, "File Not Found");
    }
    return route.handler();
  }

  private void tell(Exchange exchange, FaultShape shape, HttpFault fault) {
    if (exchange.isBegun()) {
      return;
    }
    if (fault.retryAfter() > 0) {
      exchange.header("Retry-After", Integer.toString(fault.retryAfter()));
    }
    try {
      exchange.answer(shape.status(fault), JSON, json.apply(shape.body(fault)));
    } catch (IOException e) {
      // nobody is there to be told
    }
  }
}
