package dev.jora.backend;

/** A pass that has begun on a backend: a handle for the operations that need to know its rows. */
public interface Pass {
  /** What it reads. */
  PassInput input();
}
