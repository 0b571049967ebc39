package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people paste. */
class HubAddressTest {
  private static final URI HUB = URI.create("https://huggingface.co");
  private static final URI MIRROR = URI.create("http://mirror.test:8080/hf");

  @ParameterizedTest
  @CsvSource({
    "u/r, u/r, ",
    "' u/r:Q8_0 ', u/r:Q8_0, ",
    "hf:u/r/d/m.gguf, u/r/d/m.gguf, ",
    "hf.co/u/r, u/r, ",
    "hf.co/u/r:Q4_K_M, u/r:Q4_K_M, ",
    "HF.co/u/r/m.gguf, u/r/m.gguf, ",
    "huggingface.co/u/r:IQ4_XS, u/r:IQ4_XS, ",
    "huggingface.co/u/r/resolve/main/m.gguf, u/r/m.gguf, main",
    "https://hf.co/u/r, u/r, ",
    "https://huggingface.co/u/r, u/r, ",
    "https://huggingface.co/u/r/, u/r, ",
    "https://huggingface.co/u/r?library=gguf, u/r, ",
    "https://huggingface.co/u/r#files, u/r, ",
    "https://www.huggingface.co/u/r:Q5_K_S, u/r:Q5_K_S, ",
    "https://huggingface.co/u/r?show_file_info=d%2Fm.gguf&x=1, u/r/d/m.gguf, ",
    "https://huggingface.co/u/r/blob/main/m.gguf, u/r/m.gguf, main",
    "https://huggingface.co/u/r/resolve/v1.0/d/m.gguf?download=true, u/r/d/m.gguf, v1.0",
    "https://huggingface.co/u/r/raw/main/m%20x%2By+z.gguf, u/r/m x+y+z.gguf, main",
    "https://huggingface.co/u/r/blob/refs%2Fpr%2F1/m.gguf, u/r/m.gguf, refs/pr/1",
    "https://huggingface.co/u/r/tree/dev, u/r, dev",
    "http://mirror.test:8080/hf/u/r/blob/main/m.gguf, u/r/m.gguf, main",
    "mirror.test:8080/hf/u/r, u/r, ",
  })
  void namesAndAddressesOfTheHub(String text, String name, String revision) {
    URI endpoint = text.contains("mirror") ? MIRROR : HUB;
    assertEquals(new HubAddress(HubName.of(name), revision), HubAddress.of(text, endpoint));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://huggingface.co",
        "https://huggingface.co/u",
        "https://huggingface.co/datasets/u/r",
        "https://huggingface.co/u/r/discussions/3",
        "https://huggingface.co/u/r/tree/main/folder",
        "https://huggingface.co/u/r/resolve/main",
        "https://huggingface.co/u/r/resolve/main/../../x.gguf",
        "https://huggingface.co/u/r/resolve/main/%2e%2e/x.gguf",
        "https://huggingface.co/u/r/resolve/main/%zz.gguf",
        "hf.co/u",
        "https://example.com/u/r/resolve/main/m.gguf",
        "example.com",
        ""
      })
  void whatIsNeitherIsRefused(String text) {
    HubException e = assertThrows(HubException.class, () -> HubAddress.of(text, HUB));
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void otherAddressesAreNoPages() {
    for (String text : new String[] {"https://example.com/u/r/blob/main/m.gguf", "u/r", "m.gguf"}) {
      assertNull(HubAddress.page(text, HUB), text);
    }
  }
}
