package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Weights;
import dev.jora.gguf.OpenedFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** The table of ways to hold quantized weights, and checkpoints unpacked by it. */
public final class PackedFormats {
  private static final List<PackedFormat> FORMATS =
      List.of(
          new Gptq(),
          new Awq(),
          new Exl2(),
          new BitsAndBytes(),
          new Hqq(),
          new MxFp4(),
          new ModelOpt(),
          new CompressedTensors(),
          new Fp8());

  /** Formats that are known by their tensors, and refused. */
  private static final List<Refused> REFUSED =
      List.of(
          new Refused("EXL3", (tensor, all) -> tensor.name().endsWith(".trellis")),
          new Refused(
              "Marlin",
              (tensor, all) ->
                  tensor.name().endsWith(".B")
                      && tensor.type() == ElementType.I32
                      && all.containsKey(tensor.name().replaceFirst("B$", "s"))),
          new Refused(
              "MLX",
              (tensor, all) ->
                  tensor.name().endsWith(".weight")
                      && tensor.type() == ElementType.U32
                      && all.containsKey(tensor.name().replaceFirst("weight$", "scales"))));

  private static final Set<ElementType> WHOLE =
      Set.of(
          ElementType.BOOL,
          ElementType.U8,
          ElementType.I8,
          ElementType.I16,
          ElementType.U16,
          ElementType.I32,
          ElementType.U32,
          ElementType.I64,
          ElementType.U64);

  private record Refused(String name, BiPredicate<SourceTensor, Map<String, SourceTensor>> marks) {}

  private PackedFormats() {}

  /**
   * The settings of a quantized checkpoint within its config.json: quantization_config, or
   * compression_config as it once was called; null if it is not quantized.
   */
  public static JsonNode configuration(JsonNode config) {
    return PackedConfig.in(config);
  }

  /**
   * The plain weights of a checkpoint. Each packed weight is one tensor NAME.weight (gpt-oss'
   * experts: NAME) of F32, or of MXFP4 where blocks can be moved without loss, in the place of the
   * first of its parts; it is unpacked when it is read. All others stay as they are, but scales of
   * activations, which are left out.
   *
   * @param packed the checkpoint; closing the result closes it
   * @param quantizationConfig its quantization_config ({@link #configuration}), or all of
   *     quantize_config.json, quant_config.json or hf_quant_config.json; null if there is none:
   *     then tensors tell
   * @throws SourceException if it is quantized in a way that cannot be unpacked, or parts of a
   *     weight are missing or do not fit each other
   */
  public static Weights unpack(Weights packed, JsonNode quantizationConfig) {
    SequencedMap<String, SourceTensor> tensors = packed.tensors();
    refuse(tensors);
    PackedConfig config = PackedConfig.of(quantizationConfig);
    Optional<PackedFormat> format = format(config, tensors);
    if (format.isEmpty()) {
      checkPlain(tensors, "no quantization_config");
      return packed;
    }
    try {
      return new Plain(packed, plain(format.get(), config, tensors));
    } catch (ArithmeticException e) {
      throw new SourceException(
          "shapes of this %s checkpoint are too large; download the files again"
              .formatted(format.get().name()),
          e);
    }
  }

  private static void refuse(Map<String, SourceTensor> tensors) {
    for (SourceTensor tensor : tensors.values()) {
      for (Refused refused : REFUSED) {
        if (refused.marks.test(tensor, tensors)) {
          throw new SourceException(
              "tensor %s is packed as %s, which cannot be unpacked; take an unquantized repository of this"
                      .formatted(tensor.name(), refused.name)
                  + " model, or another one");
        }
      }
    }
  }

