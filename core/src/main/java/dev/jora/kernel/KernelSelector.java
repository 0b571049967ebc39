package dev.jora.kernel;

import dev.jora.kernel.x86.AmxProducts;
import dev.jora.kernel.x86.Avx2Products;
import dev.jora.kernel.x86.VnniProducts;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The ladders of kernel sets, one for each kind of processor. The choice is the highest rung that
 * this JVM can stand on, and it comes with one sentence that says why it is not a higher one and
 * how to get there.
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

  /**
   * The rungs of a kind of processor, slowest first.
   *
   * @param arches what the JVM calls such processors; none: all that no other ladder names
   */
  private record Ladder(String processor, Set<String> arches, List<Rung> rungs) {
    List<String> names() {
      return rungs.stream().map(Rung::name).toList();
    }
  }

  private static final Rung SCALAR =
      new Rung(
          "scalar",
          () -> null,
          () -> new Choice(new ScalarKernels(), "scalar kernels were asked for."));

  private static final Rung VECTOR =
      new Rung("vector", KernelSelector::vectorObstacle, KernelSelector::vector);

  private static final List<Ladder> LADDERS =
      List.of(
          new Ladder(
              "x86-64",
              Set.of("amd64", "x86_64"),
              List.of(
                  SCALAR,
                  VECTOR,
                  new Rung("avx2", KernelSelector::avx2Obstacle, KernelSelector::avx2),
                  new Rung("vnni", KernelSelector::vnniObstacle, KernelSelector::vnni),
                  new Rung("amx", KernelSelector::amxObstacle, KernelSelector::amx))),
          new Ladder("others", Set.of(), List.of(SCALAR, VECTOR)));

  private static final String ARCH = System.getProperty("os.arch");

  private KernelSelector() {}

  private static Ladder ladder(String arch) {
    return LADDERS.stream()
        .filter(ladder -> ladder.arches().contains(arch))
        .findFirst()
        .orElseGet(LADDERS::getLast);
  }

  /** The names of the rungs that processors like this one have, slowest first. */
  public static List<String> names() {
    return names(ARCH);
  }

  static List<String> names(String arch) {
    return ladder(arch).names();
  }

  /** The best set for this JVM. */
  public static Choice best() {
    return atMost(names().getLast());
  }

  /**
   * The best set that is no higher than {@code name}.
   *
   * @throws IllegalArgumentException if processors like this one have no rung of this name
   */
  public static Choice atMost(String name) {
    return atMost(name, ARCH);
  }

  static Choice atMost(String name, String arch) {
    requireRung(name, arch);
    List<Rung> rungs = ladder(arch).rungs();
    int rung = names(arch).indexOf(name);
    String obstacle = null;
    for (; rung > 0; rung--) {
      String here = rungs.get(rung).obstacle().get();
      if (here == null) {
        break;
      }
      obstacle = obstacle == null ? here : obstacle;
    }
    Choice choice = rungs.get(rung).take().get();
    return obstacle == null ? choice : new Choice(choice.kernels(), obstacle);
  }

  /**
   * Checks the name of a rung.
   *
   * @throws IllegalArgumentException if processors like this one have none of this name
   */
  public static void requireRung(String name) {
    requireRung(name, ARCH);
  }

  private static void requireRung(String name, String arch) {
    if (names(arch).contains(name)) {
      return;
    }
    String known = "; choose one of: " + String.join(", ", names(arch));
    for (Ladder other : LADDERS) {
      if (other.names().contains(name)) {
        throw new IllegalArgumentException(
            "'%s' kernels are for %s, and this processor is %s"
                    .formatted(name, other.processor(), arch)
                + known);
      }
    }
    throw new IllegalArgumentException("there are no kernels named '" + name + "'" + known);
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
    return new Choice(new VnniKernels(), "assembled kernels, on AVX-512 VNNI.");
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
        new VnniKernels(new AmxProducts()),
        "assembled kernels, on AVX-512 VNNI and, for batches of tokens, on AMX tiles.");
  }

  private static Choice vector() {
    return new Choice(
        new VectorKernels(), "vector kernels, on vectors of " + VectorWidth.BITS + " bits.");
  }
}
