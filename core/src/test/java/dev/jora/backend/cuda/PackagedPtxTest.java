package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jora.backend.cuda.PtxAssembler.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PTX that jora carries: of the sources as they are, and good for every card. */
final class PackagedPtxTest {
  /** What the assembler knows of the cards that jora is for. */
  private static final int[] CARDS = {61, 70, 75, 80, 86, 89, 90};

  private static final Pattern TARGET = Pattern.compile("[^.]+\\.compute_(\\d+)\\.ptx");

  @TempDir static Path folder;

  private static PtxAssembler assembler;

  @BeforeAll
  static void load() throws IOException {
    if (CudaProbe.isServed(System.getProperty("os.name"), System.getProperty("os.arch"))) {
      assembler = new PtxAssembler(folder);
    }
  }

  private static PtxAssembler assembler() {
    assumeTrue(assembler != null, "skipped: JCuda's assembler is for Linux and Windows on x86-64");
    return assembler;
  }

  @Test
  void ptxIsOfTheSourcesAsTheyAre() throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (Path source : CudaSources.sources()) {
      digests.put(source.getFileName().toString(), CudaSources.digest(source));
    }
    Map<String, String> listed =
        Files.readAllLines(CudaSources.folder().resolve("sources.sha256")).stream()
            .map(line -> line.split(" +"))
            .collect(Collectors.toMap(parts -> parts[1], parts -> parts[0], (a, b) -> a + b));
    assertEquals(digests, new TreeMap<>(listed), "stale: run scripts/compile-cuda");
    for (String source : digests.keySet()) {
      String stem = source.substring(0, source.length() - ".cu".length());
      assertTrue(
          CudaSources.ptx().stream()
              .anyMatch(f -> f.getFileName().toString().startsWith(stem + ".")),
          source + " has no PTX");
    }
    for (Path ptx : CudaSources.ptx()) {
      String stem = ptx.getFileName().toString().replaceFirst("\\..*", "");
      assertTrue(digests.containsKey(stem + ".cu"), ptx + " has no source");
    }
  }

  /** Kernels that are compiled for themselves; those of products differ by type. */
  private static final Set<String> SOME =
      Set.of(
          "attention",
          "attention_tiles",
          "cache",
          "elementwise",
          "experts",
          "norm",
          "recurrent",
          "q4_k",
          "f16");

  @Test
  void noKernelSpills() throws IOException {
    noKernelSpills(SOME, 61, 86);
  }

  @Tag("slow")
  @Test
  void noKernelSpillsOnAnyCard() throws IOException {
    noKernelSpills(null, CARDS);
  }

  private static void noKernelSpills(Set<String> names, int... cards) throws IOException {
    CudaSources.sources();
    List<String> faults = new ArrayList<>();
    for (Path file : CudaSources.ptx()) {
      String name = file.getFileName().toString().replaceFirst("\\..*", "");
      if (names != null && !names.contains(name)) {
        continue;
      }
      var target = TARGET.matcher(file.getFileName().toString());
      assertTrue(target.matches(), file + " has another name than NAME.compute_NN.ptx");
      String text = Files.readString(file);
      for (int card : cards) {
        if (card >= Integer.parseInt(target.group(1))) {
          faults.addAll(faults(file.getFileName() + " on sm_" + card, text, "sm_" + card));
        }
      }
    }
    assertEquals(List.of(), faults);
  }

  private static List<String> faults(String where, String text, String card) {
    try {
      List<Kernel> kernels = assembler().assemble(text, card);
      assertFalse(kernels.isEmpty(), where + " has no kernels");
      return kernels.stream()
          .filter(kernel -> kernel.stack() != 0 || kernel.spills() != 0)
          .map(kernel -> where + ": " + kernel)
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of(where + ": " + e.getMessage());
    }
  }

  @Test
  void digestsAreThoseOfTheScript(@TempDir Path sources) throws IOException {
    Path source = Files.writeString(sources.resolve("a.cu"), "x");
    Files.writeString(sources.resolve("b.cuh"), "hh");
    Files.writeString(sources.resolve("B.cuh"), "gg");
    Files.writeString(sources.resolve("c.txt"), "not of it");
    assertEquals(
        "d874849863e59acda177d0b8521d979576bfe249ae0ff8290f1c521e9e1f0823",
        CudaSources.digest(source));
  }

  private static String kernel(String before, String body) {
    return """
    .version 8.0
    .target sm_61
    .address_size 64
    %s
    .visible .entry k(.param .u64 p)
    .maxntid 32, 1, 1
    {
      .reg .b32 %%r<4>;
      .reg .b64 %%rd<4>;
      ld.param.u64 %%rd1, [p];
      cvta.to.global.u64 %%rd1, %%rd1;
      ld.global.u32 %%r1, [%%rd1];
    %s
      st.global.u32 [%%rd1], %%r1;
      ret;
    }
    """
        .formatted(before, body);
  }

  @Test
  void theAssemblerSeesStackAndRegisters() {
    Kernel plain = assembler().assemble(kernel("", ""), "sm_86").getFirst();
    assertEquals("k", plain.name());
    assertEquals(0, plain.stack() + plain.spills());
    assertTrue(plain.registers() > 1, plain.toString());
    String indexed =
        """
          .local .align 16 .b8 depot[64];
          mov.u64 %rd2, depot;
          and.b32 %r2, %r1, 60;
          cvt.u64.u32 %rd3, %r2;
          add.u64 %rd2, %rd2, %rd3;
          st.local.u32 [depot], %r1;
          st.local.u32 [depot+60], %r2;
          ld.local.u32 %r1, [%rd2];
        """;
    List<String> faults = faults("here", kernel("", indexed), "sm_61");
    assertEquals(1, faults.size());
    assertTrue(faults.getFirst().contains("stack=64"), faults.getFirst());
  }

  /** A function that is nowhere, as NVRTC leaves one in without a word. */
  @Test
  void theAssemblerRefusesWhatIsNowhere() {
    String text = kernel(".extern .func elsewhere ();", "  call elsewhere;");
    List<String> faults = faults("here", text, "sm_61");
    assertEquals(1, faults.size());
    assertTrue(faults.getFirst().contains("elsewhere"), faults.getFirst());
  }
}