  private static Optional<PackedFormat> format(
      PackedConfig config, Map<String, SourceTensor> tensors) {
    Optional<String> method = config.text("quant_method", "method");
    if (method.isPresent()) {
      Optional<PackedFormat> named = named(method.get());
      if (named.isPresent()) {
        return named;
      }
      throw config.fault(
          "quant_method is %s, which cannot be unpacked; take an unquantized repository of this model,"
                  .formatted(method.get())
              + " or one of "
              + FORMATS.stream().map(PackedFormat::name).collect(Collectors.joining(", ")));
    }
    if (config.has("quant_algo")) {
      return named("modelopt");
    }
    if (config.has("w_bit", "zero_point")) {
      return named("awq"); // quant_config.json
    }
    if (config.has("bits") && config.has("desc_act", "sym", "damp_percent")) {
      return named("gptq"); // quantize_config.json
    }
    return FORMATS.stream()
        .filter(
            format -> tensors.values().stream().anyMatch(tensor -> format.marks(tensor, tensors)))
        .findFirst();
  }

  private static Optional<PackedFormat> named(String method) {
    return FORMATS.stream().filter(format -> format.methods().contains(method)).findAny();
  }

  private static SequencedMap<String, SourceTensor> plain(
      PackedFormat format, PackedConfig config, SequencedMap<String, SourceTensor> tensors) {
    Unpacker unpacker = format.unpacker(config);
    Map<String, PackedWeight> byPart = new LinkedHashMap<>();
    for (SourceTensor tensor : tensors.values()) {
      unpacker
          .weight(tensor, tensors)
          .ifPresent(weight -> weight.parts().forEach(part -> byPart.put(part, weight)));
    }
    SequencedMap<String, SourceTensor> plain = new LinkedHashMap<>();
    SequencedMap<String, SourceTensor> left = new LinkedHashMap<>();
    for (SourceTensor tensor : tensors.values()) {
      PackedWeight weight = byPart.get(tensor.name());
      if (weight != null) {
        SourceTensor old = plain.put(weight.tensor().name(), weight.tensor());
        if (old != null && old != weight.tensor()) {
          throw twice(weight.tensor().name());
        }
      } else if (unpacker.dropped().stream().noneMatch(tensor.name()::endsWith)) {
        checkCompanion(tensor, unpacker, format);
        left.put(tensor.name(), tensor);
        if (plain.putIfAbsent(tensor.name(), tensor) != null) {
          throw twice(tensor.name());
        }
      }
    }
    checkPlain(left, "quantization_config of " + format.name());
    return plain;
  }

  private static SourceException twice(String name) {
    return new SourceException(
        "%s is there both packed and unpacked; download the files again".formatted(name));
  }

  private static void checkCompanion(SourceTensor tensor, Unpacker unpacker, PackedFormat format) {
    for (String end : unpacker.companions()) {
      if (tensor.name().endsWith(end)) {
        throw new SourceException(
            "tensor %s is part of a weight packed as %s, but there is none of this name beside it; download"
                    .formatted(tensor.name(), format.name())
                + " the files again");
      }
    }
  }

  /** That what is left is plain, so that no packed number is taken for a weight. */
  private static void checkPlain(Map<String, SourceTensor> left, String settings) {
    for (SourceTensor tensor : left.values()) {
      for (PackedFormat format : FORMATS) {
        if (format.marks(tensor, left)) {
          throw new SourceException(
              "tensor %s is packed as %s, but there is %s; the files of two checkpoints are mixed"
                  .formatted(tensor.name(), format.name(), settings));
        }
      }
      if (tensor.name().endsWith(".weight") && WHOLE.contains(tensor.type())) {
        throw new SourceException(
            "tensor %s has type %s, which weights that are not quantized do not have, and there is %s; add the"
                    .formatted(tensor.name(), tensor.type(), settings)
                + " config.json that belongs to it, or take an unquantized repository");
      }
    }
  }

  private record Plain(Weights packed, SequencedMap<String, SourceTensor> tensors)
      implements Weights {
    @Override
    public OpenedFiles opened() {
      return packed.opened();
    }

    @Override
    public void release() {
      packed.release();
    }

    @Override
    public void close() {
      packed.close();
    }
  }
}
