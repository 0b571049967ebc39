package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.x86.VnniProducts;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token of an engine's text leaves next to nothing for the garbage collector. */
class EngineAllocationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PASSES = 100;
  private static final long BOUND = 16 * 1024;

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aTokenAllocatesFewBytes(int users) {
    String obstacle = VnniProducts.obstacle();
    Assumptions.assumeTrue(obstacle == null, () -> "skipped, for assembled kernels: " + obstacle);
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Assumptions.assumeTrue(
        bean.isThreadAllocatedMemorySupported() && bean.isThreadAllocatedMemoryEnabled(),
        "skipped: this JVM does not count what threads allocate");
    Path file = Shared.testdata("jora-demo.gguf");
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(file));
    long id = Thread.currentThread().threadId();
    long perToken = Long.MAX_VALUE;
    try (TestModel model =
        new TestModel(file, KernelSelector.best().kernels(), 2, GgmlType.F16, 64, 256)) {
      // Once compiled, code allocates little; when that is, a busy machine decides.
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (perToken > BOUND && System.nanoTime() < end) {
        Engine engine = new Engine(model.decoder);
        List<Sequence> sequences = new ArrayList<>();
        List<TextStream> streams = new ArrayList<>();
        for (int user = 0; user < users; user++) {
          sequences.add(model.decoder.newSequence());
          streams.add(stream(model, tokenizer, sequences.getLast()));
          engine.add(streams.getLast());
        }
        engine.step(); // the prompts
        long before = bean.getThreadAllocatedBytes(id);
        for (int pass = 0; pass < PASSES; pass++) {
          engine.step();
        }
        long bytes = bean.getThreadAllocatedBytes(id) - before;
        streams.forEach(TextStream::cancel);
        engine.step();
        int drawn = streams.stream().mapToInt(s -> s.result().ids().length - 1).sum();
        sequences.forEach(Sequence::close);
        perToken = bytes / drawn;
      }
    }
    long least = perToken;
    assertTrue(least <= BOUND, () -> "bytes allocated for a token on the calling thread: " + least);
  }

  private static TextStream stream(TestModel model, Tokenizer tokenizer, Sequence sequence) {
    SamplerChain greedy =
        new SamplerChain(
            SamplingParams.GREEDY, new VocabularyTexts(tokenizer, model.model.vocabularySize()));
    int[] prompt = tokenizer.encode("Once upon a time there was a boy", true, true);
    Generator.Options options = new Generator.Options(-1, List.of(), false);
    return new TextStream(
        sequence, tokenizer, prompt, greedy, options, new GenerationListener() {});
  }
}
