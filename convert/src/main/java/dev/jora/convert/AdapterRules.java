package dev.jora.convert;

import dev.jora.convert.adapter.LowRank;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.TensorRule;
import java.util.Arrays;
import java.util.List;

/** What the family of a base says of the modules that adapters adapt. */
final class AdapterRules {
  private static final String EMBEDDINGS = "token_embd";
  private static final String OUTPUT = "output";

  private final Checkpoint base;

  AdapterRules(Checkpoint base) {
    this.base = untied(base);
  }

  /**
   * The same for a checkpoint that has an output of its own, also of a family whose models always
   * tie it: their output is made as their embeddings are.
   */
  static Checkpoint untied(Checkpoint base) {
    List<TensorRule> more =
        base.rules().stream().anyMatch(rule -> rule.target().equals(OUTPUT))
            ? List.of()
            : base.rules().stream()
                .filter(rule -> rule.target().equals(EMBEDDINGS))
                .limit(1)
                .map(rule -> new TensorRule("lm_head", OUTPUT, 0, "", rule.changes()))
                .toList();
    return more.isEmpty() ? base : base.with(more);
  }

  /** True if a module is that of the embeddings. */
  boolean isEmbeddings(String module) {
    return matching(module).stream().anyMatch(rule -> rule.target().equals(EMBEDDINGS));
  }

  /** True if a module is that of the output. */
  boolean isOutput(String module) {
    return matching(module).stream().anyMatch(rule -> rule.target().equals(OUTPUT));
  }

  /** True if the base has a module's weight with columns for outputs (Conv1D of GPT-2). */
  boolean isTransposed(String module) {
    return matching(module).stream()
        .anyMatch(
            rule ->
                !rule.changes().isEmpty() && rule.changes().getFirst() instanceof Change.Transpose);
  }

  private List<TensorRule> matching(String module) {
    SourceName source = SourceName.of(module + ".weight");
    return base.rules().stream()
        .filter(rule -> rule.source().equals(source.base()) || rule.source().equals(source.whole()))
        .toList();
  }

  /**
   * What becomes of a module's weight.
   *
   * @throws SourceException if the base has no such module
   */
  List<TensorRule> of(PeftAdapter adapter, String module) {
    List<TensorRule> rules = matching(module);
    int layer = SourceName.of(module + ".weight").layer();
    if (rules.isEmpty() || layer >= base.layers() && rules.getFirst().target().contains("*")) {
      throw new SourceException(
          "%s: module %s: a %s model%s has none of this name; was the adapter made for another model?"
              .formatted(
                  adapter.folder(),
                  module,
                  base.architecture(),
                  rules.isEmpty() ? "" : " of %d layers".formatted(base.layers())));
    }
    return rules;
  }

  /**
   * Checks that no rows or columns of an adapter are left over where the base takes some.
   *
   * @throws SourceException otherwise
   */
  void requireWhole(PeftAdapter adapter, String module) {
    long taken = 0;
    int axis = -1;
    for (TensorRule rule : of(adapter, module)) {
      if (rule.changes().isEmpty() || !(rule.changes().getFirst() instanceof Change.Take take)) {
        return;
      }
      axis = take.axis();
      taken = Math.max(taken, 1L + Arrays.stream(take.slices()).max().orElse(-1));
    }
    if (axis > 1) {
      return;
    }
    long found = adapter.extents(module)[axis];
    if (found != taken) {
      throw new SourceException(
          "%s: module %s: expected an adapter of %d %s, found %d; was it made for another model?"
              .formatted(adapter.folder(), module, taken, axis == 0 ? "rows" : "columns", found));
    }
  }

  /** Extents of a module's weight as the base has it: rows, columns. */
  long[] extents(PeftAdapter adapter, String module) {
    long[] own = adapter.extents(module);
    return isTransposed(module) ? new long[] {own[1], own[0]} : own;
  }

  /** What an adapter adds to a module's weight as the base has it, without its scale. */
  LowRank product(PeftAdapter adapter, String module) {
    LowRank own = adapter.lowRank(module);
    return isTransposed(module) ? own.transposed() : own;
  }
}
