package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Σ of what its parts make of the same rows. */
public record SumBlock(List<Block> parts) implements Block {
  @Override
  public Step wire(Wiring w, Buffer out) {
    Backend backend = w.backend();
    Buffer other = w.inner(out.cols());
    List<Step> steps = new ArrayList<>();
    for (Block part : parts) {
      steps.add(part.wire(w, steps.isEmpty() ? out : other));
    }
    return (pass, x, rows) -> {
      steps.getFirst().run(pass, x, rows);
      for (Step step : steps.subList(1, steps.size())) {
        step.run(pass, x, rows);
        backend.add(other, rows.count(), 1, out);
      }
    };
  }
}
