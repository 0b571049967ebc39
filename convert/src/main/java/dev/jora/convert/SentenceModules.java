package dev.jora.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Weights;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.model.Pooling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a folder of sentence-transformers has beside its model, by {@code modules.json}: how the
 * vectors of tokens become one, and dense layers behind it.
 *
 * @param pooling null where the folder does not say
 * @param dense in order
 */
record SentenceModules(Pooling pooling, List<Dense> dense) {
  private static final String FILE = "modules.json";
  private static final SentenceModules NONE = new SentenceModules(null, List.of());

  /** Names of dense layers in model files. */
  private static final List<String> NAMES = List.of("dense_2", "dense_3");

  private static final Map<String, Pooling> MODES =
      Map.of(
          "mean_tokens", Pooling.MEAN,
          "cls_token", Pooling.CLS,
          "lasttoken", Pooling.LAST,
          "mean", Pooling.MEAN,
          "cls", Pooling.CLS);

  /** A dense layer: the folder it is in, and its name in a model file. */
  record Dense(Path folder, String name) {}

  /**
   * Reads it.
   *
   * @throws SourceException if it has what no model file can hold
   */
  static SentenceModules of(Path folder) {
    JsonNode modules = JsonFiles.optional(folder.resolve(FILE));
    if (modules.isMissingNode()) {
      return NONE;
    }
    if (!modules.isArray()) {
      throw new SourceException(
          "%s: expected an array of modules, found %s"
              .formatted(folder.resolve(FILE), modules.getNodeType()));
    }
    Pooling pooling = null;
    List<Dense> dense = new ArrayList<>();
    for (JsonNode module : modules) {
      Path own = within(folder, module.path("path").asText(""));
      String type = module.path("type").asText("");
      if (type.endsWith("Pooling")) {
        pooling = pooling(own);
      } else if (type.endsWith("Dense")) {
        if (dense.size() == NAMES.size()) {
          throw refused(folder, "more than " + NAMES.size() + " dense layers");
        }
        dense.add(dense(own, NAMES.get(dense.size())));
      }
    }
    boolean everyToken = pooling == null && !dense.isEmpty();
    return new SentenceModules(everyToken ? Pooling.NONE : pooling, List.copyOf(dense));
  }

  /** Where the model itself is: in older folders not beside {@code modules.json}. */
  static Path transformer(Path folder) {
    JsonNode modules = JsonFiles.optional(folder.resolve(FILE));
    for (JsonNode module : modules) {
      Path own = within(folder, module.path("path").asText(""));
      if (module.path("type").asText("").endsWith("Transformer")
          && Files.isRegularFile(own.resolve("config.json"))) {
        return own;
      }
    }
    return folder;
  }

  private static Path within(Path folder, String name) {
    Path own = folder.resolve(name).normalize();
    if (!own.startsWith(folder.normalize())) {
      throw new SourceException(
          "%s: expected folders within this one, found %s".formatted(folder.resolve(FILE), name));
    }
    return own;
  }

  private static SourceException refused(Path where, String what) {
    return new SourceException(
        "%s: %s, which a GGUF file cannot hold; without %s it converts, and its vectors are the model's own"
            .formatted(where, what, FILE));
  }

  private static JsonNode config(Path module) {
    JsonNode config = JsonFiles.optional(module.resolve("config.json"));
    if (!config.isObject()) {
      throw new SourceException(
          "%s: expected config.json, an object, as %s names this folder, found %s; fetch it"
              .formatted(module, FILE, config.isMissingNode() ? "none" : config.getNodeType()));
    }
    return config;
  }

  private static Pooling pooling(Path module) {
    JsonNode json = config(module);
    List<String> modes = new ArrayList<>();
    String prefix = "pooling_mode_";
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (entry.getKey().startsWith(prefix) && entry.getValue().asBoolean(false)) {
        modes.add(entry.getKey().substring(prefix.length()));
      }
    }
    JsonNode mode = json.path("pooling_mode");
    if (mode.isTextual()) {
      modes.add(mode.textValue());
    }
    Pooling pooling = modes.size() == 1 ? MODES.get(modes.getFirst()) : null;
    if (pooling == null) {
      throw refused(
          module, "pooling by " + (modes.isEmpty() ? "nothing" : String.join(" and ", modes)));
    }
    return pooling;
  }

  private static Dense dense(Path folder, String name) {
    String activation = config(folder).path("activation_function").asText("Identity");
    if (!activation.endsWith("Identity")) {
      throw refused(folder, "a dense layer with the activation " + activation);
    }
    return new Dense(folder, name);
  }

  /** Opens the weights of the dense layers; closing them is up to the caller. */
  List<Weights> open() {
    return dense.stream().map(layer -> Checkpoints.open(layer.folder())).toList();
  }

  /**
   * The dense layers' tensors, by their names in a model file.
   *
   * @param opened their weights, in order
   * @throws SourceException if one is no matrix, perhaps with a bias
   */
  List<SourceTensor> tensors(List<Weights> opened) {
    List<SourceTensor> tensors = new ArrayList<>();
    for (int i = 0; i < dense.size(); i++) {
      Map<String, SourceTensor> own = opened.get(i).tensors();
      SourceTensor matrix = own.get("linear.weight");
      SourceTensor bias = own.get("linear.bias");
      boolean fits =
          matrix != null && matrix.shape().length == 2 && own.size() == (bias == null ? 1 : 2);
      if (!fits) {
        throw new SourceException(
            "%s: expected linear.weight, a matrix, and perhaps linear.bias, found %s"
                .formatted(dense.get(i).folder(), String.join(", ", own.keySet())));
      }
      tensors.add(new Renamed(dense.get(i).name() + ".weight", matrix));
      if (bias != null) {
        tensors.add(new Renamed(dense.get(i).name() + ".bias", bias));
      }
    }
    return tensors;
  }

  /** Keys of these tensors: how many values go in and come out. */
  static Map<String, GgufValue> keys(String architecture, List<SourceTensor> tensors) {
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    for (SourceTensor tensor : tensors) {
      if (tensor.shape().length == 2) {
        String name = architecture + '.' + tensor.name().replace(".weight", "");
        keys.put(name + "_feat_in", new GgufValue.Int(GgufType.UINT32, tensor.shape()[1]));
        keys.put(name + "_feat_out", new GgufValue.Int(GgufType.UINT32, tensor.shape()[0]));
      }
    }
    return keys;
  }

  /** A tensor by another name. */
  private record Renamed(String name, SourceTensor tensor) implements SourceTensor {
    @Override
    public ElementType type() {
      return tensor.type();
    }

    @Override
    public long[] shape() {
      return tensor.shape();
    }

    @Override
    public MemorySegment read(Arena arena) {
      return tensor.read(arena);
    }
  }
}
