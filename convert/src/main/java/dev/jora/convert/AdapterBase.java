package dev.jora.convert;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.packed.PackedFormats;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.Weights;
import dev.jora.gguf.GgufFile;
import dev.jora.model.Model;
import dev.jora.model.arch.Architectures;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The model that an adapter was made for: its folder, or a file that was made of it. */
public final class AdapterBase {
  private AdapterBase() {}

  /**
   * Plans what becomes of an adapter.
   *
   * @param base the folder of the model, of which {@code config.json} is enough; or its GGUF file
   * @throws SourceException if the adapter does not go with it, or no file can say what it does
   */
  public static AdapterConversion convert(PeftAdapter adapter, Path base) {
    if (Files.isDirectory(base)) {
      ModelFolder folder = ModelFolder.open(base);
      try {
        AdapterConversion conversion =
            new AdapterConversion(adapter, Architectures.checkpoint(folder.config()));
        shapes(folder).forEach(conversion::requireShape);
        return conversion;
      } catch (CheckpointException e) {
        throw new SourceException(folder.configFile() + ": " + e.getMessage(), e);
      }
    }
    try (GgufFile file = GgufFile.open(base)) {
      return convert(adapter, Model.of(file));
    }
  }

  /** Shapes of the weights of a folder, as far as it has any that can be read. */
  private static Map<String, long[]> shapes(ModelFolder folder) {
    Map<String, long[]> shapes = new HashMap<>();
    try (Weights packed = Checkpoints.open(folder.path());
        Weights weights =
            PackedFormats.unpack(
                packed, folder.quantization().isMissingNode() ? null : folder.quantization())) {
      weights.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    } catch (SourceException e) {
      shapes.clear(); // its config.json is enough
    }
    return shapes;
  }

  /**
   * Of a file is known what was made of its tensors only as far as its keys say it: all classes
   * that become such files are tried, and those that fit must agree.
   */
  private static AdapterConversion convert(PeftAdapter adapter, Model model) {
    List<AdapterConversion> fitting = new ArrayList<>();
    SourceException why = null;
    for (Checkpoint each : GgufCheckpoints.of(model)) {
      try {
        AdapterConversion conversion = new AdapterConversion(adapter, each);
        conversion.requireFit(model);
        if (fitting.stream().noneMatch(conversion::isLike)) {
          fitting.add(conversion);
        }
      } catch (SourceException e) {
        why = why == null ? e : why;
      }
    }
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    if (fitting.isEmpty() && why != null) {
      throw why;
    }
    throw new SourceException(
        "%s: a %s file does not say all of how its tensors were made, so the adapter needs the folder of the model that %s was made of (its config.json is enough)"
            .formatted(
                adapter.folder(),
                model.hyperparameters().architecture(),
                model.metadata().file().getFileName()));
  }

  /** What a file has of a tensor that adapters name; the output may be the embeddings. */
  static Tensor tensor(Model model, String name) {
    Tensor tensor = model.tensors().get(name);
    boolean output = tensor == null && name.equals("output.weight") && model.writes();
    return output ? model.tokenEmbeddings() : tensor;
  }
}
