package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that llama.cpp's own tools wrote. */
class GgufGoldenTest {
  static List<Path> files(String folder) throws IOException {
    try (Stream<Path> paths = Files.walk(Shared.path("golden/" + folder))) {
      List<Path> files = paths.filter(path -> path.toString().endsWith(".gguf")).sorted().toList();
      assertFalse(files.isEmpty(), "no .gguf under golden/" + folder);
      return files;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizers", "quantize", "architectures"})
  void opens(String folder) throws IOException {
    for (Path path : files(folder)) {
      try (GgufFile file = GgufFile.open(path)) {
        assertEquals(file.infos().size(), file.tensors().size(), path.toString());
        assertEquals(Files.size(path), file.fileBytes());
        for (Tensor tensor : file.tensors().values()) {
          tensor.data().get(ValueLayout.JAVA_BYTE, tensor.bytes() - 1);
        }
        assertEquals(
            file.metadata().values().keySet(),
            GgufFile.readMetadata(path).values().keySet(),
            path.toString());
      }
    }
  }
}
