package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @Test
  void validTextIsPlain() {
    String text = "a\u0000é\u2581\uFFFD\uD7FF\uE000😀";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(text, Utf8.decode(bytes));
    assertArrayEquals(bytes, Utf8.encode(text));
    assertFalse(Utf8.isEscaped(text));
  }

  @Test
  void strayBytesAreEscapedOneByOne() {
    assertEquals("a\uDCFFb\uDCE2\uDC82", Utf8.decode(HexFormat.of().parseHex("61ff62e282")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "c0af",
        "c3",
        "e282",
        "e28241",
        "eda080",
        "edb280edb3bf",
        "f09f98",
        "f4908080",
        "f8888080",
        "fffe",
        "f09f9880ff",
        "efbfbd80"
      })
  void everySequenceComesBack(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String text = Utf8.decode(bytes);
    assertTrue(Utf8.isEscaped(text));
    assertArrayEquals(bytes, Utf8.encode(text));
  }

  @Test
  void randomBytesComeBack() {
    Random random = new Random(7);
    byte[] alphabet = HexFormat.of().parseHex("4180bfc2c3e0e2edeff0f4f5ff9f98a0");
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(9)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = alphabet[random.nextInt(alphabet.length)];
      }
      assertArrayEquals(bytes, Utf8.encode(Utf8.decode(bytes)));
    }
  }

  @Test
  void refusesSurrogatesThatStandForNoByte() {
    assertThrows(IllegalArgumentException.class, () -> Utf8.encode("a\uD800"));
    assertThrows(IllegalArgumentException.class, () -> Utf8.encode("\uDC00"));
  }
}
