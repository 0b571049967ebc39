package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.NotFiniteException;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.engine.EngineUser.Wish;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.sampling.NoTokenException;
import dev.jora.sampling.SamplerChain;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.BrokenModel;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with one text ends that text; those beside it do not notice. */
class EngineFaultTest {
  private static final int BAD = 77;
  private static final GenerationListener SILENT = new GenerationListener() {};

  /** A tiny model with a value in place of another. */
  private static final class Broken implements AutoCloseable {
    final GgufFile file;
    final WorkPool pool = new WorkPool(2);
    final CpuBackend backend = new CpuBackend(KernelSelector.best().kernels(), pool);
    final Decoder decoder;
    final Tokenizer tokenizer;

    Broken(String name, int batchSize, BrokenModel place) {
      file = GgufFile.open(Shared.testdata("architectures/" + name + "/model.gguf"));
      tokenizer = Tokenizer.from(file.metadata());
      Map<String, Tensor> tensors = new HashMap<>(file.tensors());
      Tensor embeddings = tensors.get("token_embd.weight");
      tensors.putIfAbsent(
          "output.weight",
          new Tensor("output.weight", embeddings.type(), embeddings.shape(), embeddings.data()));
      Model model = Model.of(file.metadata(), place.in(tensors));
      decoder =
          new Decoder(
              model,
              Placement.all(backend, model),
              new DecoderOptions(
                  300, batchSize, GgmlType.F32, GgmlType.F16, RopeOptions.Overrides.NONE));
    }

    @Override
    public void close() {
      decoder.close();
      backend.close();
      pool.close();
      file.close();
    }
  }

  /** Random tokens without the bad one; with it at a place, if that is not −1. */
  private static int[] prompt(int length, int bad) {
    int[] ids = new Random(length).ints(length, 100, 300).toArray();
    if (bad >= 0) {
      ids[bad] = BAD;
    }
    return ids;
  }

  /**
   * The last piece of the first prompt, of passes of 200, stands beside a bad one. Of two with a
   * negative prompt, one prompt of the two is bad.
   */
  private static List<Wish> wishes() {
    return List.of(
        new Wish(prompt(280, -1), 0, 15),
        new Wish(prompt(30, -1), 1, 20),
        new Wish(prompt(31, 17), 1, 20),
        new Wish(prompt(150, -1), 1, 20),
        new Wish(prompt(32, 31), 2, 20),
        new Wish(prompt(5, -1), 2, 20),
        new Wish(prompt(190, 80), 3, 20),
        new Wish(prompt(4, 1), 4, 20),
        new Wish(prompt(33, -1), 2, 20).ledAwayFrom(prompt(40, 17)),
        new Wish(prompt(34, 20), 2, 20).ledAwayFrom(prompt(41, -1)),
        new Wish(prompt(26, -1), 3, 20).ledAwayFrom(prompt(45, -1)),
        new Wish(prompt(25, -1), 5, 20));
  }

  /**
   * In windowed models a pass that failed may have cost sequences what it cannot give back; experts
   * are chosen by numbers, which fails within a pass; the softcap of gemma2 hides an infinite logit
   * among those of other texts.
   */
  @ParameterizedTest
  @CsvSource({
    "llama, 300, token_embd.weight, 77, 7, NaN",
    "llama, 20, token_embd.weight, 77, 7, Infinity",
    "gemma2, 300, token_embd.weight, 77, 7, NaN",
    "gemma2, 200, token_embd.weight, 77, 7, NaN",
    "gemma2, 20, token_embd.weight, 77, 7, NaN",
    "mixtral, 300, token_embd.weight, 77, 7, NaN",
    "gpt2, 300, token_embd.weight, 77, 7, NaN",
    "llama, 300, output.weight, 5, 3, 2e38",
    "gemma2, 300, output.weight, 5, 3, 1.4e38",
    "gemma2, 200, output.weight, 5, 3, 1.4e38"
  })
  void numbersThatAreNotFiniteEndTheirTextAlone(
      String name, int batchSize, String tensor, int row, int column, float value) {
    try (Broken model = new Broken(name, batchSize, new BrokenModel(tensor, row, column, value))) {
      List<EngineUser> together = EngineUser.together(model.decoder, model.tokenizer, wishes());
      int faults = 0;
      for (EngineUser found : together) {
        try (EngineUser alone = EngineUser.alone(model.decoder, model.tokenizer, found.wish)) {
          found.assertSame(alone, "a prompt of " + found.wish.prompt().length);
          if (found.stream.fault() != null) {
            faults++;
            RuntimeException fault =
                assertThrows(NotFiniteException.class, () -> found.stream.result());
            assertSame(fault, found.stream.fault());
            assertTrue(fault.getMessage().contains("tensor " + tensor) || value > 1e38f, name);
            assertNull(found.stream.stop());
          }
        }
        found.close();
      }
      assertTrue(faults >= 1 && faults < wishes().size(), "faults: " + faults);
    }
  }

