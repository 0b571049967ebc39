package dev.jora.serve.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** Carries requests over HTTP 1.1: Jetty, with a virtual thread for each request. */
public final class JettyServer implements AutoCloseable {
  private static final int HEADER_BYTES = 16 << 10;
  private static final int BACKLOG = 1024;

  private final Server server;
  private final ServerConnector connector;
  private final Presence presence = new Presence();

  /**
   * A server that has begun to listen.
   *
   * @param address where; port 0 for any that is free
   * @param tls null for none
   * @throws IOException if it cannot listen there, with a sentence
   */
  public JettyServer(InetSocketAddress address, PemKeys tls, Limits limits, Handler handler)
      throws IOException {
    server = new Server(new VirtualThreadPool());
    connector = connector(factories(tls, limits));
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setReuseAddress(true);
    connector.setIdleTimeout(limits.idle().toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), server));
    server.setHandler(new Adapter(handler, limits));
    server.setErrorHandler(JettyServer::error);
    server.setStopTimeout(0);
    try {
      connector.open();
    } catch (IOException e) {
      presence.close();
      throw new IOException(
          "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + why(e),
          e);
    }
  }

  private static String why(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static ConnectionFactory[] factories(PemKeys tls, Limits limits) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setIdleTimeout(limits.idle().toMillis());
    http.setOutputBufferSize(HEADER_BYTES);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    if (tls == null) {
      return new ConnectionFactory[] {plain};
    }
    http.addCustomizer(new SecureRequestCustomizer(false));
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    char[] password = "jora".toCharArray(); // of a store that is never written
    ssl.setKeyStore(tls.store(password));
    ssl.setKeyStorePassword("jora");
    return new ConnectionFactory[] {new SslConnectionFactory(ssl, plain.getProtocol()), plain};
  }

  private ServerConnector connector(ConnectionFactory... factories) {
    return new ServerConnector(server, 1, 1, factories) {
      @Override
      protected SocketChannelEndPoint newEndPoint(
          SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        LookAhead point = new LookAhead(channel, selector, key, getScheduler());
        point.setIdleTimeout(getIdleTimeout());
        return point;
      }
    };
  }

  /** Begins to answer. */
  public void start() {
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not start: " + e.getMessage(), e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Takes no new connections; those that are there live on. */
  public void refuse() {
    connector.close();
  }

  /** Ends everything, after so long for answers in progress. */
  public void stop(Duration patience) {
    server.setStopTimeout(patience.toMillis());
    close();
  }

  @Override
  public void close() {
    presence.close();
    try {
      server.stop();
    } catch (Exception e) {
      // it is over all the same
    }
  }

  /** What Jetty itself refuses: lines that are no HTTP, headers that are too long. */
  private static boolean error(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String message = HttpStatus.getMessage(status);
    String type = status < 500 ? "invalid_request_error" : "server_error";
    String body =
        "{\"error\":{\"code\":"
            + status
            + ",\"message\":\""
            + message
            + "\",\"type\":\""
            + type
            + "\"}}";
    response.getHeaders().put("Content-Type", "application/json; charset=utf-8");
    org.eclipse.jetty.io.Content.Sink.write(response, true, body, callback);
    return true;
  }

  /** Between Jetty and a handler. */
  private final class Adapter extends org.eclipse.jetty.server.Handler.Abstract {
    private final Handler handler;
    private final Limits limits;

    Adapter(Handler handler, Limits limits) {
      this.handler = handler;
      this.limits = limits;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      JettyExchange exchange = new JettyExchange(request, response, limits.body(), presence);
      try {
        handler.handle(exchange);
        exchange.end();
        callback.succeeded();
      } catch (IOException e) {
        exchange.end();
        callback.failed(e);
      }
      return true;
    }
  }
}
