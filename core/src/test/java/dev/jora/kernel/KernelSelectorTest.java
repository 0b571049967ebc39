package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.x86.AmxProducts;
import dev.jora.kernel.x86.Avx2Products;
import dev.jora.kernel.x86.VnniProducts;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ladder, and the vector kernels at widths other than this machine's own. */
class KernelSelectorTest {
  @Test
  void theHighestRungIsTheDefault() {
    String avx2 = Avx2Products.obstacle() == null ? "avx2" : "vector";
    String assembled = AmxProducts.obstacle() == null ? "amx" : "vnni";
    String best = VnniProducts.obstacle() == null ? assembled : avx2;
    assertEquals(best, KernelSelector.best().kernels().name());
    assertEquals(avx2, KernelSelector.atMost("avx2").kernels().name());
    assertEquals("vector", KernelSelector.atMost("vector").kernels().name());
    assertEquals("scalar", KernelSelector.atMost("scalar").kernels().name());
  }

  @Test
  void everyKindOfProcessorHasALadder() {
    List<String> x86 = List.of("scalar", "vector", "avx2", "vnni", "amx");
    assertEquals(x86, KernelSelector.names("amd64"));
    assertEquals(x86, KernelSelector.names("x86_64"));
    for (String arch : new String[] {"aarch64", "riscv64", "ppc64le"}) {
      assertEquals(List.of("scalar", "vector"), KernelSelector.names(arch));
      assertEquals("vector", KernelSelector.atMost("vector", arch).kernels().name());
    }
    assertEquals(KernelSelector.names(System.getProperty("os.arch")), KernelSelector.names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"avx2", "vnni", "amx"})
  void aRungOfAnotherKindOfProcessorIsAnErrorThatSaysSo(String name) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> KernelSelector.atMost(name, "aarch64"))
            .getMessage();
    assertEquals(
        "'"
            + name
            + "' kernels are for x86-64, and this processor is aarch64; choose one of: scalar,"
            + " vector",
        message);
  }

  @Test
  void namesAreCheckedLikewise() {
    KernelSelector.names().forEach(KernelSelector::requireRung);
    String checked =
        assertThrows(IllegalArgumentException.class, () -> KernelSelector.requireRung("fast"))
            .getMessage();
    String chosen =
        assertThrows(IllegalArgumentException.class, () -> KernelSelector.atMost("fast"))
            .getMessage();
    assertEquals(chosen, checked);
  }

  /** Whatever this machine is, the sentence is about the rung that was taken. */
  @Test
  void theReasonNamesTheRung() {
    for (String name : KernelSelector.names()) {
      KernelSelector.Choice choice = KernelSelector.atMost(name);
      String begin =
          switch (choice.kernels().name()) {
            case "vector" -> "vector kernels, on vectors of " + VectorWidth.BITS + " bits";
            case "avx2" -> "assembled kernels, on AVX2";
            case "vnni", "amx" -> "assembled kernels, on AVX-512 VNNI";
            default -> choice.kernels().name() + " kernels";
          };
      assertTrue(choice.reason().startsWith(begin), choice.reason());
      assertTrue(choice.reason().endsWith("."), choice.reason());
    }
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheRungs() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KernelSelector.atMost("fast"));
    assertTrue(e.getMessage().contains("fast") && e.getMessage().contains("scalar, vector"));
  }

  @Test
  void withoutTheModuleTheReasonSaysWhatToDo() throws Exception {
    String said = run(List.of("-verbose:class"), "choose");
    assertTrue(said.contains("CHOICE scalar"), said);
    assertTrue(said.contains("--add-modules jdk.incubator.vector"), said);
    assertFalse(
        Pattern.compile("jdk\\.incubator\\.vector\\.[A-Z]|dev\\.jora\\.kernel\\.Vector")
            .matcher(said)
            .find(),
        "a vector class was loaded");
  }

  /** The best set has code of its own for what models of common types need. */
  @Test
  void theVectorApiIsLoadedWhenItIsNeeded() throws Exception {
    Assumptions.assumeTrue(
        VnniProducts.obstacle() == null, "skipped: no assembled kernels on this machine");
    List<String> flags =
        List.of("--add-exports", "java.base/jdk.internal.module=ALL-UNNAMED", "-verbose:class");
    String said = run(flags, "multiply");
    int before = said.indexOf("MULTIPLIED " + KernelSelector.best().kernels().name());
    int after = said.indexOf("HAS dev.jora.kernel.VectorKernels");
    assertTrue(0 < before && before < after, said);
    String vectorClass = "jdk.incubator.vector.";
    assertFalse(said.substring(0, before).contains(vectorClass), "a vector class was loaded");
    assertTrue(said.substring(before, after).contains(vectorClass));
  }

  @Test
  void anImpossibleWidthStepsDown() throws Exception {
    List<String> flags = List.of("--add-modules", "jdk.incubator.vector", "-Djora.vector.bits=64");
    assertTrue(run(flags, "choose").contains("CHOICE scalar"));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorKernelsAtEveryWidth(int bits) throws Exception {
    List<String> flags =
        List.of("--add-modules", "jdk.incubator.vector", "-Djora.vector.bits=" + bits);
    String said = run(flags, "check");
    assertTrue(said.contains("CHECKED " + bits), said);
  }

  private static String run(List<String> flags, String what) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(KernelSelectorTest.class.getName());
    command.add(what);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  /** The child process. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("choose")) {
      KernelSelector.Choice choice = KernelSelector.best();
      System.out.println("CHOICE " + choice.kernels().name() + ": " + choice.reason());
      return;
    }
    if (args[0].equals("multiply")) {
      multiply(KernelSelector.best().kernels());
      return;
    }
    KernelsTest products = new KernelsTest();
    KernelsTest.types().forEach(products::someProductsMatchTheOracle);
    KernelsTest.types().forEach(type -> products.dequantize(new VectorKernels(), type));
    products.halves();
    RowKernelsTest rows = new RowKernelsTest();
    Kernels vector = new VectorKernels();
    rows.activations(vector);
    rows.activationsOfExtremes(vector);
    rows.exponentials(vector);
    rows.maximum(vector);
    rows.norms(vector);
    rows.rope(vector);
    rows.scoresAndWeightedSums(vector);
    System.out.println("CHECKED " + Vectors.BITS);
  }

  private static void multiply(Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(4096, 64);
      MemorySegment more = arena.allocate(4096, 64);
      for (GgmlType type : new GgmlType[] {GgmlType.F16, GgmlType.Q4_K}) {
        assertTrue(kernels.supports(type));
        kernels.dequantize(type, floats, 0, 256, more, 0);
      }
      TokenProducts products = kernels.matrix(GgmlType.F32, 32).singles();
      Floats token = new Floats(floats, 0, 1, 32);
      Multiply.run(products, floats, 0, 2, token, new Floats(more, 0, 1, 2), arena);
      kernels.layerNorm(floats, 0, 64, null, null, 1e-5f, more, 0);
      System.out.println("MULTIPLIED " + kernels.name());
      kernels.max(floats, 0, 64);
      System.out.println("HAS " + VectorKernels.class.getName());
    }
  }
}
