import dev.jora.backend.cpu.CpuBackend;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.PromptCache;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.ContextShift;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.tensor.GgmlType;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * How long a conversation's next answer takes to begin, with what was read before and without it;
 * and what a context shift, saving and loading take. {@code SecondTurn MODEL [THREADS [ROUNDS]]}
 */
final class SecondTurn {
  private static final int[] HISTORIES = {256, 1024, 4096};
  private static final int NEW = 32;
  private static final int KEEP = 32;
  private static final GenerationListener SILENT = new GenerationListener() {};

  private SecondTurn() {}

  /** Work whose time is taken. */
  private interface Work {
    void run() throws IOException;
  }

  private static double milliseconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    int threads =
        args.length > 1 ? Integer.parseInt(args[1]) : Runtime.getRuntime().availableProcessors();
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    try (GgufFile gguf = GgufFile.open(file);
        WorkPool pool = new WorkPool(threads);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool)) {
      Model model = Model.of(gguf);
      System.err.println(cpu.name() + ", " + rounds + " rounds");
      System.out.println(
          "| history, tokens | new | first token, ms: all read | history reused"
              + " | shift, ms | save, ms | load, ms | file, MB |");
      System.out.println("|---:|---:|---:|---:|---:|---:|---:|---:|");
      for (int history : HISTORIES) {
        DecoderOptions options =
            new DecoderOptions(
                history + NEW, 512, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
        Decoder decoder = new Decoder(model, Placement.all(cpu, model), options);
        row(decoder, new Generator(decoder, Tokenizer.from(gguf.metadata())), history, rounds);
      }
    }
  }

  private static void row(Decoder decoder, Generator generator, int history, int rounds)
      throws IOException {
    double[][] times = new double[5][rounds];
    int[] prompt = new Random(1).ints(history + NEW, 0, decoder.model().vocabularySize()).toArray();
    int[] before = Arrays.copyOf(prompt, history);
    Path state = Files.createTempFile("second-turn", ".kv");
    for (int i = -1; i < rounds; i++) { // the first is for the compiler
      int at = Math.max(0, i);
      try (PromptCache cache = new PromptCache(decoder, KEEP);
          PromptCache other = new PromptCache(decoder, KEEP)) {
        read(cache, generator, before);
        times[1][at] = milliseconds(() -> read(cache, generator, prompt));
        times[0][at] = milliseconds(() -> read(other, generator, prompt));
        times[3][at] = milliseconds(() -> cache.save(state));
        times[4][at] = milliseconds(() -> other.load(state));
        ContextShift half = ContextShift.half(history + NEW, KEEP).orElseThrow();
        times[2][at] = milliseconds(() -> half.apply(cache.sequence()));
      }
    }
    double megabytes = Files.size(state) / 1e6;
    Files.delete(state);
    System.out.printf("| %d | %d", history, NEW);
    for (double[] values : times) {
      System.out.printf(" | %.1f", median(values));
    }
    System.out.printf(" | %.1f |%n", megabytes);
  }

  private static void read(PromptCache cache, Generator generator, int[] prompt) {
    generator.read(cache.sequence(), cache.prepare(prompt, 0), SILENT);
  }
}
