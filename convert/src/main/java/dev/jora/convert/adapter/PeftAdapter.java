package dev.jora.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An adapter's folder as PEFT saves it. Modules are named as in the base model. */
public final class PeftAdapter implements AutoCloseable {
  private static final Pattern PART =
      Pattern.compile(
          "(?:base_model\\.model\\.)?(.+)\\.(lora_A|lora_B|lora_embedding_A|lora_embedding_B"
              + "|lora_magnitude_vector)(?:\\.[^.]+)?(?:\\.weight)?");

  private static final Pattern WHOLE =
      Pattern.compile(
          "(?:base_model\\.model\\.)?(.+?)(?:\\.modules_to_save(?:\\.default)?|(\\.base_layer))?"
              + "(\\.weight|\\.bias)");

  /** What an adapter has of a module. */
  private static final class Module {
    SourceTensor a;
    SourceTensor b;
    SourceTensor magnitude;
    boolean embedding;
  }

  private final Path folder;
  private final PeftConfig config;
  private final Weights weights;
  private final Map<String, Module> modules = new LinkedHashMap<>();
  private final Map<String, SourceTensor> whole = new LinkedHashMap<>();
  private final Map<String, SourceTensor> copies = new LinkedHashMap<>();

  private PeftAdapter(Path folder, PeftConfig config, Weights weights) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
    weights.tensors().values().forEach(this::take);
    modules.forEach(this::requireBoth);
  }

  /** The file of weights in a folder; empty if there is none. */
  public static Optional<Path> file(Path folder) {
    return Stream.of("adapter_model.safetensors", "adapter_model.bin")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Opens an adapter.
   *
   * @param configFile {@code adapter_config.json}
   * @param config what it says
   * @throws SourceException if it is none that can be read
   */
  public static PeftAdapter open(Path folder, Path configFile, JsonNode config) {
    PeftConfig read = PeftConfig.of(configFile.toString(), config);
    Path file =
        file(folder)
            .orElseThrow(
                () ->
                    new SourceException(
                        folder + ": expected adapter_model.safetensors or .bin, found neither"));
    Weights weights = Checkpoints.open(file);
    try {
      return new PeftAdapter(folder, read, weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void take(SourceTensor tensor) {
    Matcher part = PART.matcher(tensor.name());
    if (part.matches()) {
      Module module = modules.computeIfAbsent(part.group(1), _ -> new Module());
      SourceTensor before;
      switch (part.group(2)) {
        case "lora_A", "lora_embedding_A" -> {
          before = module.a;
          module.a = tensor;
        }
        case "lora_B", "lora_embedding_B" -> {
          before = module.b;
          module.b = tensor;
        }
        default -> {
          before = module.magnitude;
          module.magnitude = tensor;
        }
      }
      requireFirst(before, tensor);
      module.embedding |= part.group(2).startsWith("lora_embedding");
      return;
    }
    Matcher all = WHOLE.matcher(tensor.name());
    if (!all.matches()) {
      throw new SourceException(
          "%s: tensor %s is no part of a LoRA adapter".formatted(folder, tensor.name()));
    }
    boolean copy = all.group(2) != null && all.group(3).equals(".weight");
    requireFirst((copy ? copies : whole).put(all.group(1) + all.group(3), tensor), tensor);
  }

  private void requireFirst(SourceTensor before, SourceTensor tensor) {
    if (before != null) {
      throw new SourceException(
          "%s: tensor %s is there already, as %s".formatted(folder, tensor.name(), before.name()));
    }
  }

  private void requireBoth(String name, Module module) {
    if (module.a == null || module.b == null) {
      throw new SourceException(
          "%s: module %s has %s and no %s"
              .formatted(
                  folder,
                  name,
                  module.a == null ? "lora_B" : "lora_A",
                  module.a == null ? "lora_A" : "lora_B"));
    }
    long[] a = module.a.shape();
    long[] b = module.b.shape();
    if (a.length != 2 || b.length != 2 || a[0] != b[1] || a[0] < 1) {
      throw new SourceException(
          "%s: module %s: expected A [rank, in] and B [out, rank], found %s and %s"
              .formatted(folder, name, Arrays.toString(a), Arrays.toString(b)));
    }
    if (Math.max(a[1], b[0]) > Integer.MAX_VALUE) {
      throw new SourceException(
          "%s: module %s: matrices %s and %s are larger than any model's"
              .formatted(folder, name, Arrays.toString(a), Arrays.toString(b)));
    }
    config.requireRank(name, a[0]);
  }

  /** What it is saved as. */
  public Path folder() {
    return folder;
  }

  /** Its {@code lora_alpha}. */
  public double alpha() {
    return config.alpha();
  }

  /** Names of modules that it changes by products. */
  public Iterable<String> modules() {
    return modules.keySet();
  }

  /** Tensors that it has whole, named as those of the base that they replace. */
  public Map<String, SourceTensor> whole() {
    return whole;
  }

  /**
   * Weights of the base that it has a copy of, as PEFT saves of embeddings and outputs that it
   * adapts.
   */
  public Map<String, SourceTensor> copies() {
    return copies;
  }

  /** True if it scales rows to lengths of its own (DoRA). */
  public boolean isDecomposed() {
    return config.decomposed()
        || modules.values().stream().anyMatch(module -> module.magnitude != null);
  }

  /** True if it changes a module by a product. */
  public boolean changes(String name) {
    return modules.containsKey(name);
  }

  /** True if a module is a table of which rows are looked up. */
  public boolean isTable(String name) {
    return modules.get(name).embedding;
  }

  /** True if what adapts the embeddings adapts an output that is tied to them, too. */
  public boolean isTied() {
    return config.tied();
  }

  /** The model that it was made for, as its file names it. */
  public Optional<String> base() {
    return config.base();
  }

  /** Rows and columns of what it adds to a module: outputs and inputs; of a table tokens, width. */
  public long[] extents(String name) {
    Module module = modules.get(name);
    long rows = module.b.shape()[0];
    long columns = module.a.shape()[1];
    return module.embedding ? new long[] {columns, rows} : new long[] {rows, columns};
  }

  /**
   * What it adds to a module's weight, without its scale.
   *
   * @throws SourceException if a number is not finite
   */
  public LowRank lowRank(String name) {
    Module module = modules.get(name);
    LowRank plain = new LowRank(name, matrix(module.b), matrix(module.a));
    return module.embedding ? plain.transposed() : plain;
  }

  /** By what it is multiplied. */
  public double scale(String name) {
    return config.scale(name, rank(name));
  }

  /** Rank of what it adds to a module. */
  public int rank(String name) {
    return Math.toIntExact(modules.get(name).a.shape()[0]);
  }

  /** Lengths of a module's rows in DoRA; null if it has none. */
  public float[] magnitude(String name) {
    Module module = modules.get(name);
    if (module == null || module.magnitude == null) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      float[] lengths =
          Values.floats(module.magnitude, arena).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      requireFinite(module.magnitude, lengths);
      return lengths;
    }
  }

  private float[][] matrix(SourceTensor tensor) {
    int rows = Math.toIntExact(tensor.shape()[0]);
    int columns = Math.toIntExact(tensor.shape()[1]);
    float[][] matrix = new float[rows][columns];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = Values.floats(tensor, arena);
      for (int i = 0; i < rows; i++) {
        MemorySegment.copy(
            values, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i * columns, matrix[i], 0, columns);
        requireFinite(tensor, matrix[i]);
      }
    }
    return matrix;
  }

  private void requireFinite(SourceTensor tensor, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new SourceException(
            "%s: tensor %s: expected finite numbers, found %s; the file is broken"
                .formatted(folder, tensor.name(), value));
      }
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
