package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors that one packed weight is made of, and whether they fit each other. */
final class Parts {
  private final Map<String, SourceTensor> all;
  private final String format;
  private final String prefix;
  private final Set<String> names = new LinkedHashSet<>();

  /**
   * Parts of a weight.
   *
   * @param all the tensors of the checkpoint
   * @param format how it is packed, for messages
   * @param prefix what names of its parts begin with
   */
  Parts(Map<String, SourceTensor> all, String format, String prefix) {
    this.all = all;
    this.format = format;
    this.prefix = prefix;
  }

  /** The part whose name ends so. */
  SourceTensor required(String end) {
    return optional(end)
        .orElseThrow(
            () ->
                new SourceException(
                    "tensor %s%s is missing: a weight packed as %s has it; download the files again"
                        .formatted(prefix, end, format)));
  }

  /** The part whose name ends so, if it is there. */
  Optional<SourceTensor> optional(String end) {
    SourceTensor part = all.get(prefix + end);
    if (part != null) {
      names.add(part.name());
      if (Arrays.stream(part.shape()).anyMatch(extent -> extent < 1)) {
        throw unfit(part, "at least one element");
      }
    }
    return Optional.ofNullable(part);
  }

  /** The part that has one of these types, whose name ends so. */
  SourceTensor required(String end, ElementType... types) {
    return typed(required(end), types);
  }

  /** A part, if it has one of these types. */
  SourceTensor typed(SourceTensor part, ElementType... types) {
    if (!Arrays.asList(types).contains(part.type())) {
      throw new SourceException(
          "tensor %s: expected type %s for %s, found %s; download the file again"
              .formatted(
                  part.name(),
                  Arrays.stream(types).map(Enum::name).collect(Collectors.joining(" or ")),
                  format,
                  part.type()));
    }
    return part;
  }

  /** A part, if its type is one of numbers that scales have. */
  SourceTensor floats(SourceTensor part) {
    return typed(
        part,
        ElementType.F16,
        ElementType.BF16,
        ElementType.F32,
        ElementType.F64,
        ElementType.F8_E4M3,
        ElementType.F8_E5M2,
        ElementType.F8_E8M0);
  }

  /** A part, if it has this shape. */
  SourceTensor shaped(SourceTensor part, long... shape) {
    if (!Arrays.equals(part.shape(), shape)) {
      throw unfit(part, "shape " + Arrays.toString(shape));
    }
    return part;
  }

  /** A part, if it has so many dimensions. */
  SourceTensor ranked(SourceTensor part, int rank) {
    if (part.shape().length != rank) {
      throw unfit(part, rank + " dimensions");
    }
    return part;
  }

  /** A part of one element, whatever its dimensions. */
  SourceTensor single(SourceTensor part) {
    if (part.elements() != 1) {
      throw unfit(part, "one element");
    }
    return part;
  }

  /** That the shape of a part is another one. */
  SourceException unfit(SourceTensor part, String expected) {
    return new SourceException(
        "tensor %s: expected %s for %s, found %s; download the file again, or check quantization_config"
            .formatted(part.name(), expected, format, Arrays.toString(part.shape())));
  }

  /** A fault of a part. */
  SourceException fault(SourceTensor part, String sentence) {
    return new SourceException("tensor " + part.name() + " " + sentence);
  }

  /** What becomes of them. */
  Optional<PackedWeight> weight(SourceTensor tensor) {
    return Optional.of(new PackedWeight(tensor, Set.copyOf(names)));
  }

  /** Begin of names in this format, for messages. */
  String prefix() {
    return prefix;
  }

  /** n / by, the last one may be a part. */
  static long ceil(long n, long by) {
    return n / by + (n % by == 0 ? 0 : 1);
  }
}
