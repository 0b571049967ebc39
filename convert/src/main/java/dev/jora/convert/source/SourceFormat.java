package dev.jora.convert.source;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Formats of files of weights, told by how they begin and not by their names. */
enum SourceFormat {
  SAFETENSORS(".{4}\\x00{4}\\{", Safetensors::read),
  TORCH_ZIP("PK(?:\\x03\\x04|\\x05\\x06)", TorchZip::read),
  TORCH_LEGACY("\\x80", TorchLegacy::read);

  private static final List<String> ENDS = List.of(".safetensors", ".bin", ".pt", ".pth", ".ckpt");

  private final Pattern begin;
  private final Function<SourceFile, List<SourceTensor>> reader;

  SourceFormat(String begin, Function<SourceFile, List<SourceTensor>> reader) {
    this.begin = Pattern.compile(begin, Pattern.DOTALL);
    this.reader = reader;
  }

  /** True if weights are called so. */
  static boolean hasNameOf(String name) {
    return ENDS.stream().anyMatch(name::endsWith);
  }

  /**
   * The tensors of a file.
   *
   * @throws SourceException if it is no whole file of a format
   */
  static List<SourceTensor> tensors(SourceFile file) {
    byte[] bytes =
        file.data()
            .asSlice(0, Math.min(OtherWeights.FRONT, file.data().byteSize()))
            .toArray(ValueLayout.JAVA_BYTE);
    String front = new String(bytes, StandardCharsets.ISO_8859_1);
    for (SourceFormat format : values()) {
      if (format.begin.matcher(front).lookingAt()) {
        return format.reader.apply(file);
      }
    }
    OtherWeights.words(bytes)
        .ifPresent(
            words -> {
              throw file.fault("expected weights, found %s", words);
            });
    return Safetensors.read(file); // says what is wrong with it
  }
}
