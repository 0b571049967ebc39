package dev.jora.cli.quantize;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.IoReason;
import dev.jora.kernel.Kernels;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.target.TargetPlan;
import dev.jora.quantize.target.TargetPlanner;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** A size in place of a type. */
final class TargetOptions {
  private static final int LEAST_TOKENS = 32;
  private static final int MOST_TOKENS = 512;

  @Option(
      names = "--target-size",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = {
        "In place of TYPE: the best file of at most this size, as 4.5GiB. jora measures what each"
            + " type costs each tensor, and what an error in each tensor costs the model's"
            + " predictions, and spends the bytes where they buy the most."
      })
  ByteSize size;

  @Option(
      names = "--target-bpw",
      paramLabel = "BITS",
      description = "The same by bits per weight, as 4.25.")
  double bitsPerWeight;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description = "Text to read while measuring (default: the model writes some).")
  Path text;

  boolean asked() {
    return size != null || bitsPerWeight != 0;
  }

  /** Measures and chooses. */
  TargetPlan plan(
      GgufFile file,
      QuantizeRequest request,
      Kernels kernels,
      WorkPool pool,
      CommonOptions common,
      BooleanSupplier cancelled) {
    ProgressLine line = new ProgressLine(common);
    TargetPlanner.Listener listener =
        new TargetPlanner.Listener() {
          @Override
          public void progress(int step, int steps, String tensor) {
            line.show((double) step / steps, Text.plain(tensor), "measuring");
          }

          @Override
          public boolean cancelled() {
            return cancelled.getAsBoolean();
          }
        };
    try {
      return new TargetPlanner(file, request, kernels, pool)
          .plan(bytes(file), tokens(file), listener);
    } finally {
      line.clear();
    }
  }

  private long bytes(GgufFile file) {
    if (size != null && bitsPerWeight != 0) {
      throw UserException.usage("give either --target-size or --target-bpw");
    }
    if (size == null && !(bitsPerWeight > 0)) {
      throw UserException.usage("--target-bpw must be above 0, not " + bitsPerWeight);
    }
    return size != null ? size.bytes() : TargetPlanner.fileBytes(file, bitsPerWeight);
  }

  private int[] tokens(GgufFile file) {
    if (text == null) {
      return null;
    }
    try {
      int[] all = Tokenizer.from(file.metadata()).encode(Files.readString(text), true, false);
      if (all.length < LEAST_TOKENS) {
        throw new UserException(
            "--calibration %s: at least %d tokens expected, found %d"
                .formatted(text, LEAST_TOKENS, all.length));
      }
      return Arrays.copyOf(all, Math.min(all.length, MOST_TOKENS));
    } catch (IOException e) {
      throw new UserException("--calibration " + text + " cannot be read: " + IoReason.of(e), e);
    }
  }
}
