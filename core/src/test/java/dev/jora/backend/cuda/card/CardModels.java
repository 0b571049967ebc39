package dev.jora.backend.cuda.card;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.Backend;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.bench.CudaKernelSpeed;
import dev.jora.bench.DecoderSpeed;
import dev.jora.bench.SyntheticModel;
import dev.jora.bench.SyntheticSpec;
import dev.jora.bench.Workload;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Models of random weights: what they write, and how fast. */
final class CardModels {
  /** Of logits: the GPU rounds inputs of drawn tokens to 8 bits, the CPU to 16. */
  private static final double TOLERANCE = 2e-2;

  private static final int PROMPT = 32;

  /** How a device is used. */
  private record Way(String name, boolean graphs) {}

  private static final Way GRAPHS = new Way("graphs", true);
  private static final Way PLAIN = new Way("plain", false);

  private CardModels() {}

  /** Whoever has a model while a step runs. */
  private interface User {
    void use(Model model, WorkPool pool) throws Exception;
  }

  private static void withModel(CardStep.Context c, int which, User user) throws Exception {
    try (WorkPool pool = new WorkPool(Runtime.getRuntime().availableProcessors())) {
      if (c.sizes().shapes().isEmpty()) {
        withGolden(c, pool, user);
        return;
      }
      SyntheticSpec spec = SyntheticSpec.parse(c.sizes().shapes().get(which));
      long start = System.nanoTime();
      try (SyntheticModel synthetic = SyntheticModel.of(spec, pool)) {
        c.report().results.put("model", spec.toString());
        c.report().line("%s was made in %.1f s", spec, (System.nanoTime() - start) / 1e9);
        user.use(synthetic.model(), pool);
      }
    }
  }

  private static void withGolden(CardStep.Context c, WorkPool pool, User user) throws Exception {
    try (GgufFile file = GgufFile.open(c.goldens().resolve("llama/model.gguf"))) {
      c.report().results.put("model", "llama");
      user.use(Model.of(file), pool);
    } catch (IOException e) {
      throw new CardStep.Fault("%s", e.getMessage());
    }
  }

  static void small(CardStep.Context c) throws Exception {
    withModel(
        c,
        0,
        (model, pool) -> {
          speeds(c, model, 1, List.of(GRAPHS, PLAIN));
          kernels(c);
          same(c, model, pool);
        });
  }

  static void large(CardStep.Context c) throws Exception {
    withModel(c, 1, (model, pool) -> speeds(c, model, Integer.MAX_VALUE, List.of(GRAPHS)));
  }

  // ---- the same text -------------------------------------------------------------------------

