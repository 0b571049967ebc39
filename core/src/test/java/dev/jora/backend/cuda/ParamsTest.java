package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Structs of kernels are laid out as a compiler does, and planes where kernels look for them. */
final class ParamsTest {
  @Test
  void fieldsStandAtTheirAlignment() {
    Params params = new Params();
    params.pointers(new long[] {-1, -1}).integer(-1).integer(-1);
    MemorySegment s = params.reset().integer(7).pointer(0x123456789aL).real(1.5f).segment();
    assertEquals(24, s.byteSize(), "a multiple of its widest field");
    assertEquals(0, s.address() % Long.BYTES);
    assertEquals(7, s.get(ValueLayout.JAVA_INT, 0));
    assertEquals(0, s.get(ValueLayout.JAVA_INT, 4), "what was there before");
    assertEquals(0x123456789aL, s.get(ValueLayout.JAVA_LONG, 8));
    assertEquals(1.5f, s.get(ValueLayout.JAVA_FLOAT, 16));
    assertEquals(4, params.reset().integer(1).segment().byteSize());
  }

  @Test
  void planesStartAtMultiplesOfTheWidestLoad() {
    Planes planes = Planes.find(GgmlType.Q6_K).orElseThrow();
    assertArrayEquals(
        new long[] {4096, 4096 + 3 * 128, 4096 + 3 * 192, 4096 + 3 * 208, 0},
        planes.addresses(4096, 3));
    assertEquals(3 * 208 + 16, planes.bytes(3), "three halves are padded to 16 bytes");
    for (Planes row : Planes.all()) {
      long file = 7L * row.type().blockBytes();
      long bytes = row.bytes(7);
      assertTrue(bytes >= file && bytes <= file + 15L * row.fields().size(), row.toString());
      for (long address : row.addresses(0, 7)) {
        assertEquals(0, address % Planes.ALIGNMENT, row.toString());
      }
    }
  }
}
