package dev.jora.cli.convert;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.PartFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.Quantizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Writes a file of tensors with progress, and says what came of it. */
final class ConvertRun {
  /** What writes them. */
  interface Writing {
    void write(Quantizer quantizer, ConvertProgress progress) throws IOException;
  }

  private final CommonOptions common;
  private final WorkPool pool;
  private final Interrupt interrupt;

  ConvertRun(CommonOptions common, WorkPool pool, Interrupt interrupt) {
    this.common = common;
    this.pool = pool;
    this.interrupt = interrupt;
  }

  /**
   * Writes.
   *
   * @param what the file is: its type
   * @param how it was made, before "written"; may be empty
   * @return the exit code
   */
  int write(Path target, List<TensorInfo> tensors, String what, String how, Writing writing)
      throws IOException {
    ConvertProgress progress = new ConvertProgress(common, tensors, interrupt::requested);
    try (Quantizer quantizer = new Quantizer(pool)) {
      writing.write(quantizer, progress);
    } catch (CancellationException e) { // while the signal still waits for what is said
      progress.finish();
      common.warn("interrupted: nothing was written");
      return ExitCode.INTERRUPTED;
    } finally {
      progress.finish();
    }
    if (!PartFile.isStream(target)) {
      Output.standard().println(target.toString()).flush();
    }
    common.info(
        "%s: %s, %s, %swritten in %s",
        Text.plain(target.getFileName().toString()),
        what,
        Units.bytes(tensors.stream().mapToLong(TensorInfo::bytes).sum()),
        how,
        ProgressLine.duration(progress.seconds()));
    return ExitCode.OK;
  }
}