  private static DecoderOptions options(int context) {
    return new DecoderOptions(context, 512, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
  }

  private static Placement on(Backend cpu, Backend cuda, Model model) {
    return new Placement(cpu, Collections.nCopies(model.layers().size(), cuda), cuda);
  }

  /** The CPU's greedy text; the GPU reads the same, and should have gone on in the same way. */
  private static void same(CardStep.Context c, Model model, WorkPool pool) throws Exception {
    int steps = c.sizes().steps();
    Random random = new Random(4);
    int[] tokens = random.ints(PROMPT + steps, 0, model.vocabularySize()).toArray();
    DecoderOptions options = options(PROMPT + steps);
    double worst = 0;
    int equal = 0;
    try (Backend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        CudaBackend cuda = new CudaBackend(c.driver(), 0);
        Decoder left = new Decoder(model, Placement.all(cpu, model), options);
        Decoder right = new Decoder(model, on(cpu, cuda, model), options);
        Sequence a = left.newSequence();
        Sequence b = right.newSequence()) {
      for (int i = 0; i < steps; i++) {
        int from = i == 0 ? 0 : PROMPT + i - 1;
        int count = i == 0 ? PROMPT : 1;
        float[] expected = next(left, a, tokens, from, count);
        float[] found = next(right, b, tokens, from, count);
        worst = Math.max(worst, CardLogits.error(expected, found));
        tokens[PROMPT + i] = Golden.argmax(expected);
        equal += tokens[PROMPT + i] == Golden.argmax(found) ? 1 : 0;
      }
    }
    c.report()
        .results
        .withObject("/same")
        .put("nmse", worst)
        .put("tokens", steps)
        .put("equal", equal);
    c.report().line("%d of %d greedy tokens are the CPU's, NMSE %.1e", equal, steps, worst);
    if (!(worst <= TOLERANCE)) {
      throw new CardStep.Fault("logits of the GPU are off: NMSE %.1e", worst);
    }
  }

  private static float[] next(Decoder decoder, Sequence text, int[] tokens, int from, int count) {
    Batch batch = new Batch();
    if (count == 1) {
      batch.addSingle(text, tokens, from, 1, Batch.Outputs.LAST);
    } else {
      batch.add(text, tokens, from, count, Batch.Outputs.LAST);
    }
    decoder.forward(batch);
    float[] logits = new float[decoder.model().vocabularySize()];
    decoder.logits(0, logits);
    return logits;
  }

  // ---- speed ---------------------------------------------------------------------------------

  /** Tokens after depths, and prompts: the first so many of each. */
  private static void speeds(CardStep.Context c, Model model, int most, List<Way> ways) {
    List<Integer> depths = c.sizes().depths();
    List<Integer> prompts = c.sizes().prompts();
    depths = depths.subList(0, Math.min(most, depths.size()));
    prompts = prompts.subList(0, Math.min(most, prompts.size()));
    int context = Math.max(prompts.getLast(), depths.getLast() + c.sizes().steps());
    ArrayNode list = c.report().results.putArray("speeds");
    long weights =
        model.tensors().values().stream()
            .filter(t -> !t.name().equals("token_embd.weight") || isTied(model))
            .mapToLong(t -> t.bytes())
            .sum();
    c.report().results.put("weight_bytes", weights);
    double memory = c.driver().device(0).bandwidth();
    try (WorkPool pool = new WorkPool(2);
        Backend cpu = new CpuBackend(KernelSelector.best().kernels(), pool)) {
      for (Way kind : ways) {
        String way = kind.name();
        long start = System.nanoTime();
        try (CudaBackend cuda = new CudaBackend(c.driver(), 0, kind.graphs());
            Decoder decoder = new Decoder(model, on(cpu, cuda, model), options(context))) {
          c.report().line("%s: loaded in %.1f s", way, (System.nanoTime() - start) / 1e9);
          DecoderSpeed speed = new DecoderSpeed(decoder, 2048);
          int drawn = c.sizes().steps();
          for (int i = 0; i < Math.max(depths.size(), prompts.size()); i++) {
            if (i < depths.size()) {
              ObjectNode json = list.addObject().put("way", way);
              int depth = depths.get(i);
              double rate = rate(speed, new Workload(0, drawn, depth), drawn, json);
              double share = rate * weights / memory;
              json.put("of_bandwidth", CardReport.rounded(share));
              c.report()
                  .line(
                      "%s: tg%d at %d: %.2f t/s, %.0f %% of memory",
                      way, drawn, depth, rate, 100 * share);
            }
            if (i < prompts.size()) {
              int n = prompts.get(i);
              double rate = rate(speed, new Workload(n, 0, 0), n, list.addObject().put("way", way));
              c.report().line("%s: pp%d: %.1f t/s", way, n, rate);
            }
          }
        }
      }
    }
  }

  private static boolean isTied(Model model) {
    return !model.tensors().containsKey("output.weight");
  }

  private static double rate(DecoderSpeed speed, Workload work, int tokens, ObjectNode json) {
    long[] nanos = speed.measure(work, 2, true, (what, step) -> {});
    double rate = tokens * 1e9 / Math.min(nanos[0], nanos[1]);
    json.put("prompt", work.prompt())
        .put("generated", work.generated())
        .put("depth", work.depth())
        .put("tokens_per_second", CardReport.rounded(rate));
    return rate;
  }

  /** What {@code bench --kernels} measures of products. */
  private static void kernels(CardStep.Context c) {
    ArrayNode list = c.report().results.putArray("kernels");
    double memory = c.driver().device(0).bandwidth();
    try (CudaBackend cuda = new CudaBackend(c.driver(), 0);
        CudaKernelSpeed speed = new CudaKernelSpeed(cuda, c.sizes().row(), c.sizes().kernels())) {
      for (GgmlType type : List.copyOf(c.sizes().types())) {
        if (speed.canMeasure(type)) {
          double vector = speed.vector(type);
          double tiles = speed.tiles(type);
          list.addObject()
              .put("type", type.name())
              .put("vector_gbs", CardReport.rounded(vector / 1e9))
              .put("vector_of_memory", CardReport.rounded(vector / memory))
              .put("tiles_tops", CardReport.rounded(tiles / 1e12));
          c.report()
              .line(
                  "%-8s %8.1f GB/s (%3.0f %%), %7.2f TOPS",
                  type, vector / 1e9, 100 * vector / memory, tiles / 1e12);
        }
      }
      int tokens = c.sizes().kernels().tokens();
      for (int context : new int[] {2 * tokens, 8 * tokens, 32 * tokens}) {
        double one = speed.attention(context, 1) * 1e6;
        double many = speed.attention(context, tokens) * 1e6;
        c.report()
            .results
            .withArray("/attention")
            .addObject()
            .put("context", context)
            .put("token_us", CardReport.rounded(one))
            .put("prompt_us", CardReport.rounded(many));
        c.report().line("attention over %d: %.1f us, of a prompt %.1f us", context, one, many);
      }
    }
  }
}
