package dev.jora.model.arch;

import dev.jora.kernel.Softplus;
import dev.jora.kernel.Xielu;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** Apertus, of the Swiss AI initiative. */
final class Apertus {
  private Apertus() {}

  /** Norms of q and k, and an activation with parameters for each layer. */
  static DecoderSpec apertus(Hyperparameters h) {
    float[] positive = h.perLayerFloats("xielu.alpha_p");
    float[] negative = h.perLayerFloats("xielu.alpha_n");
    float[] beta = h.perLayerFloats("xielu.beta");
    float[] eps = h.perLayerFloats("xielu.eps");
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .xielu(
            il ->
                new Xielu(
                    softplus(positive[il]), beta[il] + softplus(negative[il]), beta[il], eps[il]))
        .build();
  }

  private static float softplus(double x) {
    return (float) Softplus.of(x);
  }
}
