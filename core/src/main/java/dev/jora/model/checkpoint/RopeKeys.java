package dev.jora.model.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What a configuration says of rotary positions. */
public final class RopeKeys {
  /** Kinds of scaling that some family has; what it makes of one is its own. */
  private static final Set<String> KNOWN =
      Set.of(
          "none",
          "default",
          "linear",
          "dynamic",
          "yarn",
          "su",
          "longrope",
          "llama3",
          "mrope",
          "proportional");

  private final CheckpointConfig all;
  private final CheckpointConfig full;
  private final CheckpointConfig sliding;

  /** Reads it: {@code rope_parameters}, else {@code rope_scaling} and numbers beside it. */
  public RopeKeys(CheckpointConfig config) {
    this.all = config;
    CheckpointConfig own =
        config.has("rope_parameters")
            ? config.part("rope_parameters")
            : config.part("rope_scaling");
    this.full = own.has("full_attention") ? own.part("full_attention") : own;
    this.sliding = own.part("sliding_attention");
    if (!KNOWN.contains(type())) {
      throw new CheckpointException(
          "rope_type: expected one of %s, found \"%s\""
              .formatted(String.join(", ", new TreeSet<>(KNOWN)), type()));
    }
  }

  /** Its kind: default, linear, yarn, longrope, llama3; {@code none} if it does not say. */
  public String type() {
    return full.text("rope_type", "type").orElse("none").toLowerCase(Locale.ROOT);
  }

  /** Parameters of its kind. */
  public CheckpointConfig parameters() {
    return full;
  }

  void into(Checkpoint.Builder keys) {
    switch (type()) {
      case "linear" -> scaling(keys, "linear");
      case "yarn" -> yarn(keys);
      case "su", "longrope" -> keys.text("rope.scaling.type", "longrope");
      default -> {
        // Nothing here: llama3's factors are a tensor, and dynamic is what a family makes of it.
      }
    }
    if (full.has("mrope_section")) {
      double[] sections = Arrays.copyOf(full.numbers("mrope_section"), 4);
      keys.integers(
          "rope.dimension_sections", Arrays.stream(sections).mapToInt(n -> (int) n).toArray());
    }
    if (full.has("rope_theta")) {
      keys.number("rope.freq_base", full.number("rope_theta"));
    } else {
      keys.number(
          "rope.freq_base",
          "global_rope_theta",
          "rope_global_theta",
          "rope_theta_global",
          "rope_theta",
          "rotary_emb_base");
    }
    if (sliding.has("rope_theta")) {
      keys.number("rope.freq_base_swa", sliding.number("rope_theta"));
    } else {
      keys.number(
          "rope.freq_base_swa",
          "local_rope_theta",
          "rope_local_theta",
          "rope_theta_local",
          "swa_rope_theta",
          "rope_local_base_freq");
    }
  }

  private void scaling(Checkpoint.Builder keys, String type) {
    if (full.has("factor")) {
      keys.text("rope.scaling.type", type);
      keys.number("rope.scaling.factor", full.number("factor"));
    }
  }

  private void yarn(Checkpoint.Builder keys) {
    if (!full.has("factor")) {
      return;
    }
    scaling(keys, "yarn");
    keys.integer(
        "rope.scaling.original_context_length", full.integer("original_max_position_embeddings"));
    optional(keys, "rope.scaling.yarn_ext_factor", "extrapolation_factor");
    optional(keys, "rope.scaling.yarn_attn_factor", "attention_factor", "attn_factor");
    optional(keys, "rope.scaling.yarn_beta_fast", "beta_fast");
    optional(keys, "rope.scaling.yarn_beta_slow", "beta_slow");
  }

  private void optional(Checkpoint.Builder keys, String key, String... names) {
    if (full.has(names)) {
      keys.number(key, full.number(names));
    }
  }

  /**
   * Factors by which Llama 3.1's frequencies are divided, one for each pair of dimensions; null for
   * another kind.
   *
   * @param dimensions of a head that are turned
   * @param defaultFactor where the configuration has none
   */
  public float[] llama3Factors(int dimensions, double defaultFactor) {
    if (!type().equals("llama3")) {
      return null;
    }
    double base =
        full.has("rope_theta") ? full.number("rope_theta") : all.numberOr(10000, "rope_theta");
    float factor = (float) full.numberOr(defaultFactor, "factor");
    float low = (float) full.numberOr(1, "low_freq_factor");
    float high = (float) full.numberOr(4, "high_freq_factor");
    float original = (float) full.numberOr(8192, "original_max_position_embeddings");
    float[] factors = new float[dimensions / 2];
    for (int i = 0; i < factors.length; i++) {
      float frequency = 1 / (float) Math.pow(base, 2.0 * i / dimensions);
      float wavelength = (float) (2 * Math.PI / frequency);
      if (wavelength < original / high) {
        factors[i] = 1;
      } else if (wavelength > original / low) {
        factors[i] = factor;
      } else {
        float smooth = (original / wavelength - low) / (high - low);
        factors[i] = 1 / ((1 - smooth) / factor + smooth);
      }
    }
    return factors;
  }

  /**
   * Factors of longrope, one for each pair of {@code turned} dimensions.
   *
   * @throws CheckpointException if there is another number of them
   */
  public static float[] factors(CheckpointConfig scaling, String name, int turned) {
    double[] given = scaling.numbers(name);
    if (given.length != turned / 2) {
      throw new CheckpointException(
          name + ": expected " + turned / 2 + " factors, found " + given.length);
    }
    float[] factors = new float[given.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) given[i];
    }
    return factors;
  }

  /** What keys and queries are lengthened by where a context is {@code scale} times as long. */
  public double attentionFactor(double scale, int original) {
    if (scale <= 1) {
      return 1;
    }
    return switch (type()) {
      case "su", "longrope" -> Math.sqrt(1 + Math.log(scale) / Math.log(original));
      case "yarn" -> 0.1 * Math.log(scale) + 1;
      default ->
          throw new CheckpointException(
              "rope_type: expected longrope or yarn beside long_factor, found \"" + type() + '"');
    };
  }
}
