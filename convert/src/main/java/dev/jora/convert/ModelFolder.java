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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder as people find it on the hub.
 *
 * @param path where it is
 * @param config {@code config.json}
 * @param quantization how its weights are packed; missing if they are not
 * @param modules what sentence-transformers has beside it
 */
record ModelFolder(
    Path path, CheckpointConfig config, JsonNode quantization, SentenceModules modules) {
  private static final String CONFIG = "config.json";

  /** Files that say how weights are packed where {@code config.json} does not. */
  private static final List<String> QUANTIZATION_FILES =
      List.of("quantize_config.json", "quant_config.json", "hf_quant_config.json");

  /**
   * Reads what the folder says of itself.
   *
   * @throws SourceException if it is no model's
   */
  static ModelFolder open(Path given) {
    Path folder =
        Files.isRegularFile(given.resolve(CONFIG)) ? given : SentenceModules.transformer(given);
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
      CheckpointConfig config = CheckpointConfig.of(json);
      SentenceModules modules = SentenceModules.of(given);
      if (modules.pooling() != null) {
        config = config.with(CheckpointConfig.POOLING, modules.pooling().ordinal());
      }
      return new ModelFolder(
          folder, withAnswers(config, folder), quantization(folder, json), modules);
    } catch (CheckpointException e) {
      throw new SourceException(file + ": " + e.getMessage(), e);
    }
  }

  /** The file that a fault of the configuration is in. */
  Path configFile() {
    return path.resolve(CONFIG);
  }

  /** Nothing but its name tells Qwen's reranker, which answers with yes or no, from Qwen 3. */
  private static CheckpointConfig withAnswers(CheckpointConfig config, Path folder) {
    JsonNode vocabulary =
        JsonFiles.optional(folder.resolve("tokenizer.json")).path("model").path("vocab");
    JsonNode yes = vocabulary.path("yes");
    JsonNode no = vocabulary.path("no");
    boolean answers =
        config.architectures().contains("Qwen3ForCausalLM")
            && isNamed(folder, config, "qwen3-reranker")
            && yes.isInt()
            && no.isInt();
    return answers
        ? config.with(CheckpointConfig.YES, yes.intValue()).with(CheckpointConfig.NO, no.intValue())
        : config;
  }

  private static boolean isNamed(Path folder, CheckpointConfig config, String name) {
    String own = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    String hub = config.json().path("_name_or_path").asText("");
    return (own + ' ' + hub).toLowerCase(Locale.ROOT).contains(name)
        || JsonFiles.text(folder.resolve("README.md"))
            .toLowerCase(Locale.ROOT)
            .contains("# " + name);
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
