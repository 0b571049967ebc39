package dev.jora.cli.convert;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.convert.Conversion;
import dev.jora.gguf.TensorInfo;

/** What a conversion would write. */
final class ConvertTables {
  private ConvertTables() {}

  static void print(Conversion conversion, Output out) {
    for (TensorInfo tensor : conversion.tensors()) {
      out.println(
          "%-40s %-24s %s"
              .formatted(Text.plain(tensor.name()), tensor.shape().toString(), tensor.type()));
    }
    out.println(
            "%d tensors, %s"
                .formatted(conversion.tensors().size(), Units.bytes(conversion.bytes())))
        .flush();
  }
}
