package dev.jora.bench;

import java.util.List;
import java.util.Optional;

/**
 * The size of a model that exists.
 *
 * @param name how {@code --synthetic} calls it
 * @param label its size as people say it: {@code 1B}
 * @param embedding width of the residual stream
 * @param headDim values per head
 * @param tied true if the token embeddings are the output too
 * @param vocabulary number of tokens
 * @param context positions it was trained for
 */
public record SyntheticShape(
    String name,
    String label,
    int embedding,
    int feedForward,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    boolean tied,
    int vocabulary,
    int context) {
  // SmolLM2 135M, Llama 3.2 1B and 3B, Llama 3.1 8B.
  private static final List<SyntheticShape> TABLE =
      List.of(
          new SyntheticShape("llama-135m", "135M", 576, 1536, 30, 9, 3, 64, true, 49152, 8192),
          new SyntheticShape("llama-1b", "1B", 2048, 8192, 16, 32, 8, 64, true, 128256, 131072),
          new SyntheticShape("llama-3b", "3B", 3072, 8192, 28, 24, 8, 128, true, 128256, 131072),
          new SyntheticShape("llama-8b", "8B", 4096, 14336, 32, 32, 8, 128, false, 128256, 131072));

  /** The names of all shapes, smallest first. */
  public static List<String> names() {
    return TABLE.stream().map(SyntheticShape::name).toList();
  }

  /** The shape of a name, if there is one. */
  public static Optional<SyntheticShape> find(String name) {
    return TABLE.stream().filter(shape -> shape.name.equals(name)).findFirst();
  }
}
