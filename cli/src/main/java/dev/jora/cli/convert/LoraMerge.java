package dev.jora.cli.convert;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ConvertedAdapter;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.convert.AdapterEdits;
import dev.jora.convert.AdapterFolder;
import dev.jora.convert.Conversion;
import dev.jora.convert.ConversionRequest;
import dev.jora.convert.Merging;
import dev.jora.convert.OutputType;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.Model;
import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.ControlVector;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.quantize.Quantization;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.recipe.MatrixNeeds;
import dev.jora.quantize.recipe.PlannedTensor;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Merges adapters into a model. */
final class LoraMerge {
  private final List<ScaledFile> adapters;
  private final Optional<OutputType> wanted;
  private final WorkPool pool;
  private final CommonOptions common;
  private final Interrupt interrupt;

  LoraMerge(
      List<ScaledFile> adapters,
      Optional<OutputType> wanted,
      WorkPool pool,
      CommonOptions common,
      Interrupt interrupt) {
    this.adapters = adapters;
    this.wanted = wanted;
    this.pool = pool;
    this.common = common;
    this.interrupt = interrupt;
  }

  /** Folders of adapters into a folder, as PEFT merges them; the exit code. */
  int folder(Path base, Path output) throws IOException {
    List<PeftAdapter> opened = new ArrayList<>();
    try {
      List<Merging.Scaled> scaled = new ArrayList<>();
      for (ScaledFile each : adapters) {
        opened.add(AdapterFolder.open(each.file()));
        scaled.add(new Merging.Scaled(opened.getLast(), each.scale()));
      }
      ConversionRequest request =
          new ConversionRequest(wanted.orElse(OutputType.AUTO), Optional.empty(), Optional.empty());
      try (Conversion conversion = Conversion.of(base, request, new Merging(scaled, pool))) {
        conversion.notes().forEach(note -> common.warn("%s", note));
        return write(
            output,
            conversion.tensors(),
            conversion.type(),
            (quantizer, progress) -> conversion.write(output, quantizer, progress));
      }
    } finally {
      opened.forEach(PeftAdapter::close);
    }
  }

  /**
   * Adapters into a model file; the exit code.
   *
   * @param base what was asked for: the file, or the folder that it was made of
   */
  int file(Path base, Path file, Path output, boolean force) throws IOException {
    List<ScaledFile> files =
        adapters.stream()
            .map(
                each ->
                    new ScaledFile(ConvertedAdapter.file(each.file(), base, common), each.scale()))
            .toList();
    try (GgufFile source = GgufFile.open(file)) {
      Model model = Model.of(source);
      Adaptation adaptation = model.read(new Adaptation.Wanted(files, ControlVector.Wanted.NONE));
      AdapterEdits edits = new AdapterEdits(model, adaptation, pool);
      Quantization quantization = Quantization.of(source, request(output, force), edits);
      check(quantization, source, edits);
      List<TensorInfo> tensors =
          quantization.jobs().stream()
              .map(job -> new TensorInfo(job.name(), job.type(), job.source().shape(), 0))
              .toList();
      if (output != null) {
        quantization.checkFiles();
      }
      return write(
          output,
          tensors,
          wanted.isEmpty() ? "types as in " + file.getFileName() : quantization.recipe().name(),
          quantization::write);
    }
  }

  private QuantizeRequest request(Path output, boolean force) {
    return new QuantizeRequest(
        output == null ? Path.of("merged.gguf") : output,
        wanted.flatMap(OutputType::recipe).orElse(Recipe.COPY),
        RecipeOptions.DEFAULTS,
        Optional.empty(),
        true,
        false,
        force,
        Optional.empty(),
        Map.of());
  }

  private void check(Quantization quantization, GgufFile source, AdapterEdits edits) {
    List<PlannedTensor> missing = MatrixNeeds.missing(quantization.plan(), Set.of());
    if (!missing.isEmpty()) {
      PlannedTensor first = missing.getFirst();
      throw new UserException(
          "%s: tensor %s would be %s, of so few bits that it needs an importance matrix: choose a larger type with --outtype, or merge with --outtype f16 and then use jora quantize --imatrix"
              .formatted(source.path(), first.name(), first.target()));
    }
    quantization.checkTensors();
    if (edits.isUntied()) {
      common.warn(
          "embeddings and output were one tensor, of which the adapter changes one: they are two"
              + " now");
    }
    List<PlannedTensor> again =
        quantization.plan().tensors().stream()
            .filter(
                tensor ->
                    isQuantized(source, tensor)
                        && (edits.change(tensor.name()) || tensor.requantizes()))
            .toList();
    if (!again.isEmpty()) {
      common.warn(
          "%d tensors are quantized already, such as %s (%s): they are decoded, and quantized a"
              + " second time where their new type is no float, which costs quality",
          again.size(),
          Text.plain(again.getFirst().name()),
          edits.source(source, again.getFirst().name()).type());
    }
  }

  private static boolean isQuantized(GgufFile source, PlannedTensor tensor) {
    return source.infos().stream()
        .anyMatch(
            info -> info.name().equals(tensor.source().name()) && info.type().blockSize() > 1);
  }

  private int write(Path output, List<TensorInfo> tensors, String what, ConvertRun.Writing writing)
      throws IOException {
    if (output == null) {
      ConvertTables.print(tensors, Output.standard());
      return ExitCode.OK;
    }
    int count = adapters.size();
    String how = "%d adapter%s merged, ".formatted(count, count == 1 ? "" : "s");
    return new ConvertRun(common, pool, interrupt).write(output, tensors, what, how, writing);
  }
}
