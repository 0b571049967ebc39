package dev.jora.quantize;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.PartFile;
import dev.jora.gguf.SplitSet;
import dev.jora.gguf.TensorInfo;
import dev.jora.kernel.ReadCheck;
import dev.jora.quantize.recipe.LayerPruning;
import dev.jora.quantize.recipe.MatrixNeeds;
import dev.jora.quantize.recipe.ModelShape;
import dev.jora.quantize.recipe.OutputTensor;
import dev.jora.quantize.recipe.PlannedTensor;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipePlan;
import dev.jora.quantize.recipe.TensorOrder;
import dev.jora.quantize.recipe.TensorRole;
import dev.jora.quantize.row.Importance;
import dev.jora.quantize.row.RowQuantizers;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A model file on its way to another type. All that can be known is decided and checked before the
 * first byte; then tensors stream through memory into {@code NAME.part}, and the final names are
 * given when everything is on disk.
 */
public final class Quantization {
  private final GgufFile source;
  private final QuantizeRequest request;
  private final TensorEdits edits;
  private final RecipePlan plan;
  private final List<OutputFile> files;

  private Quantization(
      GgufFile source,
      QuantizeRequest request,
      TensorEdits edits,
      RecipePlan plan,
      List<OutputFile> files) {
    this.source = source;
    this.request = request;
    this.edits = edits;
    this.plan = plan;
    this.files = files;
  }

  /**
   * Plans the work; reads nothing but the header.
   *
   * @throws dev.jora.quantize.recipe.RecipeException if a tensor cannot have its type
   * @throws IllegalArgumentException if layers to drop are not there
   */
  public static Quantization of(GgufFile source, QuantizeRequest request) {
    GgufMetadata metadata = source.metadata();
    ModelShape shape = ModelShape.of(metadata);
    Optional<LayerPruning> pruning =
        request.pruneLayers().map(layers -> LayerPruning.parse(layers, shape.blockCount()));
    List<OutputTensor> tensors =
        pruning
            .map(layers -> layers.apply(source.infos()))
            .orElseGet(() -> TensorOrder.sorted(source.infos()));
    if (request.keepSplit()) {
      tensors = inSourceOrder(source, tensors);
    }
    RecipePlan plan = RecipePlan.of(request.recipe(), shape, tensors, request.options());
    return of(
        source, request, TensorEdits.NONE, plan, OutputMetadata.of(metadata, pruning, request));
  }

  /**
   * Plans the work where some tensors get other values: all in one file, and no layers dropped.
   *
   * @throws dev.jora.quantize.recipe.RecipeException if a tensor cannot have its type
   */
  public static Quantization of(GgufFile source, QuantizeRequest request, TensorEdits edits) {
    List<OutputTensor> tensors = TensorOrder.sorted(edits.tensors(source));
    RecipePlan types =
        RecipePlan.of(
            request.recipe(), ModelShape.of(source.metadata()), tensors, request.options());
    RecipePlan plan =
        new RecipePlan(
            types.recipe(),
            types.tensors().stream()
                .map(tensor -> edits.change(tensor.name()) ? fromFloats(tensor) : tensor)
                .toList(),
            types.unusedOverrides());
    Map<String, GgufValue> metadata =
        OutputMetadata.of(source.metadata(), Optional.empty(), request);
    return of(source, request, edits, plan, metadata);
  }

  private static PlannedTensor fromFloats(PlannedTensor tensor) {
    TensorInfo info = tensor.source();
    TensorInfo floats = new TensorInfo(info.name(), GgmlType.F32, info.shape(), 0);
    return new PlannedTensor(
        new OutputTensor(tensor.name(), floats),
        tensor.role(),
        tensor.wanted(),
        tensor.target(),
        tensor.reason());
  }

