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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An adapter's folder as PEFT saves it. Modules are named as in the base model. */
public final class PeftAdapter implements AutoCloseable {
  private static final String CONFIG = "adapter_config.json";

  private static final Pattern PART =
      Pattern.compile(
          "(?:base_model\\.model\\.)?(.+)\\.(lora_A|lora_B|lora_embedding_A|lora_embedding_B"
              + "|lora_magnitude_vector)(?:\\.[^.]+)?(?:\\.weight)?");

  private static final Pattern WHOLE =
      Pattern.compile(
          "(?:base_model\\.model\\.)?(.+?)(?:\\.modules_to_save(?:\\.default)?)?(\\.weight|\\.bias)");

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

  private PeftAdapter(Path folder, PeftConfig config, Weights weights) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
    weights.tensors().values().forEach(this::take);
    modules.forEach(this::requireBoth);
  }

  /** True if a folder is an adapter's. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG));
  }

  /**
   * Opens an adapter.
   *
   * @param config {@code adapter_config.json}
   * @throws SourceException if it is none that can be read
   */
  public static PeftAdapter open(Path folder, JsonNode config) {
    PeftConfig read = PeftConfig.of(folder.resolve(CONFIG).toString(), config);
    Path file =
        Arrays.stream(new String[] {"adapter_model.safetensors", "adapter_model.bin"})
            .map(folder::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
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
      switch (part.group(2)) {
        case "lora_A", "lora_embedding_A" -> module.a = tensor;
        case "lora_B", "lora_embedding_B" -> module.b = tensor;
        default -> module.magnitude = tensor;
      }
      module.embedding |= part.group(2).startsWith("lora_embedding");
      return;
    }
    Matcher all = WHOLE.matcher(tensor.name());
    if (!all.matches()) {
      throw new SourceException(
          "%s: tensor %s is no part of a LoRA adapter".formatted(folder, tensor.name()));
    }
    whole.put(all.group(1) + all.group(2), tensor);
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

  /** True if it scales rows to lengths of its own (DoRA). */
  public boolean isDecomposed() {
    return config.decomposed()
        || modules.values().stream().anyMatch(module -> module.magnitude != null);
  }

  /** What it adds to a module's weight, without its scale; null: nothing. */
  LowRank lowRank(String name) {
    Module module = modules.get(name);
    if (module == null) {
      return null;
    }
    LowRank plain = new LowRank(name, matrix(module.b), matrix(module.a));
    return module.embedding || config.fanInFanOut() ? plain.transposed() : plain;
  }

  /** The same with what {@code alpha / rank} does not say of its scale. */
  public LowRank folded(String name) {
    double plain = alpha() / rank(name);
    double factor = alpha() == 0 ? scale(name) : scale(name) / plain;
    return lowRank(name).scaled((float) factor);
  }

  /** By what it is multiplied. */
  double scale(String name) {
    return config.scale(name, Math.toIntExact(modules.get(name).a.shape()[0]));
  }

  /** Rank of what it adds to a module. */
  int rank(String name) {
    return Math.toIntExact(modules.get(name).a.shape()[0]);
  }

  /** Lengths of a module's rows in DoRA; null if it has none. */
  float[] magnitude(String name) {
    Module module = modules.get(name);
    if (module == null || module.magnitude == null) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      return Values.floats(module.magnitude, arena).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  private static float[][] matrix(SourceTensor tensor) {
    int rows = Math.toIntExact(tensor.shape()[0]);
    int columns = Math.toIntExact(tensor.shape()[1]);
    float[][] matrix = new float[rows][columns];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = Values.floats(tensor, arena);
      for (int i = 0; i < rows; i++) {
        MemorySegment.copy(
            values, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i * columns, matrix[i], 0, columns);
      }
    }
    return matrix;
  }

  @Override
  public void close() {
    weights.close();
  }
}
