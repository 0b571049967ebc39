package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Attention;
import dev.jora.backend.Buffer;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.kernel.Activation;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults planted in the kernels that jora carries, or in what they are given: the device in
 * software names kernel, line of the CUDA source, thread, and what.
 */
final class PlantedFaultTest {
  private static final int[] TARGETS = {61, 80};

  private static final Pattern BARRIER = Pattern.compile("(bar|barrier)\\.sync[^;]*;");
  private static final String UNSAFE = "race: |which nobody wrote|which cp.async may still fill";

  private static final Attention WIDE = new Attention(2, 1, 160, 144, 0.1f, 0, 0, true, 0, null);
  private static final Attention SMALL = new Attention(8, 1, 64, 32, 0.1f, 0, 0, true, 0, null);

  /**
   * Work that needs the barriers of a kernel.
   *
   * @param spare the most that it can do without
   */
  private record Work(String module, String kernel, int spare, Workload.Operation work) {}

  /**
   * What has barriers. Those of tiles can spare that behind the last one, which here is the first;
   * the code of rows that are read has copies of its steps that this work does not come to.
   */
  private static List<Work> all(int target) {
    int rows = target == 80 ? 1 : 2;
    int mixed = target == 80 ? 2 : 6;
    return List.of(
        new Work("norm", "normalise", 1, w -> norm(w, 300)), // before the first sum nobody reads
        new Work("norm", "normalise_rows", 1, w -> norm(w, 320)), // likewise
        new Work("attention", "attend_2", 0, w -> attend(w, WIDE, GgmlType.F16, true)),
        new Work("attention", "attend_8", 0, w -> attend(w, SMALL, GgmlType.Q8_0, true)),
        new Work(
            "attention_tiles", "read_f16_any", rows, w -> attend(w, WIDE, GgmlType.F16, false)),
        new Work(
            "attention_tiles", "read_f16_128", rows, w -> attend(w, SMALL, GgmlType.F16, false)),
        new Work(
            "attention_tiles",
            "read_mixed_any",
            mixed,
            w -> attend(w, SMALL, GgmlType.Q8_0, false)),
        new Work("q4_k", "matvec_q4_k_1", 0, w -> gated(w, GgmlType.Q4_K)),
        new Work("f16", "matvec_f16_1", 0, w -> gated(w, GgmlType.F16)),
        new Work("q4_k", tiles(GgmlType.Q4_K, target), 1, w -> tiles(w, GgmlType.Q4_K)),
        new Work("f16", tiles(GgmlType.F16, target), 1, w -> tiles(w, GgmlType.F16)));
  }

  private static void norm(Workload w, int width) {
    Norm norm = new Norm(Norm.Kind.LAYER, w.vector(width), w.vector(width), 1e-5f);
    Buffer out = w.room.allocate(3, width);
    w.backend.normalise(norm, w.buffer(3, width), 3, out);
    w.read(out, 3);
  }

  private static void attend(Workload w, Attention a, GgmlType type, boolean drawn) {
    w.attend(a, type, 300, 3, drawn);
  }

  private static void multiply(Workload w, GgmlType type, int n, boolean drawn) {
    w.multiply(w.weight(type, 512, 70), n, drawn);
  }

  /** A gate and what goes through it, which meet in the kernel of their products. */
  private static void gated(Workload w, GgmlType type) {
    Buffer gate = w.room.allocate(1, 70);
    Buffer up = w.room.allocate(1, 70);
    List<Product> pair =
        List.of(
            new Product(w.weight(type, 512, 70), null, gate),
            new Product(w.weight(type, 512, 70), null, up));
    w.backend.multiply(pair, w.buffer(1, 512), Rows.single(1));
    w.backend.glu(Gate.of(Activation.SILU), gate, up, 1);
    w.read(gate, 1);
  }

  private static void tiles(Workload w, GgmlType type) {
    multiply(w, type, 70, false);
  }

  /** The kernel of few columns of tiles. */
  private static String tiles(GgmlType type, int target) {
    return "matmul_%s_%d".formatted(Card.name(type), target == 80 ? 32 : 64);
  }

  /** The kernel of n columns, drawn or read. */
  private static String kernel(GgmlType type, int n, boolean drawn, int target) {
    return drawn ? "matvec_%s_%d".formatted(Card.name(type), n) : tiles(type, target);
  }

