package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders of which llama.cpp's converter has made the golden models: the same bytes. */
class GoldenFoldersTest {
  @TempDir Path temporary;

  static List<String> folders() throws IOException {
    try (Stream<Path> all = Files.list(Shared.path("golden/hf"))) {
      return all.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void theBytesAreThoseOfLlamaCpp(String name) throws IOException {
    Path golden =
        Shared.path("golden/architectures")
            .resolve(name.equals("fused-three") ? "phi3" : name)
            .resolve("model.gguf");
    Path made = temporary.resolve("model.gguf");
    convert(Shared.path("golden/hf").resolve(name), made);
    try (GgufFile expected = GgufFile.open(golden);
        GgufFile found = GgufFile.open(made)) {
      assertEquals(describe(expected), describe(found));
    }
    assertArrayEquals(Files.readAllBytes(golden), Files.readAllBytes(made));
  }

  static void convert(Path folder, Path output) throws IOException {
    ConversionRequest request =
        new ConversionRequest(OutputType.parse("f32"), Optional.of("gpt-2"), Optional.empty());
    try (Conversion conversion = Conversion.of(folder, request);
        WorkPool pool = new WorkPool(2);
        Quantizer quantizer = new Quantizer(pool)) {
      conversion.write(output, quantizer, new QuantizeListener() {});
    }
  }

  private static String describe(GgufFile file) {
    StringBuilder text = new StringBuilder();
    file.metadata()
        .values()
        .forEach((key, value) -> text.append("%s %s = %s%n".formatted(value.label(), key, value)));
    file.infos().forEach(info -> text.append(info).append('\n'));
    return text.toString();
  }
}
