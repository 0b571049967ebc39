package dev.jora.serve.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;

/** A request of Jetty. */
final class JettyExchange implements Exchange {
  private final Request request;
  private final Response response;
  private final int most;
  private final Presence presence;
  private final LookAhead connection; // null: it cannot be asked
  private byte[] body;
  private Fields query;
  private boolean begun;
  private volatile boolean gone;

  JettyExchange(Request request, Response response, int most, Presence presence) {
    this.request = request;
    this.response = response;
    this.most = most;
    this.presence = presence;
    EndPoint point = request.getConnectionMetaData().getConnection().getEndPoint();
    EndPoint below = point instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : point;
    this.connection = below instanceof LookAhead ahead ? ahead : null;
    request.addFailureListener(fault -> gone = true);
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    return Request.getPathInContext(request);
  }

  @Override
  public String query(String name) {
    if (query == null) {
      query = Request.extractQueryParameters(request);
    }
    return query.getValue(name);
  }

  @Override
  public String header(String name) {
    return request.getHeaders().get(name);
  }

  @Override
  public String remote() {
    return Request.getRemoteAddr(request);
  }

  @Override
  public byte[] body() throws IOException {
    if (body == null) {
      body = read();
      if (connection != null) {
        presence.add(this); // from now on nothing of this request comes any more
      }
    }
    return body;
  }

  private byte[] read() throws IOException {
    if (request.getLength() > most) {
      throw tooLarge();
    }
    try (InputStream in = Content.Source.asInputStream(request)) {
      byte[] read = in.readNBytes(most + 1);
      if (read.length > most) {
        throw tooLarge();
      }
      return read;
    }
  }

  private HttpFault tooLarge() {
    header("Connection", "close");
    return new HttpFault(
        HttpFault.Kind.TOO_LARGE, "the request is larger than the " + most + " bytes allowed");
  }

  @Override
  public void header(String name, String value) {
    response.getHeaders().put(name, value);
  }

  @Override
  public void answer(int status, String type, byte[] bytes) throws IOException {
    begin(status, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    boolean head = method().equals("HEAD");
    Content.Sink.write(response, true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(bytes));
  }

  @Override
  public OutputStream stream(int status, String type) throws IOException {
    begin(status, type);
    OutputStream out = Content.Sink.asOutputStream(response);
    out.flush();
    Content.Sink.write(response, false, ByteBuffer.allocate(0)); // headers, before there is a word
    return out;
  }

  private void begin(int status, String type) {
    begun = true;
    response.setStatus(status);
    header("Content-Type", type);
  }

  @Override
  public boolean isBegun() {
    return begun;
  }

  /** Asks the connection. */
  void look() {
    if (connection.isGone()) {
      gone = true;
      presence.remove(this);
    }
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  /** It is answered: what comes next is another request's. */
  void end() {
    presence.remove(this);
  }
}
