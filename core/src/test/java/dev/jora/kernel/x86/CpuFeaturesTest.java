package dev.jora.kernel.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What cpuid and xgetbv say is what the system says. */
class CpuFeaturesTest {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  @Test
  void agreesWithTheSystem() throws IOException {
    Assumptions.assumeTrue(Machine.runsCode(), "skipped: this is no Linux on x86-64");
    Assumptions.assumeTrue(Files.isReadable(CPUINFO), "skipped: there is no /proc/cpuinfo");
    String line =
        Files.readAllLines(CPUINFO).stream()
            .filter(l -> l.startsWith("flags"))
            .findFirst()
            .orElseThrow();
    Set<String> flags = new HashSet<>(Arrays.asList(line.split("\\s+")));
    boolean avx2 = flags.containsAll(List.of("avx2", "fma", "f16c"));
    boolean avx512 =
        flags.containsAll(List.of("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"));
    CpuFeatures features = CpuFeatures.detect();
    assertEquals(avx2, features.avx2(), "AVX2, FMA and F16C");
    assertEquals(avx2 && flags.contains("avx_vnni"), features.avxVnni(), "AVX-VNNI");
    assertEquals(avx2 && avx512, features.avx512Vnni(), "AVX-512 VNNI");
    boolean bf16 = avx512 && flags.contains("avx512_bf16");
    assertEquals(bf16, features.avx512Bf16(), "AVX-512 BF16");
    boolean amx = bf16 && flags.containsAll(List.of("amx_tile", "amx_bf16"));
    assertEquals(amx, features.amxBf16(), "AMX");
  }
}
