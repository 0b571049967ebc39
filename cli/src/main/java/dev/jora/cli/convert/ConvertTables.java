package dev.jora.cli.convert;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.convert.PlannedFile;
import dev.jora.gguf.TensorInfo;
import java.util.List;

/** What a conversion would write. */
final class ConvertTables {
  private ConvertTables() {}

  static void print(PlannedFile planned, Output out) {
    print(planned.tensors(), out);
  }

  static void print(List<TensorInfo> tensors, Output out) {
    for (TensorInfo tensor : tensors) {
      out.println(
          "%-40s %-24s %s"
              .formatted(Text.plain(tensor.name()), tensor.shape().toString(), tensor.type()));
    }
    long bytes = tensors.stream().mapToLong(TensorInfo::bytes).sum();
    out.println("%d tensors, %s".formatted(tensors.size(), Units.bytes(bytes))).flush();
  }
}