  @Test
  void whatElseIsWrongWithATextEndsItAlone() {
    try (Broken model = new Broken("llama", 64, new BrokenModel("none", 0, 0, 0))) {
      Wish wish = new Wish(prompt(20, -1), 0, 15);
      try (EngineUser alone = EngineUser.alone(model.decoder, model.tokenizer, wish);
          EngineUser beside = new EngineUser(model.decoder, model.tokenizer, wish)) {
        Engine engine = new Engine(model.decoder);
        engine.add(beside.stream);
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          guests.add(new Guest(model, i));
          engine.add(guests.get(i).stream);
        }
        while (engine.step()) {
          // until all have ended
        }
        beside.assertSame(alone, "beside faults");
        for (Guest guest : guests) {
          RuntimeException fault =
              assertThrows(RuntimeException.class, () -> guest.stream.result());
          assertEquals(guest.expected(), fault.getClass());
          guest.sequence.close();
        }
      }
    }
  }

  /** A text that goes wrong in a way of its own. */
  private static final class Guest implements GenerationListener {
    final int kind;
    final Sequence sequence;
    final TextStream stream;

    Guest(Broken model, int kind) {
      this.kind = kind;
      sequence = model.decoder.newSequence();
      int[] prompt = EngineFaultTest.prompt(15, -1);
      prompt[3] = kind == 5 ? model.decoder.model().vocabularySize() : prompt[3];
      Map<Integer, Float> bias = new HashMap<>();
      for (int id = 0; kind == 0 && id < model.decoder.model().vocabularySize(); id++) {
        bias.put(id, Float.NEGATIVE_INFINITY);
      }
      SamplerChain sampler = EngineUser.sampler(model.decoder, model.tokenizer, 1, bias);
      Generator.Options options = new Generator.Options(15, List.of(), false);
      stream = new TextStream(sequence, model.tokenizer, prompt, sampler, options, this);
    }

    Class<?> expected() {
      return switch (kind) {
        case 0 -> NoTokenException.class;
        case 5 -> IllegalArgumentException.class;
        default -> UnsupportedOperationException.class;
      };
    }

    private void at(int here) {
      if (kind == here) {
        throw new UnsupportedOperationException();
      }
    }

    @Override
    public void prompt(int done, int total) {
      at(1);
    }

    @Override
    public void token(int id, float[] logits) {
      at(2);
    }

    @Override
    public void text(String piece) {
      at(3);
    }

    @Override
    public boolean cancelled() {
      at(4);
      return false;
    }
  }

  /** Who breaks the engine leaves no stream in it: it can be used again. */
  @Test
  void anErrorLeavesNoStreamBehind() {
    try (Broken model = new Broken("llama", 64, new BrokenModel("none", 0, 0, 0));
        Sequence sequence = model.decoder.newSequence()) {
      Generator generator = new Generator(model.decoder, model.tokenizer);
      GenerationListener breaks =
          new GenerationListener() {
            @Override
            public void prompt(int done, int total) {
              throw new AssertionError("a bug");
            }
          };
      assertThrows(AssertionError.class, () -> generator.read(sequence, prompt(20, -1), breaks));
      float[] logits = generator.read(sequence, prompt(20, -1), SILENT);
      assertEquals(model.decoder.model().vocabularySize(), logits.length);
    }
  }
}
