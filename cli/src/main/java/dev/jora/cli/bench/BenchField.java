package dev.jora.cli.bench;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A field of a result.
 *
 * @param value the value as text: what CSV and SQL quote
 */
record BenchField(String name, Kind kind, Function<BenchResult, String> value) {
  /** How JSON and SQL write it. */
  enum Kind {
    TEXT("TEXT"),
    BOOL("INTEGER"),
    INT("INTEGER"),
    REAL("REAL");

    /** The type of the column in SQL. */
    final String sql;

    Kind(String sql) {
      this.sql = sql;
    }
  }

  /** llama-bench's fields in its order. What jora has no choice about is constant. */
  static final List<BenchField> ALL =
      List.of(
          text("build_commit", r -> r.machine().build()),
          constant("build_number", Kind.INT, "0"),
          text("cpu_info", r -> r.machine().cpu()),
          text("gpu_info", r -> String.join(", ", r.gpus())),
          text("backends", r -> r.gpus().isEmpty() ? "CPU" : "CUDA"),
          text("model_filename", BenchResult::file),
          text("model_type", r -> r.model().type()),
          integer("model_size", r -> r.model().bytes()),
          integer("model_n_params", r -> r.model().parameters()),
          integer("n_batch", r -> (long) r.settings().batch()),
          integer("n_ubatch", r -> (long) r.settings().microBatch()),
          integer("n_threads", r -> (long) r.settings().threads()),
          constant("cpu_mask", Kind.TEXT, "0x0"),
          constant("cpu_strict", Kind.BOOL, "0"),
          constant("poll", Kind.INT, "50"),
          text("type_k", r -> r.settings().keyType().name().toLowerCase(Locale.ROOT)),
          text("type_v", r -> r.settings().valueType().name().toLowerCase(Locale.ROOT)),
          integer("n_gpu_layers", r -> (long) r.gpuLayers()),
          constant("n_cpu_moe", Kind.INT, "0"),
          constant("split_mode", Kind.TEXT, "none"),
          constant("main_gpu", Kind.INT, "0"),
          new BenchField("no_kv_offload", Kind.BOOL, r -> r.settings().cacheOnCpu() ? "1" : "0"),
          constant("flash_attn", Kind.INT, "1"),
          constant("devices", Kind.TEXT, "auto"),
          constant("tensor_split", Kind.TEXT, "0.00"),
          constant("tensor_buft_overrides", Kind.TEXT, "none"),
          text("load_mode", r -> r.mapped() ? "mmap" : "none"),
          constant("lazy_mode", Kind.TEXT, "auto"),
          constant("embeddings", Kind.BOOL, "0"),
          constant("no_op_offload", Kind.INT, "0"),
          constant("no_host", Kind.BOOL, "0"),
          constant("fit_target", Kind.INT, "0"),
          constant("fit_min_ctx", Kind.INT, "0"),
          integer("n_prompt", r -> (long) r.settings().work().prompt()),
          integer("n_gen", r -> (long) r.settings().work().generated()),
          integer("n_depth", r -> (long) r.settings().work().depth()),
          text("test_time", r -> r.start().truncatedTo(ChronoUnit.SECONDS).toString()),
          integer("avg_ns", r -> Math.round(BenchResult.mean(r.nanos()))),
          integer("stddev_ns", r -> Math.round(BenchResult.deviation(r.nanos()))),
          real("avg_ts", r -> BenchResult.mean(r.speeds())),
          real("stddev_ts", r -> BenchResult.deviation(r.speeds())));

  /** The field of a name. */
  static BenchField named(String name) {
    return ALL.stream().filter(field -> field.name.equals(name)).findFirst().orElseThrow();
  }

  /** The value of this field. */
  String of(BenchResult result) {
    return value.apply(result);
  }

  private static BenchField constant(String name, Kind kind, String value) {
    return new BenchField(name, kind, r -> value);
  }

  private static BenchField text(String name, Function<BenchResult, String> value) {
    return new BenchField(name, Kind.TEXT, value);
  }

  private static BenchField integer(String name, Function<BenchResult, Long> value) {
    return new BenchField(name, Kind.INT, value.andThen(String::valueOf));
  }

  private static BenchField real(String name, Function<BenchResult, Double> value) {
    return new BenchField(
        name, Kind.REAL, value.andThen(x -> String.format(Locale.ROOT, "%.6f", x)));
  }
}
