package dev.jora.convert;

import dev.jora.convert.source.Weights;
import dev.jora.gguf.GgufWriter;
import dev.jora.kernel.ReadCheck;
import dev.jora.quantize.FreeSpace;
import dev.jora.quantize.TensorResult;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a planned file tensor by tensor, as long as nobody writes to what it is made of. */
final class PlannedWriter {
  /** Makes and writes a tensor. */
  interface Step<T> {
    /** What of the tensor has to be made is in {@code arena}. */
    TensorResult write(T tensor, Arena arena, GgufWriter writer) throws IOException;
  }

  private PlannedWriter() {}

  /**
   * Writes the file.
   *
   * @param sources what it is made of
   * @param tensors in the order of the file
   */
  static <T> List<TensorResult> write(
      PlannedFile file, List<Weights> sources, Path output, List<T> tensors, Step<T> step)
      throws IOException {
    FreeSpace.check(output, file.bytes());
    List<TensorResult> results = new ArrayList<>();
    try (GgufWriter writer = GgufWriter.create(output, file.metadata(), file.tensors())) {
      for (T tensor : tensors) {
        try (Arena arena = Arena.ofShared()) {
          results.add(step.write(tensor, arena, writer));
          for (Weights source : sources) {
            ReadCheck.after(source.opened());
            source.release();
          }
        }
      }
      writer.finish();
    } catch (InternalError e) {
      throw ReadCheck.explained(sources.getFirst().opened(), e);
    }
    return results;
  }
}
