package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The loop over blocks, and the reading of fields, that all formats share. */
abstract class BlockDecoder implements BlockFormat {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GgmlType type;

  BlockDecoder(GgmlType type) {
    this.type = type;
  }

  @Override
  public final GgmlType type() {
    return type;
  }

  @Override
  public final void dequantize(MemorySegment src, long offset, float[] dst, int dstOffset, int n) {
    type.rowBytes(n); // n must be whole blocks
    for (int i = 0; i < n; i += type.blockSize()) {
      block(src, offset, dst, dstOffset + i);
      offset += type.blockBytes();
    }
  }

  /** dst[to + i] = value i of the block at {@code at}. */
  abstract void block(MemorySegment src, long at, float[] dst, int to);

  static float half(MemorySegment src, long at) {
    return Float.float16ToFloat(src.get(SHORT, at));
  }

  static int u8(MemorySegment src, long at) {
    return src.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  static int s8(MemorySegment src, long at) {
    return src.get(ValueLayout.JAVA_BYTE, at);
  }

  static int u16(MemorySegment src, long at) {
    return src.get(SHORT, at) & 0xffff;
  }

  static int i32(MemorySegment src, long at) {
    return src.get(INT, at);
  }
}
