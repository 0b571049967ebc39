package dev.jora.quantize.evaluate;

/**
 * What a base file holds: the log-probabilities of a model over the scored tokens of a text, in
 * llama.cpp's format (little-endian):
 *
 * <pre>
 *   "_logits_", i32 chunkSize, i32 vocabularySize, i32 chunks, i32 tokens[chunks · chunkSize],
 *   then a row per scored token of every chunk ({@link LogProbabilityCode})
 * </pre>
 *
 * @param chunkSize tokens of a chunk
 * @param vocabularySize log-probabilities of a row
 * @param chunks how many chunks
 */
public record BaseHeader(int chunkSize, int vocabularySize, int chunks) {
  static final byte[] MAGIC = {'_', 'l', 'o', 'g', 'i', 't', 's', '_'};

  /** Bytes before the tokens. */
  static final int FIXED = MAGIC.length + 3 * 4;

  /** Tokens of all chunks. */
  long tokens() {
    return (long) chunks * chunkSize;
  }

  /** Bytes of a row. */
  int rowBytes() {
    return LogProbabilityCode.bytes(vocabularySize);
  }

  /** Where a row begins. */
  long rowOffset(int chunk, int row) {
    return FIXED + 4 * tokens() + ((long) chunk * Chunks.scored(chunkSize) + row) * rowBytes();
  }

  /** Bytes of the whole file. */
  public long fileBytes() {
    return rowOffset(chunks, 0);
  }
}
