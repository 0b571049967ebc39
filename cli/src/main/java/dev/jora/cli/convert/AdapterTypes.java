package dev.jora.cli.convert;

import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.tensor.GgmlType;
import java.util.Locale;

/** What adapters are written as. */
final class AdapterTypes {
  private AdapterTypes() {}

  /** The type of that name; {@code auto} loses nothing. */
  static GgmlType of(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "auto", "f32" -> GgmlType.F32;
      case "f16" -> GgmlType.F16;
      case "bf16" -> GgmlType.BF16;
      case "q8_0" -> GgmlType.Q8_0;
      default ->
          throw UserException.usage(
              "--outtype: an adapter is written as f32, f16, bf16 or q8_0, not as "
                  + Text.quoted(name));
    };
  }
}
