package dev.jora.quantize.recipe;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.quantize.recipe.PlannedTensor.Reason;
import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides about the tensors of one file, one after the other: some types depend on the count. */
final class Planner {
  static final Parameter EMBEDDING_TYPE = new Parameter("token_embedding_type");
  static final Parameter OUTPUT_TYPE = new Parameter("output_tensor_type");

  private final Recipe recipe;
  private final ModelShape model;
  private final RecipeOptions options;
  private final boolean tied;
  private final int values;
  private final Map<TensorRole, Integer> seen = new EnumMap<>(TensorRole.class);
  private final Set<TypeOverride> used = new HashSet<>();

  Planner(Recipe recipe, ModelShape model, List<OutputTensor> tensors, RecipeOptions options) {
    this.recipe = recipe;
    this.model = model;
    this.options = options;
    List<TensorRole> roles = tensors.stream().map(OutputTensor::name).map(TensorRole::of).toList();
    this.tied = !roles.contains(TensorRole.OUTPUT);
    this.values = (int) roles.stream().filter(TensorRole::isValue).count();
  }

  /** The overrides that decided about a tensor so far. */
  Set<TypeOverride> usedOverrides() {
    return used;
  }

  /** The type of the next tensor. */
  PlannedTensor plan(OutputTensor tensor) {
    TensorRole role = TensorRole.of(tensor.name());
    if (isKept(tensor, role)) {
      return exact(tensor, role, tensor.source().type(), Reason.KEPT);
    }
    Optional<TypeOverride> override = options.overrideFor(tensor.name());
    boolean named = tensor.name().equals(TensorRole.PER_LAYER_NAME) && override.isPresent();
    if (role == TensorRole.TOKEN_EMBD && options.embeddingType().isPresent() && !named) {
      return asked(tensor, role, options.embeddingType().get(), EMBEDDING_TYPE);
    }
    if (role == TensorRole.OUTPUT && options.outputType().isPresent()) {
      return asked(tensor, role, options.outputType().get(), OUTPUT_TYPE);
    }
    if (recipe.isFloat()) {
      return exact(tensor, role, recipe.defaultType(), Reason.RECIPE);
    }
    if (override.isPresent()) {
      used.add(override.get());
      return fitting(tensor, role, override.get().type(), Reason.OVERRIDE);
    }
    if (options.pure()) {
      return fitting(tensor, role, recipe.defaultType(), Reason.RECIPE);
    }
    return mixed(tensor, role);
  }

  private boolean isKept(OutputTensor tensor, TensorRole role) {
    return recipe == Recipe.COPY
        || options.leaveOutput() && role == TensorRole.OUTPUT
        || !Quantizable.test(tensor.name(), tensor.source().shape());
  }

  private PlannedTensor mixed(OutputTensor tensor, TensorRole role) {
    boolean isOutput = role == TensorRole.OUTPUT || role == TensorRole.TOKEN_EMBD && tied;
    if (isOutput && options.outputType().isPresent()) {
      return fitting(tensor, role, options.outputType().get(), Reason.OPTION);
    }
    GgmlType wanted =
        Mixture.type(recipe, isOutput ? TensorRole.OUTPUT : role, tensor, site(tensor, role));
    return fitting(tensor, role, wanted, Reason.RECIPE);
  }

  /** Counts the tensor, unless options or shape decided about it already. */
  private Site site(OutputTensor tensor, TensorRole role) {
    int index = seen.merge(role.isValue() ? TensorRole.ATTN_V : role, 1, Integer::sum) - 1;
    if (role.isValue()) {
      return new Site(model, index, values, options.hasMatrix());
    }
    // Models with experts have several such tensors in a layer; the low recipes do not mind.
    boolean byLayer = model.expertCount() > 1 && role.isFeedForward() && !recipe.isLow();
    int layer = byLayer ? TensorOrder.layer(tensor.name()) : -1;
    return new Site(model, layer < 0 ? index : layer, model.blockCount(), options.hasMatrix());
  }

  /** A type that the user wants for this very tensor. */
  private static PlannedTensor asked(
      OutputTensor tensor, TensorRole role, GgmlType type, Parameter option) {
    long ne0 = tensor.source().shape().ne0();
    if (ne0 % type.blockSize() != 0) {
      throw new RecipeException(
          Sentence.of(
              "%s; give another type with %s, as %s",
              ShapeFallback.doesNotDivide(type, ne0, tensor.name()),
              option,
              ShapeFallback.fitting(ne0)));
    }
    return exact(tensor, role, type, Reason.OPTION);
  }

  private static PlannedTensor exact(
      OutputTensor tensor, TensorRole role, GgmlType type, Reason reason) {
    return new PlannedTensor(tensor, role, type, type, reason);
  }

  private static PlannedTensor fitting(
      OutputTensor tensor, TensorRole role, GgmlType wanted, Reason reason) {
    GgmlType target = ShapeFallback.of(wanted, tensor.source().shape().ne0(), tensor.name());
    return new PlannedTensor(tensor, role, wanted, target, reason);
  }
}
