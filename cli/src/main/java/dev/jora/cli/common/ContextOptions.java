package dev.jora.cli.common;

import dev.jora.model.RopeOptions;
import dev.jora.tensor.GgmlType;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Context, batches, KV cache and RoPE. */
public final class ContextOptions {
  @Option(
      names = {"-c", "--ctx-size"},
      paramLabel = "N",
      description = "Size of the context in tokens; 0: the model's (default: ${DEFAULT-VALUE}).")
  int contextSize;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Most tokens handed over at once (default: ${DEFAULT-VALUE}).")
  int batchSize = 2048;

  @Option(
      names = {"-ub", "--ubatch-size"},
      paramLabel = "N",
      description = "Most tokens of one pass (default: ${DEFAULT-VALUE}).")
  int microBatchSize = 512;

  @Option(
      names = {"-ctk", "--cache-type-k"},
      paramLabel = "TYPE",
      converter = CacheType.class,
      completionCandidates = CacheType.class,
      description = "KV cache type of K: f32, f16, bf16, q8_0 (default: f16).")
  private GgmlType keyType = GgmlType.F16;

  @Option(
      names = {"-ctv", "--cache-type-v"},
      paramLabel = "TYPE",
      converter = CacheType.class,
      completionCandidates = CacheType.class,
      description = "KV cache type of V: f32, f16, bf16, q8_0 (default: f16).")
  private GgmlType valueType = GgmlType.F16;

  @Option(
      names = "--rope-scaling",
      paramLabel = "NAME",
      converter = ScalingName.class,
      description = "RoPE scaling: none, linear, yarn (default: the model's).")
  RopeOptions.Scaling ropeScaling;

  @Option(
      names = "--rope-scale",
      paramLabel = "N",
      description = "RoPE context scaling factor: --rope-freq-scale 1/N.")
  Double ropeScale;

  @Option(
      names = "--rope-freq-base",
      paramLabel = "N",
      description = "RoPE base frequency (default: the model's).")
  Double ropeFreqBase;

  @Option(
      names = "--rope-freq-scale",
      paramLabel = "N",
      description = "RoPE frequency scale: the context grows by 1/N (default: the model's).")
  Double ropeFreqScale;

  @Option(
      names = "--rope-alpha",
      paramLabel = "A",
      description = "NTK rule: base times A^(d/(d-2)).")
  Double ropeAlpha;

  @Option(
      names = "--yarn-orig-ctx",
      paramLabel = "N",
      description = "YaRN: context the model was trained with (default: the model's).")
  Integer yarnOriginalContext;

  @Option(
      names = "--yarn-ext-factor",
      paramLabel = "N",
      description = "YaRN: extrapolation mix, 0 to 1 (default: the model's, else 1).")
  Double yarnExtFactor;

  @Option(
      names = "--yarn-attn-factor",
      paramLabel = "N",
      description = "YaRN: factor on attention magnitude (default: 1).")
  Double yarnAttnFactor;

  @Option(
      names = "--yarn-beta-fast",
      paramLabel = "N",
      description = "YaRN: turns above which pairs are left alone (default: 32).")
  Double yarnBetaFast;

  @Option(
      names = "--yarn-beta-slow",
      paramLabel = "N",
      description = "YaRN: turns below which pairs are fully scaled (default: 1).")
  Double yarnBetaSlow;

  /** Options by which the context is the model's if nobody says otherwise. */
  public ContextOptions() {}

  /** Likewise, a context of so many tokens. */
  public ContextOptions(int contextSize) {
    this.contextSize = contextSize;
  }

  /** The size of the context in tokens; 0: the model's. */
  public int contextSize() {
    return contextSize;
  }

  /** The type of K in the KV cache. */
  public GgmlType keyType() {
    return keyType;
  }

  /** The type of V in the KV cache. */
  public GgmlType valueType() {
    return valueType;
  }

  /** What replaces the model's RoPE keys. */
  public RopeOptions.Overrides rope() {
    Double scale = ropeFreqScale;
    if (scale == null && ropeScale != null) {
      scale = 1 / ropeScale;
    }
    requirePositive("--rope-scale", ropeScale);
    requirePositive("--rope-freq-base", ropeFreqBase);
    requirePositive("--rope-freq-scale", scale);
    requirePositive("--rope-alpha", ropeAlpha);
    if (yarnOriginalContext != null && yarnOriginalContext < 0) {
      throw UserException.usage("--yarn-orig-ctx must be 0 (the model's) or more");
    }
    return new RopeOptions.Overrides(
        ropeFreqBase,
        scale,
        ropeScaling,
        ropeAlpha,
        yarnOriginalContext == null || yarnOriginalContext == 0 ? null : yarnOriginalContext,
        orModel("--yarn-ext-factor", yarnExtFactor),
        orModel("--yarn-attn-factor", yarnAttnFactor),
        orModel("--yarn-beta-fast", yarnBetaFast),
        orModel("--yarn-beta-slow", yarnBetaSlow));
  }

  /** llama.cpp's defaults of these are negative and mean what the model says. */
  private static Double orModel(String option, Double value) {
    if (value != null && !Double.isFinite(value)) {
      throw UserException.usage(option + " must be a number, not " + value);
    }
    return value == null || value < 0 ? null : value;
  }

  /** Tokens of one pass. */
  public int pass() {
    if (batchSize < 1 || microBatchSize < 1) {
      throw UserException.usage("-b and -ub must be at least 1");
    }
    return Math.min(batchSize, microBatchSize);
  }

  private static void requirePositive(String option, Double value) {
    if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw UserException.usage(option + " must be above 0, not " + value);
    }
  }

  /** The types a KV cache can have, and their names. */
  public static final class CacheType implements ITypeConverter<GgmlType>, Iterable<String> {
    private static final List<GgmlType> TYPES =
        List.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0);

    @Override
    public Iterator<String> iterator() {
      return TYPES.stream().map(GgmlType::name).iterator();
    }

    @Override
    public GgmlType convert(String name) {
      for (GgmlType type : TYPES) {
        if (type.name().equalsIgnoreCase(name)) {
          return type;
        }
      }
      throw new TypeConversionException(
          "a KV cache of type '" + name + "' is not supported: f32, f16, bf16 or q8_0");
    }
  }

  /** RoPE scaling by its llama.cpp name. */
  static final class ScalingName implements ITypeConverter<RopeOptions.Scaling> {
    @Override
    public RopeOptions.Scaling convert(String name) {
      try {
        return RopeOptions.Scaling.valueOf(name.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + name + "' is not none, linear or yarn");
      }
    }
  }
}
