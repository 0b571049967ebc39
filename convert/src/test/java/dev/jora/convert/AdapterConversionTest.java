package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters of PEFT as llama.cpp's converter makes them of it, where it is right. */
class AdapterConversionTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({"r4-a8, false", "r8-a4-all, false", "r4-a8, true", "r8-a4-all, true"})
  void theBytesAreThoseOfLlamaCpp(String name, boolean byFile) throws IOException {
    Path folder = Shared.path("golden/formats/lora").resolve(name);
    Path base = Shared.path(byFile ? "golden/architectures/llama/model.gguf" : "golden/hf/llama");
    Path made = temporary.resolve("adapter.gguf");
    try (PeftAdapter adapter = AdapterFolder.open(folder)) {
      AdapterTesting.converted(adapter, base, made);
    }
    assertArrayEquals(Files.readAllBytes(folder.resolve("adapter.gguf")), Files.readAllBytes(made));
  }

  @Test
  void whatAnAdapterFileCannotSayIsRefused() {
    for (String adapter : new String[] {"r4-dora", "r4-save-head"}) {
      Path folder = Shared.path("golden/formats/lora").resolve(adapter);
      Path base = Shared.path("golden/hf/llama");
      try (PeftAdapter opened = AdapterFolder.open(folder)) {
        String message =
            assertThrows(SourceException.class, () -> AdapterBase.convert(opened, base))
                .getMessage();
        assertTrue(message.endsWith("merge-lora merges it into the model's folder"), message);
      }
    }
  }
}
