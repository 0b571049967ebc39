package dev.jora.quantize.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Planning for a size, step by step. */
class TargetPlannerTest {
  /** What it writes takes a large model as long as an answer does. */
  @Test
  void endsWhileTheModelWrites() {
    QuantizeRequest request =
        new QuantizeRequest(
            Path.of("out.gguf"),
            Recipe.Q4_K_M,
            RecipeOptions.DEFAULTS,
            Optional.empty(),
            false,
            false,
            false,
            Optional.empty(),
            Map.of());
    Impatient listener = new Impatient();
    try (GgufFile file = GgufFile.open(Shared.testdata("architectures/llama/model.gguf"));
        WorkPool pool = new WorkPool(1)) {
      TargetPlanner planner =
          new TargetPlanner(file, request, KernelSelector.best().kernels(), pool);
      assertThrows(CancellationException.class, () -> planner.plan(1 << 30, null, listener));
    }
    assertEquals(listener.half, listener.done, "no tensor's sensitivity was measured");
  }

  /** Cancels soon after the first half of the steps, in which the errors are measured. */
  private static final class Impatient implements TargetPlanner.Listener {
    int done;
    int half;
    int asked;

    @Override
    public void progress(int step, int steps, String tensor) {
      done = step;
      half = steps / 2;
    }

    @Override
    public boolean cancelled() {
      return half > 0 && done == half && asked++ > 2;
    }
  }
}
