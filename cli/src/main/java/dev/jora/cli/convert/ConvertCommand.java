package dev.jora.cli.convert;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Flags;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Units;
import dev.jora.cli.common.UserException;
import dev.jora.convert.Conversion;
import dev.jora.convert.ConversionRequest;
import dev.jora.convert.OutputType;
import dev.jora.exec.WorkPool;
import dev.jora.quantize.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora convert}: what people find on the hub becomes what {@code run} reads. */
@Command(
    name = "convert",
    description = {
      "Makes a GGUF file of a model's folder: safetensors or PyTorch files, quantized by GPTQ, AWQ,"
          + " EXL2, FP8 and others or not.",
      "Of the type that is asked for in one step, tensor by tensor, in little memory. The file has"
          + " its name only when it is complete."
    },
    customSynopsis = "jora convert [OPTIONS] FOLDER [-o OUT.gguf] [--outtype TYPE]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora convert Qwen2.5-0.5B-Instruct",
      "  jora convert Llama-3.2-1B-Instruct --outtype Q4_K_M -o llama.gguf",
      "  jora convert --dry-run TinyLlama-GPTQ"
    },
    sortOptions = false)
public final class ConvertCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "The folder of the model, with config.json.")
  Path source;

  @Option(
      names = {"-o", "--outfile"},
      paramLabel = "FILE",
      description = "The file to write (default: FOLDER-TYPE.gguf beside the folder).")
  Path output;

  @Option(
      names = "--outtype",
      paramLabel = "TYPE",
      description =
          "auto (the checkpoint's own: F16 or BF16), f32, f16, bf16, q8_0, or any type of jora"
              + " quantize, such as Q4_K_M (default: auto).")
  String type = "auto";

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "general.name (default: of the model card or the folder).")
  String name;

  @Option(
      names = "--pre",
      paramLabel = "NAME",
      description = "The pre-tokenizer, where jora does not recognise it: llama-bpe, qwen2, gpt-2.")
  String pre;

  @Option(
      names = {"-f", "--force"},
      description = "Replace a file that is there already.")
  boolean force;

  @Option(names = "--dry-run", description = "Only say what would be written.")
  boolean dryRun;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "CPU threads (default: one per core).")
  int threads = -1;

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException {
    OutputType wanted = wanted();
    ConversionRequest request =
        new ConversionRequest(wanted, Optional.ofNullable(pre), Optional.ofNullable(name));
    try (Conversion conversion = Conversion.of(source, request);
        Interrupt interrupt = new Interrupt()) {
      Path target = output != null ? output : beside(conversion);
      if (conversion.leftOut() > 0) {
        common.warn(
            "%d tensors of parts that see, hear, adapt or guess ahead are left out",
            conversion.leftOut());
      }
      if (dryRun) {
        ConvertTables.print(conversion, Output.standard());
        return ExitCode.OK;
      }
      checkPlace(target);
      write(conversion, target, interrupt);
      return ExitCode.OK;
    } catch (CancellationException e) {
      common.warn("interrupted: nothing was written");
      return ExitCode.INTERRUPTED;
    }
  }

  private OutputType wanted() {
    try {
      return OutputType.parse(type);
    } catch (IllegalArgumentException e) {
      throw UserException.usage("--outtype: " + Flags.message(e), e);
    }
  }

  private Path beside(Conversion conversion) {
    Path folder = source.toAbsolutePath().normalize();
    String base = folder.getFileName() == null ? "model" : folder.getFileName().toString();
    return folder.resolveSibling(base + "-" + conversion.recipe().name() + ".gguf");
  }

  private void checkPlace(Path target) {
    if (Files.isDirectory(target)) {
      throw new UserException(target + " is a folder: -o takes the file to write");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UserException(target + ": there is no folder " + folder + "; make it first");
    }
    if (Files.isRegularFile(target) && !force) {
      throw new UserException(
          target + ": the file is there already; remove it, or replace it with --force");
    }
  }

  private void write(Conversion conversion, Path target, Interrupt interrupt) throws IOException {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    ConvertProgress progress =
        new ConvertProgress(common, conversion.tensors(), interrupt::requested);
    try (WorkPool pool = new WorkPool(count);
        Quantizer quantizer = new Quantizer(pool)) {
      conversion.write(target, quantizer, progress);
    } finally {
      progress.finish();
    }
    Output.standard().println(target.toString()).flush();
    common.info(
        "%s: %s, %s, written in %s",
        target.getFileName(),
        conversion.recipe().name(),
        Units.bytes(conversion.bytes()),
        ProgressLine.duration(progress.seconds()));
  }
}
