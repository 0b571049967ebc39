package dev.jora.convert;

import dev.jora.convert.card.FileNames;
import dev.jora.convert.card.GeneralKeys;
import dev.jora.convert.card.ParameterCounts;
import dev.jora.convert.packed.PackedFormats;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Weights;
import dev.jora.convert.tokenizer.TokenizerFiles;
import dev.jora.convert.tokenizer.TokenizerRequest;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.arch.Architectures;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import dev.jora.quantize.recipe.ModelShape;
import dev.jora.quantize.recipe.OutputTensor;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.quantize.recipe.RecipePlan;
import dev.jora.quantize.recipe.TensorOrder;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A checkpoint's way into a model file. What can be known before the first byte is known when it is
 * opened; then one tensor after the other is made and written.
 */
public final class Conversion implements PlannedFile {
  static final int QUANTIZATION_VERSION = 2;

  /** A tensor that is written: what it is made of, and its type in the file. */
  private record Planned(TargetTensor target, TensorInfo made, GgmlType type) {
    TensorInfo written() {
      return new TensorInfo(made.name(), type, made.shape(), 0);
    }
  }

  private final List<Weights> weights;
  private final List<Planned> tensors;
  private final Map<String, GgufValue> metadata;
  private final Recipe recipe;
  private final List<String> notes;

  private Conversion(
      List<Weights> weights,
      List<Planned> tensors,
      Map<String, GgufValue> metadata,
      Recipe recipe,
      List<String> notes) {
    this.weights = weights;
    this.tensors = tensors;
    this.metadata = metadata;
    this.recipe = recipe;
    this.notes = List.copyOf(notes);
  }

  /**
   * Opens a model's folder and plans what becomes of it.
   *
   * @throws SourceException if no model file can be made of it
   */
  public static Conversion of(Path folder, ConversionRequest request) {
    return of(folder, request, Merging.NONE);
  }

