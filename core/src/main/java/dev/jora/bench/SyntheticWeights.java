package dev.jora.bench;

import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The values of a synthetic model, in pieces that can be made in any order. */
final class SyntheticWeights {
  private static final long PIECE_BYTES = 1 << 22;

  /** About 1 / √inputs: what keeps activations at the same size from layer to layer. */
  private static final double MAGNITUDE = 1.0 / 48;

  private final Map<GgmlType, RandomBlocks> stocks = new EnumMap<>(GgmlType.class);
  private final List<Piece> pieces = new ArrayList<>();

  /**
   * Whole blocks of a tensor.
   *
   * @param tensor its number
   * @param offset in bytes
   * @param value of all; NaN for random blocks
   */
  record Piece(int number, int tensor, GgmlType type, long offset, long bytes, float value) {}

  SyntheticWeights(SyntheticSpec spec) {
    List<TensorInfo> infos = spec.tensors();
    for (int t = 0; t < infos.size(); t++) {
      TensorInfo info = infos.get(t);
      SyntheticTensor tensor = spec.shape().tensors().get(t);
      if (tensor.random()) {
        stocks.computeIfAbsent(info.type(), type -> new RandomBlocks(type, MAGNITUDE, 1));
      }
      long step = PIECE_BYTES / info.type().blockBytes() * info.type().blockBytes();
      for (long at = 0; at < info.bytes(); at += step) {
        long n = Math.min(step, info.bytes() - at);
        pieces.add(new Piece(pieces.size(), t, info.type(), at, n, tensor.value()));
      }
    }
  }

  /** All, in the order of the tensors. */
  List<Piece> pieces() {
    return pieces;
  }

  /** Makes a piece. */
  void fill(Piece piece, MemorySegment out) {
    if (Float.isNaN(piece.value())) {
      stocks.get(piece.type()).fill(out, piece.number());
    } else {
      for (long i = 0; i < out.byteSize() / 4; i++) {
        out.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, piece.value());
      }
    }
  }
}
