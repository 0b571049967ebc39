package dev.jora.convert;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.ScalarKernels;
import dev.jora.model.Model;
import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.ControlVector;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.quantize.Quantization;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests of adapters do with the tiny models. */
final class AdapterTesting {
  private AdapterTesting() {}

  /** One of testdata/checkpoints as a folder with a tokenizer. */
  static Path base(String name, Path temporary) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("base-" + name));
    Path source = Shared.testdata("checkpoints").resolve(name);
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(source.resolve(file), folder.resolve(file));
    }
    Files.copy(Shared.testdata("checkpoints/tokenizer.json"), folder.resolve("tokenizer.json"));
    return folder;
  }

  private interface Writing {
    void write(Quantizer quantizer, WorkPool pool) throws IOException;
  }

  private static void with(Writing writing) throws IOException {
    try (WorkPool pool = new WorkPool(2);
        Quantizer quantizer = new Quantizer(pool)) {
      writing.write(quantizer, pool);
    }
  }

  /** A folder with adapters merged into it, as F32. */
  static Path merged(Path base, Path output, List<Merging.Scaled> adapters) throws IOException {
    with(
        (quantizer, pool) -> {
          try (Conversion conversion =
              Conversion.of(
                  base,
                  new ConversionRequest(
                      OutputType.parse("f32"), Optional.of("gpt-2"), Optional.empty()),
                  new Merging(adapters, pool))) {
            conversion.write(output, quantizer, new QuantizeListener() {});
          }
        });
    return output;
  }

  /** A model file with adapter files merged into it. */
  static Path merged(Path base, Path output, Recipe recipe, ScaledFile... adapters)
      throws IOException {
    QuantizeRequest request =
        new QuantizeRequest(
            output,
            recipe,
            RecipeOptions.DEFAULTS,
            Optional.empty(),
            true,
            false,
            true,
            Optional.empty(),
            Map.of());
    with(
        (quantizer, pool) -> {
          try (GgufFile file = GgufFile.open(base)) {
            Model model = Model.of(file);
            AdapterEdits edits = new AdapterEdits(model, model.read(wanted(adapters)), pool);
            Quantization quantization = Quantization.of(file, request, edits);
            quantization.checkTensors();
            quantization.write(quantizer, new QuantizeListener() {});
          }
        });
    return output;
  }

  /** An adapter as a file. */
  static Path converted(PeftAdapter adapter, Path base, Path output) throws IOException {
    AdapterConversion conversion = AdapterBase.convert(adapter, base);
    with(
        (quantizer, pool) ->
            conversion.write(
                output, GgmlType.F32, Optional.empty(), quantizer, new QuantizeListener() {}));
    return output;
  }

  static Adaptation.Wanted wanted(ScaledFile... files) {
    return new Adaptation.Wanted(List.of(files), ControlVector.Wanted.NONE);
  }

  /** Logits of a model with adapters. */
  static float[][] logits(Path model, int[] tokens, ScaledFile... adapters) {
    try (TestModel opened = new TestModel(model, new ScalarKernels(), 1, null, wanted(adapters))) {
      return opened.logits(tokens, tokens.length);
    }
  }

  static double distance(float[][] some, float[][] others) {
    double worst = 0;
    for (int i = 0; i < some.length; i++) {
      for (int j = 0; j < some[i].length; j++) {
        worst = Math.max(worst, Math.abs(some[i][j] - others[i][j]));
      }
    }
    return worst;
  }
}
