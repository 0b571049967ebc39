package dev.jora.backend.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Two pieces of pinned memory by way of which bytes go up and down: while one piece is on its way
 * the host fills the other, and it waits only for a piece that it fills again.
 */
final class Staging implements AutoCloseable {
  /** Where bytes in a piece begin. */
  private static final int ALIGNMENT = 256;

  /** A piece; {@code sent} is behind all copies from it. */
  private static final class Piece {
    MemorySegment memory = MemorySegment.NULL;
    long sent; // an event, or 0
    boolean used;
  }

  private final CudaDevice device;
  private final long bytes;
  private final Piece[] pieces = {new Piece(), new Piece()};
  private int turn;
  private long taken; // bytes of the piece whose turn it is

  /** Pieces of so many bytes, allocated when they are needed. */
  Staging(CudaDevice device, long bytes) {
    this.device = device;
    this.bytes = bytes;
  }

  /** Allocates the first of them now. */
  void open() {
    ready(pieces[turn]);
  }

  /** Copies bytes that may be anywhere to the device: they are the caller's again on return. */
  void upload(MemorySegment src, long from, long dst, long count) {
    for (long done = 0, n; done < count; done += n) {
      n = Math.min(bytes, count - done);
      MemorySegment room = room(n);
      MemorySegment.copy(src, from + done, room, 0, n);
      device.uploadPinned(room, dst + done);
      Piece piece = pieces[turn];
      piece.used = true;
      device.driver().record(piece.sent, device.stream());
    }
  }

  /** Copies bytes of the device to wherever: waits for all that was asked before. */
  void download(long src, MemorySegment dst, long to, long count) {
    for (long done = 0, n; done < count; done += n) {
      n = Math.min(bytes, count - done);
      MemorySegment room = room(n);
      device.downloadPinned(src + done, room);
      MemorySegment.copy(room, 0, dst, to + done, n);
    }
  }

  /** The next n bytes that nothing reads any more. */
  private MemorySegment room(long n) {
    if (taken + n > bytes) {
      turn ^= 1;
      taken = 0;
    }
    Piece piece = pieces[turn];
    if (taken == 0) {
      ready(piece);
    }
    long from = taken;
    taken += Math.ceilDiv(n, ALIGNMENT) * ALIGNMENT;
    return piece.memory.asSlice(from, n);
  }

  private void ready(Piece piece) {
    CudaDriver driver = device.driver();
    device.enter();
    if (piece.sent == 0) {
      piece.sent = driver.newEvent();
    }
    if (piece.memory.byteSize() == 0) {
      piece.memory = driver.allocateHost(bytes);
    }
    if (piece.used) {
      driver.await(piece.sent);
      piece.used = false;
    }
  }

  /** Waits for what is on its way, and frees the pieces until they are needed again. */
  @Override
  public void close() {
    CudaDriver driver = device.driver();
    for (Piece piece : pieces) {
      if (piece.used) {
        device.giveBack(() -> driver.await(piece.sent));
      }
      if (piece.memory.byteSize() > 0) {
        device.giveBack(() -> driver.freeHost(piece.memory));
      }
      if (piece.sent != 0) {
        device.giveBack(() -> driver.freeEvent(piece.sent));
      }
      piece.memory = MemorySegment.NULL;
      piece.sent = 0;
      piece.used = false;
    }
    taken = 0;
  }
}
