package dev.jora.quantize.evaluate;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A row of log-probabilities in 16 bits each, as llama.cpp's base files have it, little-endian:
 *
 * <pre>
 *   f32 scale, f32 least, u16 q[vocabulary], and one more u16 where the vocabulary is odd
 *   ln p = scale · q + least
 * </pre>
 *
 * <p>Logits more than {@link #RANGE} below the largest count as that.
 */
final class LogProbabilityCode {
  /** Between the largest and the least logit that is kept. */
  static final float RANGE = 16;

  private static final int LEVELS = 65535;
  private static final int HEAD = 8;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LogProbabilityCode() {}

  /** Bytes of a row. */
  static int bytes(int vocabularySize) {
    return HEAD + 2 * (vocabularySize + vocabularySize % 2);
  }

  /** A row as bytes. */
  static byte[] encode(float[] logits, LogSoftmax softmax) {
    byte[] bytes = new byte[bytes(logits.length)];
    MemorySegment row = MemorySegment.ofArray(bytes);
    float max = softmax.max();
    float min = Float.POSITIVE_INFINITY;
    for (float logit : logits) {
      min = Math.min(min, logit);
    }
    min = Math.max(min, max - RANGE);
    float scale = (max - min) / LEVELS;
    float inverse = scale > 0 ? 1 / scale : 0;
    row.set(FLOAT, 0, scale);
    row.set(FLOAT, 4, min - max - (float) softmax.logSum());
    for (int i = 0; i < logits.length; i++) {
      float level = inverse * Math.max(0, logits[i] - min);
      row.set(SHORT, HEAD + 2L * i, (short) (int) Math.rint(level));
    }
    return bytes;
  }

  /** The log-probabilities of a row. */
  static void decode(MemorySegment row, float[] logProbabilities) {
    float scale = row.get(FLOAT, 0);
    float least = row.get(FLOAT, 4);
    for (int i = 0; i < logProbabilities.length; i++) {
      int q = Short.toUnsignedInt(row.get(SHORT, HEAD + 2L * i));
      logProbabilities[i] = scale * q + least;
    }
  }
}
