package dev.jora.kernel;

/** The non-linearities of feed-forward blocks. */
public enum Activation {
  /** x · σ(x). */
  SILU,
  /** 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))), the tanh form that GGML models mean by GELU. */
  GELU,
  /** x · σ(1.702 x), which GELU was once taken for. */
  QUICK_GELU,
  /** σ(x). */
  SIGMOID,
  /** max(0, x)². */
  RELU_SQUARED
}
