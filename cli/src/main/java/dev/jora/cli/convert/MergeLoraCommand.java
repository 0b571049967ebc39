package dev.jora.cli.convert;

import dev.jora.cli.common.AdapterWords;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Flags;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.UserException;
import dev.jora.convert.OutputType;
import dev.jora.exec.WorkPool;
import dev.jora.model.adapter.ScaledFile;
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

/** {@code jora merge-lora}: a model with adapters in its weights. */
@Command(
    name = "merge-lora",
    description = {
      "Writes a model with LoRA adapters merged into its weights.",
      "It computes what the model and its adapters compute, and is made tensor by tensor, in little"
          + " memory.",
      "MODEL is a GGUF file, or a folder as the hub has it; an adapter is a GGUF file, or a folder"
          + " of PEFT's. DoRA and whole tensors (modules_to_save) are merged into folders."
    },
    customSynopsis =
        "jora merge-lora [OPTIONS] -m MODEL --lora ADAPTER[:SCALE] -o OUT.gguf [--outtype TYPE]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora merge-lora -m Llama-3.2-1B --lora my-lora -o mine.gguf --outtype Q4_K_M",
      "  jora merge-lora -m model-f16.gguf --lora a.gguf:0.5 --lora b.gguf -o c.gguf",
      "  jora merge-lora -m model-q8_0.gguf --lora a.gguf --dry-run"
    },
    sortOptions = false)
public final class MergeLoraCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();

  private final List<ScaledFile> adapters = new ArrayList<>();

  @Option(
      names = "--lora",
      paramLabel = "ADAPTER[:SCALE]",
      description =
          "An adapter, GGUF or a folder of PEFT's, and how much of it (default: 1); repeatable, or"
              + " a list.")
  void adapter(String text) {
    AdapterWords.add("--lora", text, false, adapters);
  }

  @Option(
      names = "--lora-scaled",
      paramLabel = "FILE:SCALE",
      description = "Likewise; FILE SCALE is the same.")
  void scaledAdapter(String text) {
    AdapterWords.add("--lora-scaled", text, true, adapters);
  }

  @Option(
      names = {"-o", "--outfile", "--output"},
      paramLabel = "FILE",
      description = "The file to write.")
  Path output;

  @Option(
      names = "--outtype",
      paramLabel = "TYPE",
      description =
          "f32, f16, bf16, q8_0, or any type of jora quantize (default: of a file, the types that"
              + " its tensors have; of a folder, auto).")
  String type;

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
    if (!model.isNamed()) {
      throw UserException.usage("merge-lora takes a model: -m MODEL");
    }
    if (adapters.isEmpty()) {
      throw UserException.usage("merge-lora takes an adapter: --lora ADAPTER[:SCALE]");
    }
    if (output == null && !dryRun) {
      throw UserException.usage("merge-lora takes the file to write: -o FILE");
    }
    for (ScaledFile each : adapters) { // before a model is fetched or converted
      if (!Files.exists(each.file())) {
        throw new UserException(each.file() + ": there is no such adapter");
      }
    }
    Optional<OutputType> wanted = wanted();
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    try (Interrupt interrupt = new Interrupt();
        WorkPool pool = new WorkPool(count)) {
      Path base = model.source();
      if (!dryRun) {
        ConvertTarget.check(output, force);
      }
      LoraMerge merge = new LoraMerge(adapters, wanted, pool, common, interrupt);
      boolean folders = adapters.stream().allMatch(each -> Files.isDirectory(each.file()));
      return Files.isDirectory(base) && folders
          ? merge.folder(base, dryRun ? null : output)
          : merge.file(base, model.path(), dryRun ? null : output, force);
    }
  }

  private Optional<OutputType> wanted() {
    try {
      return Optional.ofNullable(type).map(OutputType::parse);
    } catch (IllegalArgumentException e) {
      throw UserException.usage("--outtype: " + Flags.message(e), e);
    }
  }
}
