package dev.jora.serve.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that can be asked, while its request is worked on, whether the client is still
 * there. The end of a stream is seen by reading only, so what the client sends meanwhile is read
 * ahead and kept for whoever reads next.
 */
final class LookAhead extends SocketChannelEndPoint {
  private static final int ROOM = 4096;

  private ByteBuffer ahead; // to be read next; null: nothing was read ahead
  private boolean ended;

  LookAhead(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
  }

  /** True if the client has closed its side, or is gone. */
  synchronized boolean isGone() {
    if (ended || !isOpen()) {
      return true;
    }
    if (ahead != null && ahead.limit() == ahead.capacity()) {
      return false; // it sends on, and nobody reads
    }
    if (ahead == null) {
      ahead = ByteBuffer.allocate(ROOM).limit(0);
    }
    int from = ahead.limit();
    ByteBuffer room = ahead.duplicate().limit(ahead.capacity()).position(from);
    try {
      int n = getChannel().read(room);
      ended = n < 0;
      ahead.limit(from + Math.max(0, n));
    } catch (IOException e) {
      ended = true;
    }
    return ended;
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    synchronized (this) {
      if (ahead != null && ahead.hasRemaining()) {
        return take(buffer);
      }
      ahead = null;
    }
    return super.fill(buffer);
  }

  /** Buffers of Jetty lie in flush mode: from position to limit is what is to be read of them. */
  private int take(ByteBuffer buffer) {
    int read = buffer.position();
    int end = buffer.limit();
    ByteBuffer room = buffer.duplicate().limit(buffer.capacity()).position(end);
    int n = Math.min(room.remaining(), ahead.remaining());
    room.put(ahead.slice(ahead.position(), n));
    ahead.position(ahead.position() + n);
    buffer.limit(end + n).position(read);
    notIdle();
    return n;
  }

  /** What was read ahead makes no selector wake. */
  @Override
  protected void needsFillInterest() {
    boolean any;
    synchronized (this) {
      any = ended || ahead != null && ahead.hasRemaining();
    }
    if (any) {
      Thread.startVirtualThread(() -> getFillInterest().fillable());
    } else {
      super.needsFillInterest();
    }
  }
}
