package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.jora.backend.Backend;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.CudaException;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Tiny models of all architectures, on the CPU, with the output on the GPU, and with all there. */
public final class CardGoldens {
  /** Beyond what a sum's order makes: GELU and halves of other precision. */
  private static final double TOLERANCE = 1e-2;

  private CardGoldens() {}

  /** Folders with a model and its golden. */
  static List<Path> folders(Path goldens) throws IOException {
    try (Stream<Path> all = Files.list(goldens)) {
      return all.filter(
              one ->
                  Files.exists(one.resolve("golden.json"))
                      && Files.exists(one.resolve("model.gguf")))
          .sorted()
          .toList();
    }
  }

  static void run(CardStep.Context c) throws Exception {
    List<Path> folders = folders(c.goldens());
    ArrayNode models = c.report().results.putArray("models");
    int wrong = 0;
    double worst = 0;
    try (WorkPool pool = new WorkPool(2);
        Backend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        Backend cuda = new CudaBackend(c.driver(), 0)) {
      for (Path folder : folders.subList(0, Math.min(c.sizes().goldens(), folders.size()))) {
        String name = folder.getFileName().toString();
        String fault = "";
        double[] off = {0, 0};
        try {
          off = differences(folder, cpu, cuda, c.sizes().goldenTokens());
          if (!(Math.max(off[0], off[1]) <= TOLERANCE)) {
            fault = "largest differences of a logit %.2e and %.2e".formatted(off[0], off[1]);
          }
        } catch (CudaException lost) {
          throw lost;
        } catch (RuntimeException e) {
          fault = e.toString();
        }
        worst = Math.max(worst, Math.max(off[0], off[1]));
        models
            .addObject()
            .put("name", name)
            .put("output_on_gpu", off[0])
            .put("all_on_gpu", off[1])
            .put("fault", fault);
        if (!fault.isEmpty()) {
          wrong++;
          c.report().line("%s: %s", name, fault);
        }
      }
    }
    c.report().line("%d models, largest difference of a logit %.2e", models.size(), worst);
    if (wrong > 0 || models.isEmpty()) {
      throw new CardStep.Fault("%d of %d models are wrong", wrong, models.size());
    }
  }

  /** Of the output on the GPU, and of all layers there, from all on the CPU. */
  private static double[] differences(Path folder, Backend cpu, Backend cuda, int most) {
    int[] tokens = Golden.ints(Golden.json(folder.resolve("golden.json")).get("tokens"));
    int[] some = Arrays.copyOf(tokens, Math.min(most, tokens.length));
    try (GgufFile file = GgufFile.open(folder.resolve("model.gguf"))) {
      Model model = Model.of(file);
      List<Backend> none = Collections.nCopies(model.layers().size(), cpu);
      List<Backend> all = Collections.nCopies(model.layers().size(), cuda);
      float[][] expected = logits(model, Placement.all(cpu, model), some);
      return new double[] {
        CardLogits.worst(expected, logits(model, new Placement(cpu, none, cuda), some)),
        CardLogits.worst(expected, logits(model, new Placement(cpu, all, cuda), some))
      };
    }
  }

  /** Logits of tokens, of which some go on by themselves, with caches of all precision. */
  public static float[][] logits(Model model, Placement placement, int[] tokens) {
    DecoderOptions options =
        new DecoderOptions(
            Math.min(512, model.contextLength()),
            64,
            GgmlType.F32,
            GgmlType.F32,
            RopeOptions.Overrides.NONE);
    try (Decoder decoder = new Decoder(model, placement, options)) {
      return CardLogits.of(decoder, tokens);
    }
  }
}
