package dev.jora.cli.convert;

import dev.jora.cli.common.BaseOptions;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Flags;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.convert.AdapterBase;
import dev.jora.convert.AdapterConversion;
import dev.jora.convert.AdapterFolder;
import dev.jora.convert.Conversion;
import dev.jora.convert.ConversionRequest;
import dev.jora.convert.OutputType;
import dev.jora.convert.PlannedAdapter;
import dev.jora.convert.PlannedFile;
import dev.jora.convert.WeightsConversion;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.exec.WorkPool;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
          + " its name only when it is complete.",
      "Of a file of weights or an index alone its tensors become a GGUF file that is no model, for"
          + " looking into it: under the names they have, packed ones unpacked to F32. What lies"
          + " beside the file is not read unless --quantization-config names it. Of a folder with a"
          + " LoRA adapter of PEFT's it makes an adapter file."
    },
    customSynopsis = {
      "jora convert [OPTIONS] FOLDER [-o OUT.gguf] [--outtype TYPE]",
      "       jora convert [OPTIONS] FILE.safetensors|FILE.bin|INDEX.json [--tensor NAME]...",
      "       jora convert [OPTIONS] ADAPTER [--base MODEL] [-o OUT.gguf]"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora convert Qwen2.5-0.5B-Instruct",
      "  jora convert Llama-3.2-1B-Instruct --outtype Q4_K_M -o llama.gguf",
      "  jora convert --dry-run TinyLlama-GPTQ",
      "  jora convert model.safetensors --tensor lm_head.weight -o head.gguf",
      "  jora convert model.safetensors --quantization-config config.json",
      "  jora convert my-adapter --base Llama-3.2-1B-Instruct -o adapter.gguf"
    },
    sortOptions = false)
public final class ConvertCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "SOURCE",
      description = "The folder of a model, with config.json, or a file of weights.")
  Path source;

  @Option(
      names = {"-o", "--outfile"},
      paramLabel = "FILE",
      description =
          "The file to write (default: NAME-SIZE-FINETUNE-VERSION-TYPE.gguf beside the folder, as"
              + " far as the model says them; of a file, its name).")
  Path output;

  @Option(
      names = "--outtype",
      paramLabel = "TYPE",
      description =
          "auto (the checkpoint's own: F16 or BF16), f32, f16, bf16, q8_0, or any type of jora"
              + " quantize, such as Q4_K_M (default: auto). Of a file alone auto leaves each tensor"
              + " its own type, f32 makes all F32, and any other is that of all matrices of"
              + " floats. Of an adapter f32, f16, bf16 or q8_0 (default: f32).")
  String type = "auto";

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description =
          "Of a file alone: only this tensor; * stands for anything. May be given more than once.")
  List<String> tensors = new ArrayList<>();

  @Option(
      names = "--quantization-config",
      paramLabel = "FILE",
      description =
          "Of a file alone: how its weights are packed, from a config.json, quantize_config.json or"
              + " what these have in quantization_config (default: as the tensors tell).")
  Path quantizationConfig;

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

  @Mixin BaseOptions base = new BaseOptions();

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException {
    if (AdapterFolder.isOne(source)) {
      return adapter();
    }
    if (base.isNamed()) {
      throw UserException.usage(
          "--base and -hf go with the folder of an adapter, and "
              + source
              + " has no adapter_config.json");
    }
    OutputType wanted = wanted();
    boolean folder = Files.isDirectory(source);
    checkOptions(folder);
    try (PlannedFile planned = folder ? model(wanted) : weights(wanted)) {
      return make(planned);
    }
  }

  private int make(PlannedFile planned) throws IOException {
    planned.notes().forEach(note -> common.warn("%s", note));
    if (dryRun) {
      ConvertTables.print(planned, Output.standard());
      return ExitCode.OK;
    }
    Path target =
        output != null ? output : ConvertTarget.folder(source).resolve(planned.fileName());
    ConvertTarget.check(target, force);
    return write(planned, target);
  }

  private int adapter() throws IOException {
    if (pre != null) {
      throw UserException.usage("--pre goes with a model: an adapter has no tokenizer");
    }
    checkOptions(true);
    GgmlType wanted = AdapterTypes.of(type);
    try (PeftAdapter adapter = AdapterFolder.open(source)) {
      AdapterConversion conversion = AdapterBase.convert(adapter, base.path(adapter, common));
      return make(new PlannedAdapter(adapter, conversion, wanted, Optional.ofNullable(name)));
    }
  }

  private OutputType wanted() {
    try {
      return OutputType.parse(type);
    } catch (IllegalArgumentException e) {
      throw UserException.usage("--outtype: " + Flags.message(e), e);
    }
  }

  private void checkOptions(boolean folder) {
    if (folder && (!tensors.isEmpty() || quantizationConfig != null)) {
      throw UserException.usage(
          "%s goes with a file of weights, and %s is a folder"
              .formatted(tensors.isEmpty() ? "--quantization-config" : "--tensor", source));
    }
    if (Files.isRegularFile(source) && (pre != null || name != null)) {
      throw UserException.usage(
          "%s goes with a model's folder, and %s is none"
              .formatted(pre != null ? "--pre" : "--model-name", source));
    }
  }

  private PlannedFile model(OutputType wanted) {
    return Conversion.of(
        source, new ConversionRequest(wanted, Optional.ofNullable(pre), Optional.ofNullable(name)));
  }

  private PlannedFile weights(OutputType wanted) {
    if (quantizationConfig == null) {
      WeightsConversion.settingsBeside(source)
          .ifPresent(
              file ->
                  common.warn(
                      "%s says how weights are packed, and is not read: --quantization-config %s"
                          + " takes it",
                      Text.plain(file.toString()), Text.plain(file.toString())));
    }
    return WeightsConversion.of(
        source,
        new WeightsConversion.Request(wanted, tensors, Optional.ofNullable(quantizationConfig)));
  }

  private int write(PlannedFile planned, Path target) throws IOException {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    try (Interrupt interrupt = new Interrupt();
        WorkPool pool = new WorkPool(count)) {
      int code =
          new ConvertRun(common, pool, interrupt)
              .write(
                  target,
                  planned.tensors(),
                  planned.type(),
                  "",
                  (quantizer, progress) -> planned.write(target, quantizer, progress));
      Path beside = source.toAbsolutePath().resolveSibling("config.json");
      if (code == ExitCode.OK && Files.isRegularFile(source) && Files.isRegularFile(beside)) {
        common.info(
            "jora: tensors alone, no model: jora convert %s makes one",
            Text.plain(beside.getParent().toString()));
      }
      return code;
    }
  }
}
