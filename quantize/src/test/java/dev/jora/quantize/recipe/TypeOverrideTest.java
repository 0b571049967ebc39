package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypeOverrideTest {
  @ParameterizedTest
  @CsvSource({
    "attn_v=q8_0, blk.3.attn_v.weight, Q8_0, true",
    "ATTN_V=iq2_xxs, blk.3.attn_v.weight, IQ2_XXS, true",
    "^attn_v=F16, blk.3.attn_v.weight, F16, false",
    "'blk\\.[0-3]\\.ffn=bf16', blk.2.ffn_up.weight, BF16, true",
    "'blk\\.(?=3)=Q4_K', blk.3.attn_v.weight, Q4_K, true"
  })
  void parses(String text, String tensor, GgmlType type, boolean fits) {
    TypeOverride override = TypeOverride.parse(text);
    assertEquals(type, override.type());
    assertEquals(fits, override.fits(tensor));
  }

  @ParameterizedTest
  @CsvSource({
    "attn_v, is not REGEX=TYPE",
    "=Q8_0, is not REGEX=TYPE",
    "attn_v=, is not REGEX=TYPE",
    "attn_v=Q9_0, there is no tensor type 'Q9_0'; choose one of: F32",
    "attn_v=I8, there is no tensor type 'I8'",
    "attn_v=Q4_K_M, there is no tensor type 'Q4_K_M'",
    "attn(v=Q8_0, 'attn(v' is not a regular expression"
  })
  void refuses(String text, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TypeOverride.parse(text)).getMessage();
    assertTrue(message.startsWith("tensor_type: ") && message.contains(expected), message);
  }

  @Test
  void filesHoldManyAndAreNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("types.txt");
    Files.writeString(file, "\nattn_v=q8_0  ffn_up=q5_K\n\tx=f16");
    assertEquals(
        List.of("attn_v=q8_0", "ffn_up=q5_K", "x=f16"),
        TypeOverride.parseFile(file).stream().map(TypeOverride::text).toList());
    Files.writeString(file, "attn_v");
    String message =
        assertThrows(IllegalArgumentException.class, () -> TypeOverride.parseFile(file))
            .getMessage();
    assertEquals(file + ": 'attn_v' is not REGEX=TYPE, as attn_v=Q8_0", message);
  }
}