  /**
   * The same with adapters merged into the weights.
   *
   * @throws SourceException likewise, or if an adapter does not go with the model
   */
  public static Conversion of(Path folder, ConversionRequest request, Merging merging) {
    ModelFolder model = ModelFolder.open(folder);
    List<Weights> weights = new ArrayList<>();
    try {
      weights.add(
          PackedFormats.unpack(
              Checkpoints.open(model.path()),
              model.quantization().isMissingNode() ? null : model.quantization()));
      weights.addAll(model.modules().open());
      return of(model, weights, request, merging);
    } catch (CheckpointException e) {
      weights.forEach(Weights::close);
      throw new SourceException(model.configFile() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      weights.forEach(Weights::close);
      throw e;
    }
  }

  private static Conversion of(
      ModelFolder model, List<Weights> weights, ConversionRequest request, Merging merging) {
    Weights own = weights.getFirst();
    Checkpoint usual = checkpoint(model.config(), own);
    Merging.Merged merged = merging.of(usual, own);
    Checkpoint checkpoint = merged.checkpoint();
    TensorPlan plan = TensorPlan.of(checkpoint, merged.weights());
    List<SourceTensor> dense = model.modules().tensors(weights.subList(1, weights.size()));
    List<TargetTensor> targets = new ArrayList<>();
    checkpoint
        .extras()
        .forEach((name, values) -> targets.add(TargetTensor.of(new Vector(name, values))));
    dense.forEach(tensor -> targets.add(TargetTensor.of(tensor)));
    // what is moved block by block stands first, as in llama.cpp's files
    plan.tensors().stream().filter(TargetTensor::isMoved).forEach(targets::add);
    plan.tensors().stream().filter(target -> !target.isMoved()).forEach(targets::add);
    Map<String, TargetTensor> byName =
        targets.stream()
            .collect(
                Collectors.toMap(
                    TargetTensor::name, Function.identity(), (a, _) -> a, LinkedHashMap::new));
    List<TensorInfo> made = targets.stream().map(TensorMaker::info).toList();
    Recipe recipe =
        merged.weights() == own
            ? request.type().recipe(made)
            : request.type().recipe(infos(TensorPlan.of(usual, own))); // by the base's types
    GeneralKeys general =
        GeneralKeys.of(
            model.path(), model.config().json(), ParameterCounts.of(made), request.name());
    Map<String, GgufValue> early = new LinkedHashMap<>(scalars(checkpoint, plan));
    early.putAll(SentenceModules.keys(checkpoint.architecture(), dense));
    Map<String, GgufValue> metadata = metadata(model, checkpoint, general, early, request);
    ModelCheck.run(model.configFile(), metadata, targets);
    List<Planned> tensors =
        request.type().plain()
            ? plain(recipe, made, byName)
            : byRecipe(recipe, model, metadata, made, byName);
    setTypes(metadata, recipe, request.type().plain(), made);
    return new Conversion(weights, tensors, metadata, recipe, notes(plan, general));
  }

  private static List<String> notes(TensorPlan plan, GeneralKeys general) {
    List<String> notes = new ArrayList<>();
    if (plan.others() > 0) {
      notes.add(
          "%,d tensors of parts that see, hear, adapt or guess ahead are left out"
              .formatted(plan.others()));
    }
    notes.addAll(general.notes());
    return notes;
  }

  /** Folders may lack the layers that guess ahead, whatever they say. */
  private static Checkpoint checkpoint(CheckpointConfig config, Weights weights) {
    Checkpoint checkpoint = Architectures.checkpoint(config);
    return checkpoint.ahead() == 0 || TensorPlan.guessesAhead(checkpoint, weights)
        ? checkpoint
        : Architectures.checkpoint(config.withoutAhead());
  }

  private static List<TensorInfo> infos(TensorPlan plan) {
    return plan.tensors().stream().map(TensorMaker::info).toList();
  }

  private static List<Planned> plain(
      Recipe recipe, List<TensorInfo> made, Map<String, TargetTensor> byName) {
    return made.stream()
        .map(info -> new Planned(byName.get(info.name()), info, OutputType.plainType(recipe, info)))
        .toList();
  }

  /** As if the file that a plain conversion makes were quantized: its order and its types. */
  private static List<Planned> byRecipe(
      Recipe recipe,
      ModelFolder model,
      Map<String, GgufValue> metadata,
      List<TensorInfo> made,
      Map<String, TargetTensor> byName) {
    List<TensorInfo> floats =
        made.stream()
            .map(
                info ->
                    OutputType.plainType(Recipe.F32, info) == GgmlType.F32
                            && OutputType.plainType(Recipe.F16, info) == GgmlType.F32
                        ? new TensorInfo(info.name(), GgmlType.F32, info.shape(), 0)
                        : info)
            .toList();
    Map<String, TensorInfo> infos =
        made.stream().collect(Collectors.toMap(TensorInfo::name, Function.identity()));
    ModelShape shape = ModelShape.of(new GgufMetadata(model.path(), metadata));
    List<OutputTensor> order = TensorOrder.sorted(floats);
    return RecipePlan.of(recipe, shape, order, RecipeOptions.DEFAULTS).tensors().stream()
        .map(
            tensor ->
                new Planned(byName.get(tensor.name()), infos.get(tensor.name()), tensor.target()))
        .toList();
  }

  private static Map<String, GgufValue> metadata(
      ModelFolder model,
      Checkpoint checkpoint,
      GeneralKeys general,
      Map<String, GgufValue> early,
      ConversionRequest request) {
    Map<String, GgufValue> all = new LinkedHashMap<>();
    all.put("general.architecture", new GgufValue.Str(checkpoint.architecture()));
    all.putAll(checkpoint.early());
    all.putAll(early);
    all.putAll(general.values());
    all.putAll(checkpoint.keys());
    all.put(
        "general.quantization_version", new GgufValue.Int(GgufType.UINT32, QUANTIZATION_VERSION));
    all.putAll(
        TokenizerFiles.read(
            model.path(),
            new TokenizerRequest(
                checkpoint.tokenizer(),
                checkpoint.vocabularySize(),
                model.config().json(),
                request.pre())));
    return all;
  }

  /** Keys that are tensors of the checkpoint, a number for each layer. */
  private static Map<String, GgufValue> scalars(Checkpoint checkpoint, TensorPlan plan) {
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    checkpoint
        .scalars()
        .forEach(
            (source, key) -> {
              float[] values = new float[checkpoint.layers()];
              for (int il = 0; il < values.length; il++) {
                values[il] = plan.scalar(source, il);
              }
              keys.put(key, new GgufValue.F32s(values));
            });
    return keys;
  }

  /** What is known of types goes where the converter has it, or, as quantizing does it, last. */
  private static void setTypes(
      Map<String, GgufValue> metadata, Recipe recipe, boolean plain, List<TensorInfo> made) {
    GgufValue type = new GgufValue.Int(GgufType.UINT32, OutputType.fileType(recipe, made).id());
    if (plain) {
      metadata.computeIfPresent(Checkpoint.FILE_TYPE, (_, _) -> type);
      return;
    }
    GgufValue version = metadata.remove("general.quantization_version");
    metadata.put("general.quantization_version", version);
    metadata.remove(Checkpoint.FILE_TYPE);
    metadata.put(Checkpoint.FILE_TYPE, type);
  }

  @Override
  public Map<String, GgufValue> metadata() {
    return metadata;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.stream().map(Planned::written).toList();
  }

  /** What types are given by. */
  public Recipe recipe() {
    return recipe;
  }

  @Override
  public String type() {
    return recipe.name();
  }

  /** By GGUF's naming convention. */
  @Override
  public String fileName() {
    return FileNames.of(metadata, recipe.name());
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public List<TensorResult> write(Path output, Quantizer quantizer, QuantizeListener listener)
      throws IOException {
    return PlannedWriter.write(
        this,
        weights,
        output,
        tensors,
        (planned, arena, writer) ->
            quantizer.write(
                new TensorJob(
                    TensorMaker.make(planned.target(), arena),
                    planned.made().name(),
                    planned.type(),
                    null),
                writer::append,
                listener));
  }

  @Override
  public void close() {
    weights.forEach(Weights::close);
  }
}
