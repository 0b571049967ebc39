package dev.jora.quantize.recipe;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.quantize.row.Importance;
import dev.jora.quantize.row.RowQuantizer;
import dev.jora.quantize.row.RowQuantizers;
import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensors cannot do without an importance matrix. llama.cpp finds out when it comes to the
 * tensor; this is known before the first byte is written.
 */
public final class MatrixNeeds {
  private MatrixNeeds() {}

  /**
   * The tensors of a plan that need an importance matrix and have none.
   *
   * @param names the tensors that have one, by the names of the source file
   */
  public static List<PlannedTensor> missing(RecipePlan plan, Set<String> names) {
    return plan.tensors().stream()
        .filter(tensor -> needsMatrix(tensor, plan.recipe()))
        .filter(tensor -> !names.contains(tensor.source().name()))
        .toList();
  }

  /**
   * What is wrong, in one sentence with what to do; empty if nothing is missing.
   *
   * @param names as above; empty if there is no importance matrix at all
   */
  public static Optional<Sentence> complaint(RecipePlan plan, Set<String> names) {
    List<PlannedTensor> missing = missing(plan, names);
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    // Matrices are rarely collected for the ends of a model, so one given alone does not help them.
    return missing.stream()
        .filter(tensor -> isEnd(tensor.role()))
        .findFirst()
        .map(MatrixNeeds::endComplaint)
        .or(() -> Optional.of(layerComplaint(missing, names.isEmpty())));
  }

  private static Sentence endComplaint(PlannedTensor tensor) {
    boolean embedding = tensor.role() == TensorRole.TOKEN_EMBD;
    return Sentence.of(
        "tensor %s: %s cannot be made without an importance matrix, and there is none for this"
            + " tensor; give it another type: %s %s",
        tensor.source().name(),
        tensor.target(),
        embedding ? Planner.EMBEDDING_TYPE : Planner.OUTPUT_TYPE,
        embedding ? GgmlType.Q2_K : GgmlType.Q5_K);
  }

  private static Sentence layerComplaint(List<PlannedTensor> missing, boolean without) {
    PlannedTensor first = missing.getFirst();
    String others = missing.size() == 1 ? "" : " and " + (missing.size() - 1) + " more";
    Sentence advice =
        without
            ? Sentence.of(
                "there is none; make one with jora imatrix, give it with %s, or choose a larger"
                    + " type",
                new Parameter("imatrix"))
            : Sentence.of(
                "the one given lacks them; make one of this model, or give them another type with"
                    + " %s",
                TypeOverride.PARAMETER);
    return Sentence.of(
        "tensor %s%s: a type of so few bits (%s) needs an importance matrix, and %s",
        first.source().name(), others, first.target(), advice);
  }

  private static boolean needsMatrix(PlannedTensor tensor, Recipe recipe) {
    if (!tensor.changes()) {
      return false;
    }
    return isEnd(tensor.role())
        ? isImpossibleWithout(tensor.target())
        : isPoorWithout(tensor.target(), recipe);
  }

  /** Token embeddings and output, for which llama.cpp demands no matrix, and aborts without. */
  private static boolean isEnd(TensorRole role) {
    return role == TensorRole.TOKEN_EMBD || role == TensorRole.OUTPUT;
  }

  private static boolean isImpossibleWithout(GgmlType type) {
    return importance(type) == Importance.REQUIRED;
  }

  private static boolean isPoorWithout(GgmlType type, Recipe recipe) {
    return importance(type) == Importance.EXPECTED
        || importance(type) == Importance.REQUIRED
        || type == GgmlType.Q2_K && recipe == Recipe.Q2_K_S;
  }

  private static Importance importance(GgmlType type) {
    return RowQuantizers.find(type).map(RowQuantizer::importance).orElse(Importance.IGNORED);
  }
}
