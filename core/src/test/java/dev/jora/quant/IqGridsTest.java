package dev.jora.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IqGridsTest {
  private static final Map<GgmlType, String> NAMES =
      Map.of(
          GgmlType.IQ2_XXS, "iq2_xxs",
          GgmlType.IQ2_XS, "iq2_xs",
          GgmlType.IQ2_S, "iq2_s",
          GgmlType.IQ1_S, "iq1",
          GgmlType.IQ1_M, "iq1",
          GgmlType.IQ3_XXS, "iq3_xxs",
          GgmlType.IQ3_S, "iq3_s");

  @Test
  void codesAreThoseOfTheReference() throws IOException {
    JsonNode grids = new ObjectMapper().readTree(Shared.path("reference/iq-grids.json").toFile());
    for (GgmlType type : NAMES.keySet()) {
      int[] expected = new ObjectMapper().convertValue(grids.get(NAMES.get(type)), int[].class);
      assertArrayEquals(expected, IqGrids.codes(type), type.name());
    }
  }

  @Test
  void codesAscendFromZero() {
    for (GgmlType type : NAMES.keySet()) {
      int[] codes = IqGrids.codes(type);
      assertEquals(0, codes[0], type.name());
      for (int i = 1; i < codes.length; i++) {
        assertTrue(codes[i] > codes[i - 1], type + " at " + i);
      }
      assertEquals(codes.length * IqGrids.size(type), IqGrids.values(type).length);
    }
  }

  @Test
  void aPointHasTheValuesOfItsDigits() {
    assertEquals(2, IqGrids.codes(GgmlType.IQ2_XXS)[1]);
    byte[] values = IqGrids.values(GgmlType.IQ2_XXS);
    assertArrayEquals(new byte[] {43, 8, 8, 8, 8, 8, 8, 8}, slice(values, 8, 8));
    values = IqGrids.values(GgmlType.IQ1_S);
    assertArrayEquals(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, slice(values, 0, 8));
    assertEquals(4, IqGrids.values(GgmlType.IQ3_XXS)[0]);
    assertEquals(1, IqGrids.values(GgmlType.IQ3_S)[0]);
  }

  @Test
  void aTypeWithoutAGridIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> IqGrids.codes(GgmlType.Q4_K));
  }

  private static byte[] slice(byte[] values, int from, int n) {
    return Arrays.copyOfRange(values, from, from + n);
  }
}
