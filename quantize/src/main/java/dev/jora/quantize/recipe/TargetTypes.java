package dev.jora.quantize.recipe;

import dev.jora.tensor.GgmlType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensor types that a user may ask for. */
public final class TargetTypes {
  /** Not there: integers and doubles, the types of activations, and one that is only converted. */
  private static final Set<GgmlType> ALL =
      Collections.unmodifiableSet(
          EnumSet.complementOf(
              EnumSet.of(
                  GgmlType.Q8_1,
                  GgmlType.Q8_K,
                  GgmlType.I8,
                  GgmlType.I16,
                  GgmlType.I32,
                  GgmlType.I64,
                  GgmlType.F64,
                  GgmlType.NVFP4)));

  private TargetTypes() {}

  /**
   * The type of this name; case does not matter.
   *
   * @param option what the name belongs to, for the message
   * @throws IllegalArgumentException if there is none; the message lists all names
   */
  public static GgmlType parse(String option, String name) {
    String upper = name.strip().toUpperCase(Locale.ROOT);
    return ALL.stream()
        .filter(type -> type.name().equals(upper))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(option, name)));
  }

  private static String unknown(String option, String name) {
    String names = ALL.stream().map(GgmlType::name).collect(Collectors.joining(", "));
    return option + ": there is no tensor type '" + name + "'; choose one of: " + names;
  }
}
