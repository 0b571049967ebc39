import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.Guidance;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.PromptCache;
import dev.jora.model.Decoder;
import dev.jora.sampling.SamplingParams;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Tokens per second drawn with a negative prompt and without, in turns, medians. {@code
 * GuidanceSpeed MODEL [THREADS [ROUNDS]]}
 */
final class GuidanceSpeed {
  private static final int[] PROMPTS = {32, 512};
  private static final int DRAWN = 128;
  private static final float[] SCALES = {1, 1.5f}; // the first is without

  private GuidanceSpeed() {}

  public static void main(String[] args) {
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    LoadOptions load = LoadOptions.DEFAULT.withContextSize(1024).withSequences(2);
    if (threads > 0) {
      load = load.withThreads(threads);
    }
    try (LoadedModel model = LoadedModel.open(Path.of(args[0]), load);
        Decoder decoder = model.decoder()) {
      System.err.println(model.kernels().kernels().name() + ", " + rounds + " rounds");
      System.out.println("| both prompts, tokens | without, t/s | with, t/s | with / without |");
      System.out.println("|---:|---:|---:|---:|");
      for (int length : PROMPTS) {
        double[][] speeds = new double[2][rounds];
        for (int i = -1; i < rounds; i++) { // the first is for the compiler
          for (int with = 0; with < 2; with++) {
            speeds[with][Math.max(0, i)] = speed(model, decoder, length, SCALES[with]);
          }
        }
        double without = median(speeds[0]);
        double with = median(speeds[1]);
        System.out.printf("| %d | %.1f | %.1f | %.2f |%n", length, without, with, with / without);
      }
    }
  }

  private static double speed(LoadedModel model, Decoder decoder, int length, float scale) {
    int[] prompt = new Random(1).ints(length, 3, model.model().vocabularySize()).toArray();
    int[] negative = new Random(2).ints(length, 3, model.model().vocabularySize()).toArray();
    SamplingParams params = SamplingParams.builder().seed(1).ignoreEos(true).build();
    try (PromptCache cache = new PromptCache(decoder, -1);
        PromptCache other = new PromptCache(decoder, -1)) {
      long[] times = new long[DRAWN]; // when tokens were drawn: passes, mixing and sampling count
      GenerationListener listener =
          new GenerationListener() {
            private int drawn;

            @Override
            public void token(int id, float[] logits) {
              times[drawn++] = System.nanoTime();
            }
          };
      new Generator(decoder, model.tokenizer())
          .generate(
              cache,
              prompt,
              new Guidance(scale, other, negative),
              model.sampler(params),
              new Generator.Options(DRAWN, List.of(), false),
              listener);
      return (DRAWN - 1) * 1e9 / (times[DRAWN - 1] - times[0]);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
