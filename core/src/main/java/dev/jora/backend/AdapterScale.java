package dev.jora.backend;

/** How much of an adapter is added: the same for all its matrices, and changed between passes. */
public final class AdapterScale {
  private float value;

  /** A scale to begin with. */
  public AdapterScale(float value) {
    this.value = value;
  }

  /** The scale now. */
  public float value() {
    return value;
  }

  /** Another scale, from the next pass on. */
  public void set(float scale) {
    value = scale;
  }
}
