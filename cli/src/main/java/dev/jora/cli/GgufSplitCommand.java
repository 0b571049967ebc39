package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufFile;
import dev.jora.quantize.split.GgufShards;
import dev.jora.quantize.split.SplitLimit;
import dev.jora.quantize.split.SplitPlan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code jora gguf split}: one model file into several. */
@Command(
    name = "split",
    description = {
      "Splits a model file into shards.",
      "Their names are PREFIX-00001-of-0000N.gguf; whoever opens the first has all of",
      "the model. The file stays as it is. If anything fails, no shard is left."
    },
    customSynopsis = "jora gguf split [OPTIONS] FILE PREFIX",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora gguf split --split-max-size 2G model.gguf model",
      "  jora gguf split --split-max-tensors 100 --dry-run model.gguf model"
    })
final class GgufSplitCommand implements Callable<Integer> {
  private static final int TENSORS = 128;

  @Parameters(index = "0", paramLabel = "FILE", description = "The model to split.")
  Path file;

  @Parameters(
      index = "1",
      paramLabel = "PREFIX",
      description = "What the names of the shards begin with, with folders where needed.")
  Path prefix;

  @Option(
      names = "--split-max-tensors",
      paramLabel = "N",
      description = "Tensors of a shard at most (default: 128).")
  Integer tensors;

  @Option(
      names = "--split-max-size",
      paramLabel = "N(M|G)",
      converter = Size.class,
      description = "Tensor data of a shard at most, in decimal megabytes or gigabytes.")
  Long bytes;

  @Option(
      names = "--no-tensor-first-split",
      description = "The first shard has the metadata and no tensors.")
  boolean metadataFirst;

  @Option(names = "--dry-run", description = "Print what would be written, write nothing.")
  boolean dryRun;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    SplitLimit limit = limit();
    try (Interrupt interrupt = new Interrupt();
        GgufFile source = GgufFile.open(file)) {
      SplitPlan plan = plan(source, limit);
      int count = plan.shards().size();
      Output out = Output.standard();
      out.println("n_split: " + count);
      for (int i = 0; i < count; i++) {
        out.printf(
            "split %05d: n_tensors = %d, total_size = %dM%n",
            i + 1, plan.shards().get(i).size(), plan.bytes(i) / 1_000_000);
      }
      out.flush();
      if (!dryRun) {
        new ShardWork(common, interrupt)
            .run(listener -> GgufShards.split(source, prefix, plan, listener));
        common.info("%d shards written with a total of %d tensors", count, plan.tensors());
      }
    }
    return ExitCode.OK;
  }

  private SplitLimit limit() {
    if (tensors != null && bytes != null) {
      throw UserException.usage("--split-max-tensors or --split-max-size, not both");
    }
    if (tensors != null && tensors < 1) {
      throw UserException.usage("--split-max-tensors takes 1 or more, not " + tensors);
    }
    return bytes != null
        ? new SplitLimit.Bytes(bytes)
        : new SplitLimit.Tensors(tensors == null ? TENSORS : tensors);
  }

  private SplitPlan plan(GgufFile source, SplitLimit limit) {
    try {
      return SplitPlan.of(source.infos(), limit, metadataFirst);
    } catch (IllegalArgumentException e) {
      throw new UserException(file + ": " + e.getMessage(), e);
    }
  }

  /** {@code 300M} or {@code 2G}, decimal as in llama.cpp. */
  static final class Size implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})([MG])");

    @Override
    public Long convert(String text) {
      Matcher m = FORM.matcher(text);
      if (!m.matches()) {
        throw new TypeConversionException("'" + text + "' is not N(M|G), such as 300M or 2G");
      }
      return Long.parseLong(m.group(1)) * (m.group(2).equals("M") ? 1_000_000 : 1_000_000_000);
    }
  }
}
