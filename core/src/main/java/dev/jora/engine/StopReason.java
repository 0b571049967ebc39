package dev.jora.engine;

/** Why a generation ended. */
public enum StopReason {
  /** The model ended its text. */
  EOS,
  /** As many tokens as were asked for. */
  LIMIT,
  /** A stop string came. */
  WORD,
  /** The context is full. */
  CONTEXT,
  /** Somebody asked for an end. */
  INTERRUPTED
}