  /** File after file, as llama.cpp does it then; recipes count in this order. */
  private static List<OutputTensor> inSourceOrder(GgufFile source, List<OutputTensor> tensors) {
    Map<String, OutputTensor> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.source().name(), tensor));
    return source.infos().stream()
        .map(info -> byName.get(info.name()))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Types by a plan that was made otherwise, its recipe in the metadata. */
  public static Quantization of(GgufFile source, QuantizeRequest request, RecipePlan plan) {
    QuantizeRequest planned = request.with(plan.recipe());
    return of(
        source,
        planned,
        TensorEdits.NONE,
        plan,
        OutputMetadata.of(source.metadata(), Optional.empty(), planned));
  }

  private static Quantization of(
      GgufFile source,
      QuantizeRequest request,
      TensorEdits edits,
      RecipePlan plan,
      Map<String, GgufValue> metadata) {
    List<TensorJob> jobs =
        plan.tensors().stream().map(tensor -> job(source, request, edits, tensor)).toList();
    List<OutputFile> files =
        request.keepSplit() && source.shards().size() > 1
            ? parts(source, request.output(), metadata, jobs)
            : List.of(new OutputFile(request.output(), metadata, jobs));
    return new Quantization(source, request, edits, plan, files);
  }

  private static TensorJob job(
      GgufFile source, QuantizeRequest request, TensorEdits edits, PlannedTensor tensor) {
    Tensor data = edits.source(source, tensor.source().name());
    float[] importance =
        tensor.changes() && uses(tensor)
            ? request.matrix().flatMap(m -> m.values().of(data.name())).orElse(null)
            : null;
    // Embeddings are looked up, not multiplied; what a matrix says of them may be of another size.
    boolean misfit =
        importance != null
            && tensor.role() == TensorRole.TOKEN_EMBD
            && importance.length != TensorJob.importanceValues(data);
    return new TensorJob(data, tensor.name(), tensor.target(), misfit ? null : importance);
  }

  private static boolean uses(PlannedTensor tensor) {
    return RowQuantizers.find(tensor.target())
        .filter(quantizer -> quantizer.importance() != Importance.IGNORED)
        .isPresent();
  }

  /** As many files as the source has, each with the tensors that come from its own. */
  private static List<OutputFile> parts(
      GgufFile source, Path output, Map<String, GgufValue> metadata, List<TensorJob> jobs) {
    int count = source.shards().size();
    Map<String, Integer> shardOf = new HashMap<>();
    for (int i = 0; i < count; i++) {
      try (GgufFile shard = GgufFile.openAlone(source.shards().get(i))) {
        for (TensorInfo info : shard.infos()) {
          shardOf.put(info.name(), i);
        }
      }
    }
    String prefix = output.getFileName().toString().replaceFirst("\\.gguf$", "");
    List<OutputFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int no = i;
      files.add(
          new OutputFile(
              output.resolveSibling(SplitSet.name(prefix, i, count)),
              OutputMetadata.ofPart(metadata, i, count, jobs.size()),
              jobs.stream().filter(job -> shardOf.get(job.source().name()) == no).toList()));
    }
    return files;
  }

  /**
   * What of the source says by counting layers which of them differ, and counts others after some
   * were dropped: a key or the architecture.
   */
  public Optional<String> patternByPlace() {
    int blocks = ModelShape.of(source.metadata()).blockCount();
    return request
        .pruneLayers()
        .flatMap(layers -> LayerPruning.parse(layers, blocks).byPlace(source.metadata()));
  }

  /** What every tensor becomes. */
  public RecipePlan plan() {
    return plan;
  }

  /** The work, tensor by tensor, in the order of the files. */
  public List<TensorJob> jobs() {
    return files.stream().flatMap(file -> file.jobs().stream()).toList();
  }

  /** The files that will be written. */
  public List<Path> outputs() {
    return files.stream().map(OutputFile::path).toList();
  }

  /** Tensors that would be quantized by importance, but of which the matrix says nothing. */
  public List<String> withoutImportance() {
    if (request.matrix().isEmpty()) {
      return List.of();
    }
    Set<String> known = request.matrix().get().values().tensors().keySet();
    return plan.tensors().stream()
        .filter(tensor -> tensor.changes() && uses(tensor))
        .filter(tensor -> tensor.role() != TensorRole.TOKEN_EMBD)
        .filter(tensor -> tensor.role() != TensorRole.OUTPUT)
        .map(tensor -> tensor.source().name())
        .filter(name -> !known.contains(name))
        .toList();
  }

  /**
   * Whether the tensors can become what they shall: nothing on disk is looked at.
   *
   * @throws QuantizeException if quantized values would be quantized again, if jora cannot write a
   *     type, or if a type needs an importance matrix that is not there or does not fit
   */
  public void checkTensors() {
    List<PlannedTensor> again = plan.tensors().stream().filter(PlannedTensor::requantizes).toList();
    if (!request.allowRequantize() && !again.isEmpty()) {
      PlannedTensor first = again.getFirst();
      throw new QuantizeException(
          Sentence.of(
              "%s: tensor %s is %s already, and %d of %d tensors would be quantized a second time,"
                  + " which costs quality; take an F16, BF16 or F32 file, or allow it with %s",
              source.path(),
              first.source().name(),
              first.source().type(),
              again.size(),
              plan.tensors().size(),
              new Parameter("allow_requantize")));
    }
    Set<String> known = request.matrix().map(m -> m.values().tensors().keySet()).orElse(Set.of());
    MatrixNeeds.complaint(plan, known)
        .ifPresent(
            complaint -> {
              throw new QuantizeException(Sentence.of("%s: %s", source.path(), complaint));
            });
    for (TensorJob job : jobs()) {
      checkJob(job);
    }
  }

  private void checkJob(TensorJob job) {
    String tensor = source.path() + ": tensor " + job.source().name() + ": ";
    boolean copied = job.isCopy() && !edits.change(job.name());
    if (!copied && RowQuantizers.find(job.type()).isEmpty()) {
      throw new QuantizeException(tensor + "jora cannot write " + job.type());
    }
    long columns = TensorJob.importanceValues(job.source());
    if (job.importance() != null && job.importance().length != columns) {
      throw new QuantizeException(
          tensor
              + columns
              + " columns, but the importance matrix has "
              + job.importance().length
              + ": it was made from another model");
    }
  }

  /**
   * Whether the files can be written.
   *
   * @throws QuantizeException if a file is there already, is the source itself, or would not fit
   */
  public void checkFiles() throws IOException {
    checkPlaces();
    long bytes = 0;
    for (OutputFile file : files) {
      bytes += PartFile.isStream(file.path()) ? 0 : file.bytes();
    }
    if (bytes > 0) {
      FreeSpace.check(files.getFirst().path(), bytes);
    }
  }

  /**
   * Whether the files may stand where they shall, whatever their sizes: of a plan that is still to
   * be made, too.
   *
   * @throws QuantizeException if a file is there already, is the source itself, or has no folder
   */
  public void checkPlaces() throws IOException {
    for (OutputFile file : files) {
      Path path = file.path();
      Path folder = path.toAbsolutePath().getParent();
      if (!Files.isDirectory(folder)) {
        throw new QuantizeException(path + ": there is no folder " + folder + "; make it first");
      }
      if (PartFile.isStream(path)) {
        continue;
      }
      if (Files.exists(path)) {
        for (Path shard : source.shards()) {
          if (Files.isSameFile(path, shard)) {
            throw new QuantizeException(
                path + ": input and output are the same file; give the output another name");
          }
        }
        if (!request.force()) {
          throw new QuantizeException(
              Sentence.of(
                  "%s: the file is there already; remove it, or replace it with %s",
                  path, new Parameter("force")));
        }
      }
    }
  }

  /**
   * Writes the files. Whatever goes wrong, none stands under its final name before all of them are
   * complete on disk, and what is half written is removed.
   *
   * @return what became of each tensor, in the order of the files
   * @throws dev.jora.gguf.GgufException if somebody has cut the source, or written to it
   * @throws java.util.concurrent.CancellationException if the listener wants an end
   */
  public List<TensorResult> write(Quantizer quantizer, QuantizeListener listener)
      throws IOException {
    List<TensorResult> results = new ArrayList<>();
    List<GgufWriter> writers = new ArrayList<>();
    try {
      for (OutputFile file : files) {
        GgufWriter writer = GgufWriter.create(file.path(), file.metadata(), file.infos());
        writers.add(writer);
        for (TensorJob job : file.jobs()) {
          results.add(write(job, writer, quantizer, listener));
          ReadCheck.after(source.opened());
        }
      }
      // The first file last: without it, a set is none.
      for (GgufWriter writer : writers.reversed()) {
        writer.finish();
      }
    } catch (InternalError e) {
      throw ReadCheck.explained(source.opened(), e);
    } finally {
      for (GgufWriter writer : writers) {
        writer.close();
      }
    }
    return results;
  }

  private TensorResult write(
      TensorJob job, GgufWriter writer, Quantizer quantizer, QuantizeListener listener)
      throws IOException {
    if (!edits.change(job.name())) {
      return quantizer.write(job, writer::append, listener);
    }
    try (Arena arena = Arena.ofShared()) {
      Tensor changed = edits.changed(job.source(), arena);
      TensorJob made = new TensorJob(changed, job.name(), job.type(), job.importance());
      return quantizer.write(made, writer::append, listener);
    }
  }

  /** The recipe of the request. */
  public Recipe recipe() {
    return request.recipe();
  }
}
