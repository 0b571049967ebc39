package dev.jora.backend;

/** What a layer keeps of a text. */
public sealed interface StateSpec permits KvSpec, RecurrentSpec {
  /** Bytes it keeps of a text of {@code length} tokens read in passes of {@code pass} tokens. */
  long bytes(int length, int pass);

  /** Bytes that {@link SequenceState#save} writes of positions [first, length). */
  long savedBytes(int first, int length);
}
