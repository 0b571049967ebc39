package dev.jora.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.jora.convert.packed.PackedFormats;
import dev.jora.convert.source.SourceException;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder as people find it on the hub.
 *
 * @param path where it is
 * @param config {@code config.json}
 * @param quantization how its weights are packed; missing if they are not
 */
record ModelFolder(Path path, CheckpointConfig config, JsonNode quantization) {
  private static final String CONFIG = "config.json";

  /** Files that say how weights are packed where {@code config.json} does not. */
  private static final List<String> QUANTIZATION_FILES =
      List.of("quantize_config.json", "quant_config.json", "hf_quant_config.json");

  /**
   * Reads what the folder says of itself.
   *
   * @throws SourceException if it is no model's
   */
  static ModelFolder open(Path folder) {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      if (Files.isDirectory(folder) && !Files.isExecutable(folder)) {
        throw new SourceException(folder + ": cannot be read: permission denied");
      }
      throw new SourceException(
          folder
              + ": no model's folder: it has no config.json; take the folder that has it and the"
              + " weights, or a file of weights for its tensors alone");
    }
    JsonNode json = JsonFiles.read(file);
    try {
      return new ModelFolder(folder, CheckpointConfig.of(json), quantization(folder, json));
    } catch (CheckpointException e) {
      throw new SourceException(file + ": " + e.getMessage(), e);
    }
  }

  /** The file that a fault of the configuration is in. */
  Path configFile() {
    return path.resolve(CONFIG);
  }

  private static JsonNode quantization(Path folder, JsonNode config) {
    JsonNode own = PackedFormats.configuration(config);
    if (own != null) {
      return own;
    }
    return quantizationFiles(folder)
        .findFirst()
        .map(JsonFiles::read)
        .map(json -> json.path("quantization").isObject() ? json.path("quantization") : json)
        .orElse(MissingNode.getInstance());
  }

  private static Stream<Path> quantizationFiles(Path folder) {
    return QUANTIZATION_FILES.stream().map(folder::resolve).filter(Files::isRegularFile);
  }

  /** The file in this folder that says how its weights are packed, if one does. */
  static Optional<Path> quantizationFile(Path folder) {
    Path config = folder.resolve(CONFIG);
    try {
      if (Files.isRegularFile(config)
          && PackedFormats.configuration(JsonFiles.read(config)) != null) {
        return Optional.of(config);
      }
    } catch (SourceException e) {
      // what cannot be read says nothing
    }
    return quantizationFiles(folder).findFirst();
  }

  /** True for what a {@code config.json} has in it. */
  static boolean isConfig(JsonNode json) {
    return json.has("architectures") || json.has("model_type");
  }
}