  static List<Arguments> work() {
    List<Arguments> all = new ArrayList<>();
    for (int target : TARGETS) {
      for (Work work : all(target)) {
        all.add(Arguments.of(work.kernel(), work, target));
      }
    }
    return all;
  }

  // ---- kernels that lack something ----------------------------------------------------------

  private static String text(String module, int target) {
    String name = module + ".compute_" + target + ".ptx";
    try (InputStream in = CudaCode.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where statements are in a kernel's text. */
  private static List<int[]> places(String ptx, String kernel, Pattern statement) {
    int from =
        Math.max(ptx.indexOf(".entry " + kernel + "("), ptx.indexOf(".entry " + kernel + "\n"));
    assertTrue(from > 0, kernel + " is not there");
    int next = ptx.indexOf(".entry ", from + 1);
    Matcher matcher = statement.matcher(ptx).region(from, next < 0 ? ptx.length() : next);
    List<int[]> all = new ArrayList<>();
    while (matcher.find()) {
      all.add(new int[] {matcher.start(), matcher.end()});
    }
    return all;
  }

  /** PTX without a place's statement, and every other text as it is. */
  private static UnaryOperator<String> without(String ptx, int[] place) {
    String rest = ptx.substring(0, place[0]) + ptx.substring(place[1]);
    return given -> given.equals(ptx) ? rest : given;
  }

  /** What the device says of work; nothing is left on it. */
  private static Optional<CudaException> fault(
      int target, UnaryOperator<String> edit, Workload.Operation work) {
    Workload w = new Workload(target, edit);
    try (w) {
      work.accept(w);
      return Optional.empty();
    } catch (CudaException e) {
      return Optional.of(e);
    } finally {
      assertEquals(List.of(), w.driver.leaks());
    }
  }

  /** That a message names the kernel, a line of its source, a thread, and what. */
  private static void names(CudaException e, String kernel, int code, String what) {
    assertEquals(code, e.code(), e.getMessage());
    assertTrue(Pattern.compile(what).matcher(e.getMessage()).find(), e.getMessage());
    Pattern form =
        Pattern.compile(
            Pattern.quote(kernel)
                + ", \\w+\\.cuh?:\\d+, block \\(\\d+, \\d+, \\d+\\), thread \\d+: .+: .+"
                + " \\(CUDA error \\d+\\)");
    assertTrue(form.matcher(e.getMessage()).matches(), e.getMessage());
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("work")
  void aBarrierThatIsMissingIsFound(String kernel, Work work, int target) {
    String ptx = text(work.module(), target);
    List<int[]> barriers = places(ptx, kernel, BARRIER);
    List<String> spared = new ArrayList<>();
    for (int[] barrier : barriers) {
      Optional<CudaException> e = fault(target, without(ptx, barrier), work.work());
      if (e.isPresent()) {
        names(e.get(), kernel, CudaException.LAUNCH_FAILED, UNSAFE);
      } else {
        int line = ptx.lastIndexOf(".loc", barrier[0]);
        spared.add(ptx.substring(line, ptx.indexOf('\n', line)));
      }
    }
    assertTrue(
        spared.size() <= work.spare(),
        "nobody misses, of %d barriers: %s".formatted(barriers.size(), spared));
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"Q4_K", "Q6_K", "Q8_0"})
  void copiesThatNobodyWaitsForAreFound(GgmlType type) {
    String module = Card.name(type);
    String kernel = tiles(type, 80);
    String ptx = text(module, 80);
    List<int[]> waits = places(ptx, kernel, Pattern.compile("cp\\.async\\.wait_(all|group)[^;]*;"));
    assertTrue(!waits.isEmpty(), kernel + " does not wait");
    StringBuilder rest = new StringBuilder(ptx);
    waits.reversed().forEach(wait -> rest.delete(wait[0], wait[1]));
    UnaryOperator<String> edit = given -> given.equals(ptx) ? rest.toString() : given;
    CudaException e = fault(80, edit, w -> tiles(w, type)).orElseThrow();
    names(e, kernel, CudaException.LAUNCH_FAILED, "cp.async may still fill");
  }

  // ---- kernels that are given too little -----------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {61, 80})
  void aMatrixOneRowShortIsFound(int target) {
    for (GgmlType type : List.of(GgmlType.Q4_K, GgmlType.Q8_0, GgmlType.F16)) {
      for (boolean drawn : new boolean[] {true, false}) {
        CudaException e =
            fault(
                    target,
                    ptx -> ptx,
                    w -> {
                      CudaWeight whole = CudaWeight.of(w.weight(type, 512, 7));
                      Shape more = Shape.of(512, 8);
                      w.multiply(new CudaWeight("short", type, more, whole.planes(), 0), 2, drawn);
                    })
                .orElseThrow();
        names(
            e,
            kernel(type, 2, drawn, target),
            CudaException.ILLEGAL_ADDRESS,
            "behind the end of allocation");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {61, 80})
  void anOutputOneRowShortIsFound(int target) {
    for (boolean drawn : new boolean[] {true, false}) {
      CudaException e =
          fault(
                  target,
                  ptx -> ptx,
                  w -> {
                    CudaBuffer out = CudaBuffer.of(w.room.allocate(2, 64));
                    CudaBuffer more = new CudaBuffer(out.address(), 3, 64, 64);
                    w.multiply(w.weight(GgmlType.Q4_K, 256, 64), w.buffer(3, 256), 3, drawn, more);
                  })
              .orElseThrow();
      String kernel = kernel(GgmlType.Q4_K, 4, drawn, target);
      names(e, kernel, CudaException.ILLEGAL_ADDRESS, "behind the end of allocation");
    }
    CudaException e =
        fault(
                target,
                ptx -> ptx,
                w -> {
                  CudaBuffer x = CudaBuffer.of(w.buffer(2, 64));
                  w.backend.scale(new CudaBuffer(x.address(), 3, 64, 64), 3, 2);
                })
            .orElseThrow();
    names(e, "scale_rows", CudaException.ILLEGAL_ADDRESS, "behind the end of allocation");
  }

  @ParameterizedTest
  @ValueSource(ints = {61, 80})
  void aPlaneBesideItsPlaceIsFound(int target) {
    for (boolean drawn : new boolean[] {true, false}) {
      CudaException e =
          fault(
                  target,
                  ptx -> ptx,
                  w -> {
                    CudaWeight whole = CudaWeight.of(w.weight(GgmlType.Q4_K, 512, 8));
                    long[] planes = whole.planes().clone();
                    planes[0] += 4;
                    w.multiply(
                        new CudaWeight("aside", whole.type(), whole.shape(), planes, 0), 2, drawn);
                  })
              .orElseThrow();
      String kernel = kernel(GgmlType.Q4_K, 2, drawn, target);
      names(e, kernel, 716, "which is no multiple of 16");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {61, 80})
  void scalesThatNobodyWroteAreFound(int target) {
    for (boolean drawn : new boolean[] {true, false}) {
      CudaException e =
          fault(
                  target,
                  ptx -> ptx,
                  w -> {
                    CudaWeight whole = CudaWeight.of(w.weight(GgmlType.Q4_K, 512, 8));
                    long[] planes = whole.planes().clone();
                    planes[1] = CudaBuffer.of(w.room.allocate(64, 64)).address();
                    w.multiply(
                        new CudaWeight("empty", whole.type(), whole.shape(), planes, 0), 2, drawn);
                  })
              .orElseThrow();
      String kernel = kernel(GgmlType.Q4_K, 2, drawn, target);
      names(e, kernel, CudaException.LAUNCH_FAILED, "that nobody wrote");
    }
  }

  /** A store that is left out of the kernel that rounds activations. */
  @ParameterizedTest
  @ValueSource(ints = {61, 80})
  void activationsWithoutScalesAreFound(int target) {
    String ptx = text("quantize", target);
    List<int[]> stores = places(ptx, "quantize_q8", Pattern.compile("st\\.global[^;]*;"));
    assertTrue(stores.size() > 1, "stores of quantize_q8: " + stores.size());
    for (int[] store : stores) {
      CudaException e =
          fault(
                  target,
                  without(ptx, store),
                  w -> w.multiply(w.weight(GgmlType.Q4_K, 512, 8), 1, true))
              .orElseThrow();
      names(e, "matvec_q4_k_1", CudaException.LAUNCH_FAILED, "that nobody wrote");
    }
  }
}
