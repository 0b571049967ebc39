package dev.jora.cli.bench;

import dev.jora.bench.SyntheticSpec;
import dev.jora.bench.Workload;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.DeviceOptions;
import dev.jora.engine.Offload;
import dev.jora.tensor.GgmlType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What {@code bench} measures: lists, of which every combination is a test. */
final class BenchTestOptions {
  static final int DEFAULT_BATCH = 2048;
  static final int DEFAULT_MICRO_BATCH = 512;
  private static final int DEFAULT_PROMPT = 512;
  private static final int DEFAULT_GENERATED = 128;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      split = ",",
      description = "GGUF files (default: the small model that comes with jora).")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--synthetic",
      paramLabel = "SHAPE:TYPE",
      split = ",",
      converter = SyntheticConverter.class,
      description = {
        "Random weights in memory, not of a file:",
        "llama-8b, qwen3-30b-a3b, gpt-oss-20b, ... (an unknown",
        "one lists all), in Q4_K_M or any tensor type."
      })
  List<SyntheticSpec> synthetic = new ArrayList<>();

  @Option(
      names = {"-p", "--n-prompt"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = IntRange.Converter.class,
      description = "Tokens of a prompt; 0: no such test (default: " + DEFAULT_PROMPT + ").")
  List<IntRange> prompts = new ArrayList<>();

  @Option(
      names = {"-n", "--n-gen"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = IntRange.Converter.class,
      description = "Tokens generated; 0: no such test (default: " + DEFAULT_GENERATED + ").")
  List<IntRange> generated = new ArrayList<>();

  @Option(
      names = "-pg",
      paramLabel = "P,N",
      converter = PairConverter.class,
      description = "A prompt of P tokens and N generated, timed as one.")
  List<Pair> pairs = new ArrayList<>();

  @Option(
      names = {"-d", "--n-depth"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = IntRange.Converter.class,
      description = "Tokens in the KV cache before the clock starts (default: 0).")
  List<IntRange> depths = new ArrayList<>();

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = IntRange.Converter.class,
      description = "Tokens handed over at once (default: " + DEFAULT_BATCH + ").")
  List<IntRange> batches = new ArrayList<>();

  @Option(
      names = {"-ub", "--ubatch-size"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = IntRange.Converter.class,
      description = "Most tokens of one pass (default: " + DEFAULT_MICRO_BATCH + ").")
  List<IntRange> microBatches = new ArrayList<>();

  @Option(
      names = {"-ctk", "--cache-type-k"},
      paramLabel = "TYPE",
      split = ",",
      converter = ContextOptions.CacheType.class,
      completionCandidates = ContextOptions.CacheType.class,
      description = "KV cache type of K: f32, f16, bf16, q8_0 (default: f16).")
  List<GgmlType> keyTypes = new ArrayList<>();

  @Option(
      names = {"-ctv", "--cache-type-v"},
      paramLabel = "TYPE",
      split = ",",
      converter = ContextOptions.CacheType.class,
      completionCandidates = ContextOptions.CacheType.class,
      description = "KV cache type of V: f32, f16, bf16, q8_0 (default: f16).")
  List<GgmlType> valueTypes = new ArrayList<>();

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = IntRange.Converter.class,
      description = "CPU threads (default: one per core).")
  List<IntRange> threads = new ArrayList<>();

  @Option(
      names = {"-ngl", "--gpu-layers", "--n-gpu-layers"},
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      converter = LayersConverter.class,
      description = {
        "Layers on the GPU, counted from the output; auto: as",
        "many as fit, all (default: auto)."
      })
  List<IntRange> gpuLayers = new ArrayList<>();

  @Option(
      names = {"-nkvo", "--no-kv-offload"},
      paramLabel = "0|1",
      arity = "1",
      hideParamSyntax = true,
      split = ",",
      converter = SwitchConverter.class,
      description = "1: the KV cache stays on the CPU, and attention with it (default: 0).")
  List<Boolean> cachesOnCpu = new ArrayList<>();

  @Option(
      names = {"-fa", "--flash-attn"},
      paramLabel = "on|off|auto",
      arity = "1",
      hideParamSyntax = true,
      split = ",",
      converter = FlashConverter.class,
      description = "No effect: jora's attention is always of this kind.")
  List<Boolean> flashAttention = new ArrayList<>();

  /** A prompt and the tokens generated after it. */
  record Pair(int prompt, int generated) {}

  /** {@code P,N}. */
  static final class PairConverter implements ITypeConverter<Pair> {
    @Override
    public Pair convert(String text) {
      String[] parts = text.split(",", -1);
      try {
        if (parts.length == 2) {
          Pair pair =
              new Pair(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()));
          if (pair.prompt >= 0 && pair.generated >= 0) {
            return pair;
          }
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new TypeConversionException("'" + text + "' is not P,N, as 512,128");
    }
  }

  /** Numbers of layers, or llama.cpp's words for some and for all of them. */
  static final class LayersConverter implements ITypeConverter<IntRange> {
    private final IntRange.Converter numbers = new IntRange.Converter();

    @Override
    public IntRange convert(String word) {
      return switch (word) {
        case "auto" -> new IntRange(List.of(Offload.AUTO));
        case "all" -> new IntRange(List.of(Offload.ALL));
        default -> numbers.convert(word);
      };
    }
  }

  /** False for what asks for another kind of attention. */
  static final class FlashConverter implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String word) {
      return switch (word) {
        case "on", "auto", "1", "-1" -> true;
        case "off", "0" -> false;
        default -> throw new TypeConversionException("'" + word + "' is not on, off or auto");
      };
    }
  }

  /** True for what asks for something. */
  static final class SwitchConverter implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String word) {
      return switch (word) {
        case "on", "1", "true" -> true;
        case "off", "0", "false" -> false;
        default -> throw new TypeConversionException("'" + word + "' is not 0 or 1");
      };
    }
  }

  /** {@code SHAPE:TYPE}. */
  static final class SyntheticConverter implements ITypeConverter<SyntheticSpec> {
    @Override
    public SyntheticSpec convert(String text) {
      try {
        return SyntheticSpec.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Numbers of threads. */
  List<Integer> threadCounts() {
    return atLeast(1, "-t", IntRange.flat(threads, Runtime.getRuntime().availableProcessors()));
  }

  /** Every combination, in llama-bench's order: the rightmost of these loops runs fastest. */
  List<BenchSettings> settings() {
    List<Workload> work = workloads();
    List<BenchSettings> all = new ArrayList<>();
    for (int batch : batchSizes()) {
      for (int microBatch : microBatchSizes()) {
        for (GgmlType keyType : orF16(keyTypes)) {
          for (GgmlType valueType : orF16(valueTypes)) {
            for (int count : threadCounts()) {
              for (Placed on : placed()) {
                for (Workload w : work) {
                  all.add(
                      new BenchSettings(
                          batch, microBatch, keyType, valueType, count, on.layers, on.cache, w));
                }
              }
            }
          }
        }
      }
    }
    return all;
  }

  /** What is on a GPU, for a test. */
  private record Placed(int layers, boolean cache) {}

  private List<Placed> placed() {
    List<Placed> all = new ArrayList<>();
    for (int layers : IntRange.flat(gpuLayers, Offload.AUTO)) {
      for (boolean cache : cachesOnCpu.isEmpty() ? List.of(false) : cachesOnCpu) {
        all.add(new Placed(DeviceOptions.Layers.of(layers), cache));
      }
    }
    return all;
  }

  /** Layers on GPUs of any test; 0 if there are none in all of them. */
  int anyGpuLayers() {
    return placed().stream().mapToInt(Placed::layers).filter(n -> n != 0).findFirst().orElse(0);
  }

  private List<Workload> workloads() {
    List<Workload> all = new ArrayList<>();
    List<Integer> prompt = atLeast(0, "-p", IntRange.flat(prompts, DEFAULT_PROMPT));
    List<Integer> generate = atLeast(0, "-n", IntRange.flat(generated, DEFAULT_GENERATED));
    for (int depth : atLeast(0, "-d", IntRange.flat(depths, 0))) {
      prompt.forEach(p -> all.add(new Workload(p, 0, depth)));
      generate.forEach(n -> all.add(new Workload(0, n, depth)));
      pairs.forEach(pair -> all.add(new Workload(pair.prompt, pair.generated, depth)));
    }
    all.removeIf(work -> work.tokens() == 0);
    if (all.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "nothing to measure: give -p, -n or -pg above 0");
    }
    return all;
  }

  /** Columns of the table that say how the tests differ from the default or from each other. */
  List<BenchField> columns() {
    List<BenchField> columns = new ArrayList<>();
    addUnless(batchSizes().equals(List.of(DEFAULT_BATCH)), "n_batch", columns);
    addUnless(microBatchSizes().equals(List.of(DEFAULT_MICRO_BATCH)), "n_ubatch", columns);
    addUnless(orF16(keyTypes).equals(List.of(GgmlType.F16)), "type_k", columns);
    addUnless(orF16(valueTypes).equals(List.of(GgmlType.F16)), "type_v", columns);
    addUnless(IntRange.flat(gpuLayers, 0).size() < 2, "n_gpu_layers", columns);
    addUnless(cachesOnCpu.size() < 2, "no_kv_offload", columns);
    return columns;
  }

  /** The table of all tests, for a terminal or not. */
  BenchTable table(boolean terminal) {
    return new BenchTable(columns(), settings(), BenchTable.width(terminal));
  }

  private static void addUnless(boolean common, String name, List<BenchField> columns) {
    if (!common) {
      columns.add(BenchField.named(name));
    }
  }

  private List<Integer> batchSizes() {
    return atLeast(1, "-b", IntRange.flat(batches, DEFAULT_BATCH));
  }

  private List<Integer> microBatchSizes() {
    return atLeast(1, "-ub", IntRange.flat(microBatches, DEFAULT_MICRO_BATCH));
  }

  private static List<GgmlType> orF16(List<GgmlType> types) {
    return types.isEmpty() ? List.of(GgmlType.F16) : types;
  }

  private List<Integer> atLeast(int least, String option, List<Integer> values) {
    for (int value : values) {
      if (value < least) {
        throw new ParameterException(
            command.commandLine(), option + " must be at least " + least + ", not " + value);
      }
    }
    return values;
  }
}
