package dev.jora.kernel.x86;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages of code are never writable and executable at once. */
class ExecutableMemoryTest {
  private static final Path MAPS = Path.of("/proc/self/maps");

  @BeforeAll
  static void onLinuxOnly() {
    Assumptions.assumeTrue(Machine.runsCode(), "skipped: this is no Linux on x86-64");
    Assumptions.assumeTrue(Files.isReadable(MAPS), "skipped: there is no /proc/self/maps");
  }

  /** The permissions of the mapping that holds an address: {@code r-xp}. */
  private static String permissions(long address) throws IOException {
    List<String> found =
        Files.readAllLines(MAPS).stream()
            .filter(
                line -> {
                  String[] range = line.substring(0, line.indexOf(' ')).split("-");
                  return Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                      && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
                })
            .map(line -> line.split(" ")[1])
            .toList();
    assertEquals(1, found.size(), "mappings with the address");
    return found.getFirst();
  }

  @Test
  void theSameCodeIsThereOnce() {
    byte[] code = {(byte) 0xc3, 1, 2, 3};
    assertEquals(ExecutableMemory.load(code), ExecutableMemory.load(code.clone()));
    code[3] = 4;
    assertNotEquals(
        ExecutableMemory.load(new byte[] {(byte) 0xc3, 1, 2, 3}), ExecutableMemory.load(code));
  }

  @Test
  void pagesAreExecutableAndNotWritable() throws IOException {
    for (int bytes : new int[] {1, 4096, 4097, 100_000}) {
      byte[] code = new byte[bytes];
      for (int i = 0; i < bytes; i++) {
        code[i] = (byte) (31 * i);
      }
      MemorySegment loaded = ExecutableMemory.load(code);
      assertTrue(loaded.byteSize() >= bytes);
      assertEquals(0, loaded.address() % 64, "constants are aligned to 64 bytes");
      for (long at = 0; at < loaded.byteSize(); at += 4096) {
        assertEquals("r-xp", permissions(loaded.address() + at), bytes + " bytes, at " + at);
      }
      assertEquals("r-xp", permissions(loaded.address() + loaded.byteSize() - 1));
      assertArrayEquals(code, loaded.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /** Loading once more leaves what was loaded as it is. */
  @Test
  void loadsDoNotShareOrReopenPages() throws IOException {
    MemorySegment first = ExecutableMemory.load(new byte[] {1});
    MemorySegment second = ExecutableMemory.load(new byte[] {2});
    assertFalse(first.address() == second.address());
    assertEquals(1, first.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals("r-xp", permissions(first.address()));
    assertEquals("r-xp", permissions(second.address()));
  }
}
