package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.model.block.Wiring;

/**
 * A backend in a decoder's frame: its wiring, the buffers in which rows pass from block to block,
 * and the pass in progress.
 */
final class Place {
  /** What a buffer of the frame holds, and from when to when. */
  enum Use {
    /** The residual stream: from the embeddings to the last layer. */
    STREAM,
    /**
     * What a block reads, from the norm before it to its end. Before the first layer positions;
     * behind the last the normalised output, until the next pass.
     */
    NORMED,
    /** What a layer's mixer has made, until it is added to the stream. */
    MIXED,
    /** What its feed-forward block has made, likewise. */
    FED,
    /** Behind the last mixer, if not all rows go on: of those that do, the stream. */
    FEW_STREAM,
    /** Likewise what that mixer read, where the feed-forward block reads it too. */
    FEW_NORMED,
    /** Likewise what it has made. */
    FEW_MIXED
  }

  private final Wiring wiring;
  private final int rows;
  private final int width;
  private final Buffer[] buffers = new Buffer[Use.values().length];
  private Pass pass;

  /** For passes of up to {@code rows} rows of {@code width} values. */
  Place(Wiring wiring, int rows, int width) {
    this.wiring = wiring;
    this.rows = rows;
    this.width = width;
  }

  Wiring wiring() {
    return wiring;
  }

  Backend backend() {
    return wiring.backend();
  }

  /** The buffer for a use; whoever wires asks for all that will be used. */
  Buffer buffer(Use use) {
    int i = use.ordinal();
    if (buffers[i] == null) {
      buffers[i] = wiring.room().allocate(rows, width);
    }
    return buffers[i];
  }

  void begin(PassInput input) {
    pass = backend().begin(input);
  }

  Pass pass() {
    return pass;
  }
}
