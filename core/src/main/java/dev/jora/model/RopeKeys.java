package dev.jora.model;

import dev.jora.model.RopeOptions.Scaling;

/**
 * What a file says of RoPE: its keys {@code ARCHITECTURE.rope.*}.
 *
 * @param dimensions values per head that turn
 * @param factor of the scaling; 0 for none
 */
public record RopeKeys(
    int dimensions,
    double base,
    Scaling scaling,
    double factor,
    int originalContext,
    double extFactor,
    double attnFactor,
    double logMultiplier,
    double betaFast,
    double betaSlow) {

  static RopeKeys of(Hyperparameters h) {
    Scaling scaling = scaling(h, h.string("rope.scaling.type", "linear"));
    double factor = h.notNegative("rope.scaling.factor", h.notNegative("rope.scale_linear", 0));
    double usual = scaling == Scaling.YARN && factor > 1 ? 1 + 0.1 * Math.log(factor) : 1;
    return new RopeKeys(
        h.ropeDimensions(),
        h.positive("rope.freq_base", 10000),
        scaling,
        factor,
        h.originalContext(),
        h.floating("rope.scaling.yarn_ext_factor", 1),
        // A checkpoint's attention_factor, in place of what YaRN makes of its factor.
        h.positive("rope.scaling.attn_factor", 1)
            * (h.positive("rope.scaling.yarn_attn_factor", (float) usual) / usual),
        h.floating("rope.scaling.yarn_log_multiplier", 0),
        h.positive("rope.scaling.yarn_beta_fast", 32),
        h.positive("rope.scaling.yarn_beta_slow", 1));
  }

  /** With the user's values in place of the file's. */
  RopeOptions with(RopeOptions.Overrides user) {
    Scaling own = user.scaling() != null ? user.scaling() : scaling;
    double scale = own == Scaling.NONE || factor == 0 ? 1 : 1 / factor;
    double theta = or(user.base(), base);
    if (user.alpha() != null) {
      theta *= Math.pow(user.alpha(), (double) dimensions / (dimensions - 2));
    }
    return new RopeOptions(
        theta,
        own,
        or(user.freqScale(), scale),
        user.originalContext() != null ? user.originalContext() : originalContext,
        or(user.extFactor(), extFactor),
        or(user.attnFactor(), attnFactor),
        logMultiplier,
        or(user.betaFast(), betaFast),
        or(user.betaSlow(), betaSlow));
  }

  private static double or(Double user, double model) {
    return user != null ? user : model;
  }

  private static Scaling scaling(Hyperparameters h, String name) {
    return switch (name) {
      case "none" -> Scaling.NONE;
      case "linear", "longrope" -> Scaling.LINEAR; // factors are tensors
      case "yarn" -> Scaling.YARN;
      default -> throw h.fault("rope.scaling.type", "none, linear, longrope or yarn", name);
    };
  }
}
