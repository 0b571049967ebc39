package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.asm.Avx2Products;
import dev.jora.kernel.asm.VnniProducts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ladder, and the vector kernels at widths other than this machine's own. */
class KernelSelectorTest {
  @Test
  void theHighestRungIsTheDefault() {
    String avx2 = Avx2Products.obstacle() == null ? "avx2" : "vector";
    String best = VnniProducts.obstacle() == null ? "vnni" : avx2;
    assertEquals(best, KernelSelector.best().kernels().name());
    assertEquals(avx2, KernelSelector.atMost("avx2").kernels().name());
    assertEquals("vector", KernelSelector.atMost("vector").kernels().name());
    assertEquals("scalar", KernelSelector.atMost("scalar").kernels().name());
    assertEquals(List.of("scalar", "vector", "avx2", "vnni"), KernelSelector.names());
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
            case "vnni" -> "assembled kernels, on AVX-512 VNNI";
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
}
