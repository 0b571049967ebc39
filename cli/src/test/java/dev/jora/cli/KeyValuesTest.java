package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KeyValuesTest {
  @Test
  void halfACharacterInMetadataIsReplaced() {
    assertEquals(
        new GgufValue.Strs(List.of("a\ufffd", "\ufffd")),
        KeyValues.parse("a=arr[str]:[\"a\\ud83d\", \"\\udc80\"]", Map.of()).getValue());
  }

  @Test
  void anArrayOfMetadataEndsWhereItEnds() {
    assertThrows(UserException.class, () -> KeyValues.parse("a=arr[u8]:[1] x", Map.of()));
    assertThrows(UserException.class, () -> KeyValues.parse("a=arr[u8]:[1] [2]", Map.of()));
  }
}
