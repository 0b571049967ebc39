package dev.jora.quantize.target;

import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipePlan;
import java.util.List;
import java.util.Optional;

/**
 * Types for a size that was asked for, and what was known when they were chosen.
 *
 * @param plan the choice; its recipe is the stock one of nearest size, for the file's metadata
 * @param divergence that is expected of it: nats per token
 * @param stock the stock recipes, by size
 * @param chosen each tensor that there was a choice for
 */
public record TargetPlan(
    RecipePlan plan, double divergence, List<Stock> stock, List<Chosen> chosen) {
  /** Copies the lists. */
  public TargetPlan {
    stock = List.copyOf(stock);
    chosen = List.copyOf(chosen);
  }

  /** What a recipe would give: bytes of tensors, and the divergence expected of it. */
  public record Stock(Recipe recipe, long bytes, double divergence) {}

  /**
   * A tensor and its type.
   *
   * @param sensitivity divergence per relative squared error, as measured
   * @param error relative squared error in this type
   */
  public record Chosen(String name, Candidate candidate, double sensitivity, double error) {}

  /** The largest stock recipe that is no larger than the choice. */
  public Optional<Stock> nearest() {
    return stock.stream().filter(s -> s.bytes() <= plan.bytes()).reduce((a, b) -> b);
  }
}
