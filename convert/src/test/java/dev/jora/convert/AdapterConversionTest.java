package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import dev.jora.model.arch.Architectures;
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

  private AdapterConversion convert(String adapter, String name) {
    ModelFolder base = ModelFolder.open(Shared.path("golden/hf/llama"));
    Path folder = Shared.path("golden/formats/lora").resolve(adapter);
    try (PeftAdapter opened = AdapterFolder.open(folder)) {
      return new AdapterConversion(opened, Architectures.checkpoint(base.config()), name);
    }
  }

  @ParameterizedTest
  @CsvSource({"r4-a8, R4 A8", "r8-a4-all, R8 A4 All"})
  void theBytesAreThoseOfLlamaCpp(String adapter, String name) throws IOException {
    Path made = temporary.resolve("adapter.gguf");
    convert(adapter, name).write(made);
    assertArrayEquals(
        Files.readAllBytes(
            Shared.path("golden/formats/lora").resolve(adapter).resolve("adapter.gguf")),
        Files.readAllBytes(made));
  }

  @Test
  void whatAnAdapterFileCannotSayIsRefused() {
    for (String adapter : new String[] {"r4-dora", "r4-save-head"}) {
      String message =
          assertThrows(SourceException.class, () -> convert(adapter, "x")).getMessage();
      assertTrue(message.endsWith("merge it into the model"), message);
    }
  }
}
