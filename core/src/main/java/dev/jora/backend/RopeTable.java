package dev.jora.backend;

/** Cosines and sines of a {@link Rope} for the positions of the current batch. */
public interface RopeTable {
  /** The embedding this is the table of. */
  Rope rope();
}
