package dev.jora.cli.convert;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.convert.PlannedFile;
import dev.jora.gguf.TensorInfo;

/** What a conversion would write. */
final class ConvertTables {
  private ConvertTables() {}

  static void print(PlannedFile planned, Output out) {
    for (TensorInfo tensor : planned.tensors()) {
      out.println(
          "%-40s %-24s %s"
              .formatted(Text.plain(tensor.name()), tensor.shape().toString(), tensor.type()));
    }
    out.println("%d tensors, %s".formatted(planned.tensors().size(), Units.bytes(planned.bytes())))
        .flush();
  }
}
