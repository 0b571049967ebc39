package dev.jora.kernel;

import dev.jora.kernel.asm.AmxProducts;
import dev.jora.kernel.asm.Avx2Products;
import dev.jora.kernel.asm.VnniProducts;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The ladder of kernel sets, slowest first. The choice is the highest rung that this JVM can stand
 * on, and it comes with one sentence that says why it is not a higher one and how to get there.
 */
public final class KernelSelector {
  /**
   * What was chosen.
   *
   * @param kernels the set
   * @param reason one sentence for the user
   */
  public record Choice(Kernels kernels, String reason) {}

  /**
   * One rung. The suppliers keep classes that need the module jdk.incubator.vector unloaded until
   * it is known to be there.
   *
   * @param obstacle why the rung cannot be taken, or null
   */
  private record Rung(String name, Supplier<String> obstacle, Supplier<Choice> take) {}

  private static final List<Rung> LADDER =
      List.of(
          new Rung(
              "scalar",
              () -> null,
              () -> new Choice(new ScalarKernels(), "scalar kernels were asked for.")),
          new Rung("vector", KernelSelector::vectorObstacle, KernelSelector::vector),
          new Rung("avx2", KernelSelector::avx2Obstacle, KernelSelector::avx2),
          new Rung("vnni", KernelSelector::vnniObstacle, KernelSelector::vnni),
          new Rung("amx", KernelSelector::amxObstacle, KernelSelector::amx));

  private KernelSelector() {}

  /** The names of all rungs, slowest first. */
  public static List<String> names() {
    return LADDER.stream().map(Rung::name).toList();
  }

  /** The best set for this JVM. */
  public static Choice best() {
    return atMost(LADDER.getLast().name());
  }

  /**
   * The best set that is no higher than {@code name}.
   *
   * @throws IllegalArgumentException if there is no rung of this name
   */
  public static Choice atMost(String name) {
    int rung = names().indexOf(name);
    if (rung < 0) {
      String known = names().stream().collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "there are no kernels named '" + name + "'; choose one of: " + known);
    }
    String obstacle = null;
    for (; rung > 0; rung--) {
      String here = LADDER.get(rung).obstacle().get();
      if (here == null) {
        break;
      }
      obstacle = obstacle == null ? here : obstacle;
    }
    Choice choice = LADDER.get(rung).take().get();
    return obstacle == null ? choice : new Choice(choice.kernels(), obstacle);
  }

  private static String vectorObstacle() {
    if (!IncubatorModule.load()) {
      return "scalar kernels, many times slower, because the JVM runs without the Vector API: pass"
          + " --add-modules jdk.incubator.vector.";
    }
    int bits = VectorWidth.BITS;
    if (bits != 128 && bits != 256 && bits != 512) {
      return "scalar kernels, many times slower, because there are no vector kernels of "
          + bits
          + " bits: they need a processor with, or -Djora.vector.bits set to, 128, 256 or 512.";
    }
    return null;
  }

  private static String avx2Obstacle() {
    String vector = vectorObstacle();
    if (vector != null) {
      return vector;
    }
    String obstacle = Avx2Products.obstacle();
    return obstacle == null
        ? null
        : "vector kernels, on vectors of "
            + VectorWidth.BITS
            + " bits, and not assembled ones: "
            + obstacle
            + ".";
  }

  private static String vnniObstacle() {
    String obstacle = VnniProducts.obstacle();
    boolean anyWidth = Integer.getInteger("jora.vector.bits") == null;
    if (obstacle == null && anyWidth && IncubatorModule.isAvailable()) {
      return null; // and the Vector API stays unloaded until something needs it
    }
    String avx2 = avx2Obstacle();
    if (avx2 != null) {
      return avx2;
    }
    return obstacle == null
        ? null
        : "assembled kernels, on " + avx2Name() + " and not on AVX-512: " + obstacle + ".";
  }

  private static String avx2Name() {
    return Avx2Products.avxVnni() ? "AVX2 with VNNI" : "AVX2";
  }

  private static Choice avx2() {
    return new Choice(new Avx2Kernels(), "assembled kernels, on " + avx2Name() + ".");
  }

  private static Choice vnni() {
    return new Choice(new AssembledKernels(), "assembled kernels, on AVX-512 VNNI.");
  }

  private static String amxObstacle() {
    String vnni = vnniObstacle();
    if (vnni != null) {
      return vnni;
    }
    String obstacle = AmxProducts.obstacle();
    return obstacle == null
        ? null
        : "assembled kernels, on AVX-512 VNNI and not on AMX tiles: " + obstacle + ".";
  }

  private static Choice amx() {
    return new Choice(
        new AssembledKernels(new AmxProducts()),
        "assembled kernels, on AVX-512 VNNI and, for batches of tokens, on AMX tiles.");
  }

  private static Choice vector() {
    return new Choice(
        new VectorKernels(), "vector kernels, on vectors of " + VectorWidth.BITS + " bits.");
  }
}
