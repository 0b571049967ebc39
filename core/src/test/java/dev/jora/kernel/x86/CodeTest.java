package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Gpr.R12;
import static dev.jora.kernel.x86.Gpr.R13;
import static dev.jora.kernel.x86.Gpr.R14;
import static dev.jora.kernel.x86.Gpr.R15;
import static dev.jora.kernel.x86.Gpr.R8;
import static dev.jora.kernel.x86.Gpr.R9;
import static dev.jora.kernel.x86.Gpr.RAX;
import static dev.jora.kernel.x86.Gpr.RBP;
import static dev.jora.kernel.x86.Gpr.RBX;
import static dev.jora.kernel.x86.Gpr.RCX;
import static dev.jora.kernel.x86.Gpr.RDI;
import static dev.jora.kernel.x86.Gpr.RDX;
import static dev.jora.kernel.x86.Gpr.RSI;
import static dev.jora.kernel.x86.Gpr.RSP;
import static dev.jora.kernel.x86.Mem.at;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls of assembled code, and what kernels leave as they found it. */
class CodeTest {
  private static final Gpr[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  static List<GgmlType> types() {
    return Arrays.stream(GgmlType.values()).filter(t -> BlockCodes.find(t) != null).toList();
  }

  static List<GgmlType> runTypes() {
    return Arrays.stream(GgmlType.values()).filter(t -> RunCodes.find(t) != null).toList();
  }

  private static void assumeCode() {
    Assumptions.assumeTrue(Machine.runsCode(), "skipped: this is no Linux on x86-64");
  }

  @Test
  void addsTwoArguments() {
    assumeCode();
    Assembler a = new Assembler();
    a.add(RDI, RSI);
    a.mov(at(RDX, 0), RDI);
    a.ret();
    Code code = new Code(a);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(8, 8);
      code.call(40, 2, out.address(), 0, 0, 0);
      assertEquals(42, out.get(ValueLayout.JAVA_LONG, 0));
      code.call(Long.MAX_VALUE, 1, out.address(), 0, 0, 0);
      assertEquals(Long.MIN_VALUE, out.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Test
  void allSixArgumentsArrive() {
    assumeCode();
    for (int place = 0; place < 6; place++) {
      // Where to store is one of the six itself, so each of them is it once.
      Gpr[] arguments = {RDI, RSI, RDX, RCX, R8, R9};
      Assembler a = new Assembler();
      for (int i = 0; i < 6; i++) {
        a.mov(at(arguments[place], 8L * i), arguments[i]);
      }
      a.ret();
      Code code = new Code(a);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(48, 8);
        long[] v = {-1, Long.MIN_VALUE, 0x0123456789ABCDEFL, 1L << 40, 5, Long.MAX_VALUE};
        v[place] = out.address();
        code.call(v[0], v[1], v[2], v[3], v[4], v[5]);
        assertArrayEquals(v, out.toArray(ValueLayout.JAVA_LONG));
      }
    }
  }

  /**
   * Replaces the code of a kernel by code that calls it with marks in the registers that System V
   * has a callee keep, and stores what it finds in them afterwards.
   */
  private static final class Guard {
    private final List<MemorySegment> found = new ArrayList<>();
    private final Arena arena;

    Guard(Arena arena) {
      this.arena = arena;
    }

    <T> T around(T kernel) throws ReflectiveOperationException {
      for (Field field : kernel.getClass().getDeclaredFields()) {
        field.setAccessible(true);
        if (field.getType() == Code.class && field.get(kernel) != null) {
          field.set(kernel, guarded((Code) field.get(kernel)));
        } else if (field.get(kernel) instanceof Map<?, ?> codes) {
          for (Map.Entry<?, ?> entry : codes.entrySet()) {
            setValue(entry);
          }
        }
      }
      return kernel;
    }

    @SuppressWarnings("unchecked") // the maps of kernels are of codes
    private void setValue(Map.Entry<?, ?> entry) throws ReflectiveOperationException {
      ((Map.Entry<?, Code>) entry).setValue(guarded((Code) entry.getValue()));
    }

    private Code guarded(Code code) throws ReflectiveOperationException {
      Field entry = Code.class.getDeclaredField("entry");
      entry.setAccessible(true);
      MemorySegment out = arena.allocate(8L * (SAVED.length + 3), 8);
      found.add(out);
      Assembler a = new Assembler();
      for (Gpr r : SAVED) {
        a.push(r);
      }
      a.sub(RSP, 8); // a callee finds the stack 8 bytes off a multiple of 16
      for (int i = 0; i < SAVED.length; i++) {
        a.mov(SAVED[i], mark(i));
      }
      a.mov(RAX, a.constant64(out.address()));
      a.mov(at(RAX, 8L * SAVED.length), RSP);
      Label back = new Label();
      a.lea(RAX, Mem.constant(back));
      a.push(RAX);
      a.mov(RAX, a.constant64(((MemorySegment) entry.get(code)).address()));
      a.push(RAX);
      a.ret(); // to the kernel, which returns to back
      a.bind(back);
      a.mov(RAX, a.constant64(out.address()));
      for (int i = 0; i < SAVED.length; i++) {
        a.mov(at(RAX, 8L * i), SAVED[i]);
      }
      a.mov(at(RAX, 8L * SAVED.length + 8), RSP);
      a.mov(RCX, 1);
      a.mov(at(RAX, 8L * SAVED.length + 16), RCX);
      a.add(RSP, 8);
      for (int i = SAVED.length - 1; i >= 0; i--) {
        a.pop(SAVED[i]);
      }
      a.ret();
      return new Code(a);
    }

    private static int mark(int i) {
      return 0x5A5A0000 + 257 * (i + 1);
    }

    void check(String what) {
      for (MemorySegment out : found) {
        long[] registers = out.toArray(ValueLayout.JAVA_LONG);
        assertEquals(1, registers[SAVED.length + 2], what + " was not called");
        for (int i = 0; i < SAVED.length; i++) {
          assertEquals(mark(i), registers[i], what + ": " + SAVED[i]);
        }
        assertEquals(registers[SAVED.length], registers[SAVED.length + 1], what + ": RSP");
      }
      found.clear();
    }
  }

  @Test
  void theGuardSeesARegisterThatIsLost() throws ReflectiveOperationException {
    assumeCode();
    try (Arena arena = Arena.ofConfined()) {
      Assembler a = new Assembler();
      a.mov(R13, 7);
      a.ret();
      Guard guard = new Guard(arena);
      guard.guarded(new Code(a)).call(0, 0, 0, 0, 0, 0);
      assertEquals(7, guard.found.getFirst().get(ValueLayout.JAVA_LONG, 24));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void productsKeepRegisters(GgmlType type) throws ReflectiveOperationException {
    Machine.assumeVnni();
    int k = 512;
    int rows = 7;
    long stride = type.rowBytes(k);
    BlockCode block = BlockCodes.find(type);
    try (Arena arena = Arena.ofConfined()) {
      Guard guard = new Guard(arena);
      long w = arena.allocate(stride * rows, 64).address();
      long x = arena.allocate(4L * k * 12, 64).address();
      long y = arena.allocate(4L * k * 12, 64).address();
      for (int tokens : new int[] {1, 2, 5, Cut.MOST}) {
        long row = arena.allocate(RowForm.bytes(k) * tokens, 64).address();
        guard.around(new RowForm(k)).prepare(x, tokens, tokens - 1, row);
        guard.check("RowForm");
        if (UnitProducts.supports(block, k)) {
          long units = arena.allocate(UnitForm.bytes(k) * tokens, 64).address();
          UnitForm form = guard.around(new UnitForm(block.order()));
          form.prepare(x, k, tokens, tokens - 1, units);
          guard.check("UnitForm");
          UnitProducts products = guard.around(new UnitProducts(block, k, tokens));
          products.run(w, stride, rows, units, y, 4L * rows);
          guard.check("UnitProducts");
        } else {
          RowProducts products = guard.around(new RowProducts(block, k, tokens));
          products.run(w, stride, rows, row, y, 4L * rows);
          guard.check("RowProducts");
        }
      }
      guard.around(new Dequantize(block)).run(w, k, y);
      guard.check("Dequantize");
      long band = arena.allocate(BandForm.bytes(block, k), 64).address();
      long scratch = arena.allocate(BandForm.scratchBytes(), 64).address();
      guard.around(new BandForm(block, k)).unpack(w, stride, rows, band, scratch);
      guard.check("BandForm");
      for (int tokens : new int[] {1, 5, Cut.MOST}) {
        long group = arena.allocate(TokenForm.bytes(k, tokens), 64).address();
        guard.around(new TokenForm(k, tokens)).prepare(x, 4L * k, 1, group);
        guard.check("TokenForm");
        BandProducts products = guard.around(new BandProducts(block, k, tokens));
        products.run(band, group, y, 4L * rows, 1, rows);
        guard.check("BandProducts");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void productsOfFloatsKeepRegisters(FloatCode type) throws ReflectiveOperationException {
    Machine.assumeVnni();
    int k = 170;
    int rows = 7;
    try (Arena arena = Arena.ofConfined()) {
      Guard guard = new Guard(arena);
      long w = arena.allocate(4L * k * rows, 64).address();
      long x = arena.allocate(4L * k * Cut.MOST, 64).address();
      long y = arena.allocate(4L * rows * Cut.MOST, 64).address();
      for (int tokens : new int[] {1, 2, 5, Cut.MOST}) {
        guard.around(new FloatRows(type, k, tokens)).run(w, rows, x, y, 4L * rows);
        guard.check("FloatRows");
      }
      long band = arena.allocate(FloatBand.bytes(k), 64).address();
      guard.around(new FloatBand(type, k, rows)).unpack(w, Runs.of(k).count() - 1, band);
      guard.check("FloatBand");
      for (int tokens : new int[] {1, 5, Cut.MOST}) {
        long many = arena.allocate(4L * k * tokens, 64).address();
        long group = arena.allocate(FloatGroup.bytes(k, tokens), 64).address();
        long out = arena.allocate(4L * rows * tokens, 64).address();
        guard.around(new FloatGroup(k, tokens)).prepare(many, 4L * k, group);
        guard.check("FloatGroup");
        FloatTile tile = guard.around(new FloatTile(k, tokens));
        tile.run(band, 0, group, out, 4L * rows, rows);
        tile.run(band, 1, group, out, 4L * rows, rows);
        guard.check("FloatTile");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void productsOfWordsKeepRegisters(FloatCode type) throws ReflectiveOperationException {
    Machine.assumeVnni();
    int k = 160;
    int rows = 7;
    long stride = (long) type.bytes() * k;
    try (Arena arena = Arena.ofConfined()) {
      Guard guard = new Guard(arena);
      long w = arena.allocate(stride * rows, 64).address();
      long band = arena.allocate(WordForm.bytes(k, WordTile.ROWS), 64).address();
      guard.around(new WordForm(type, k, rows, WordTile.ROWS)).write(w, stride, band);
      guard.check("WordForm");
      for (int tokens : new int[] {1, 5, Cut.MOST}) {
        long x = arena.allocate(4L * k * tokens, 64).address();
        long group = arena.allocate(WordForm.bytes(k, tokens), 64).address();
        long y = arena.allocate(4L * rows * tokens, 64).address();
        guard.around(new WordForm(FloatCode.F32, k, tokens, tokens)).write(x, 4L * k, group);
        guard.check("WordForm");
        guard.around(new WordTile(k, tokens)).run(band, group, y, 4L * rows, 1, rows);
        guard.check("WordTile");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runTypes")
  void productsOnAvx2KeepRegisters(GgmlType type) throws ReflectiveOperationException {
    Machine.assumeAvx2();
    int k = 512;
    int rows = 7;
    long stride = type.rowBytes(k);
    RunCode runs = RunCodes.find(type);
    Dot256 dot = Avx2Products.DOT;
    try (Arena arena = Arena.ofConfined()) {
      Guard guard = new Guard(arena);
      long w = arena.allocate(Math.max(stride, 2L * k) * rows, 64).address();
      long x = arena.allocate(4L * k * 12, 64).address();
      long y = arena.allocate(4L * k * 12, 64).address();
      for (int tokens : new int[] {1, 2, 5, Cut.MOST}) {
        long row = arena.allocate(ShortForm.bytes(k) * tokens, 64).address();
        guard.around(new ShortForm(k)).prepare(x, row);
        guard.check("ShortForm");
        guard.around(new ShortRows(runs, k, tokens, dot)).run(w, stride, rows, row, y, 4L * rows);
        guard.check("ShortRows");
        guard.around(new HalfRows(k, tokens)).run(w, rows, x, y, 4L * rows);
        guard.check("HalfRows");
      }
      long band = arena.allocate(ByteBand.bytes(runs, k, dot), 64).address();
      long unpacking = arena.allocate(ByteBand.scratchBytes(), 64).address();
      guard.around(new ByteBand(runs, k, dot)).unpack(w, stride, rows, band, unpacking);
      guard.check("ByteBand");
      long totals = arena.allocate(ByteTile.scratchBytes(), 64).address();
      for (int tokens : new int[] {1, 5, ByteForm.MOST}) {
        long group = arena.allocate(ByteForm.bytes(k, tokens), 64).address();
        guard.around(new ByteForm(k, tokens)).prepare(x, 4L * k, -1, group);
        guard.check("ByteForm");
        ByteTile tile = guard.around(new ByteTile(runs, k, tokens, dot));
        tile.run(band, group, y, 4L * rows, rows, totals);
        guard.check("ByteTile");
      }
    }
  }

  @Test
  void otherKernelsKeepRegisters() throws ReflectiveOperationException {
    Machine.assumeVnni();
    try (Arena arena = Arena.ofConfined()) {
      Guard guard = new Guard(arena);
      long in = arena.allocate(1 << 20, 64).address();
      long out = arena.allocate(1 << 20, 64).address();
      long more = arena.allocate(1 << 20, 64).address();
      long records = arena.allocate(1 << 10, 64).address();
      for (boolean halves : new boolean[] {true, false}) {
        guard.around(new PageKeys(halves, 80)).run(in, out);
        guard.check("PageKeys");
      }
      for (boolean stored : new boolean[] {true, false}) {
        guard.around(new PageAttention(80, 96, stored)).run(in, in, in, out, 7, 40, records);
      }
      guard.check("PageAttention");
      Halves halves = guard.around(new Halves());
      halves.fromFloats(in, 64, out);
      guard.check("Halves");
      for (FloatCode type : FloatCode.values()) {
        guard.around(new FloatValues(type)).run(in, 70, out);
        guard.check("FloatValues");
      }
      VnniRows rows = guard.around(new VnniRows());
      rows.rmsNorm(in, 64, more, 1e-5f, out);
      rows.rmsNorm(in, 64, 0, 1e-5f, out);
      rows.layerNorm(in, 64, more, more, 1e-5f, out);
      rows.softcap(in, 64, 30);
      for (VnniRows.Curve curve : VnniRows.Curve.values()) {
        rows.activate(curve, in, 64);
        rows.glu(curve, in, more, 64);
      }
      rows.addScaled(in, 64, 2, out);
      rows.scale(in, 64, 2);
      rows.rope(in, 64, true, more);
      rows.rope(in, 64, false, more);
      guard.check("VnniRows");
    }
  }

  /** Kernels keep nothing between calls: threads that use the same one do not meet. */
  @Test
  void threadsGetEqualResults() throws Exception {
    Machine.assumeVnni();
    int k = 512;
    int rows = 23;
    GgmlType type = GgmlType.Q4_K;
    ProductCode products = new VnniProducts().singles(type, k);
    try (Arena arena = Arena.ofShared();
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      MemorySegment w = arena.allocate(type.rowBytes(k) * rows, 64);
      MemorySegment x = arena.allocate(4L * k, 64);
      Random random = new Random(1);
      for (int i = 0; i < rows * k / 256; i++) {
        for (int j = 4; j < 144; j++) {
          w.set(ValueLayout.JAVA_BYTE, 144L * i + j, (byte) random.nextInt());
        }
        w.set(ValueLayout.JAVA_SHORT, 144L * i, Float.floatToFloat16(0.01f));
        w.set(ValueLayout.JAVA_SHORT, 144L * i + 2, Float.floatToFloat16(0.02f));
      }
      for (int i = 0; i < k; i++) {
        x.set(ValueLayout.JAVA_FLOAT, 4L * i, (float) random.nextGaussian());
      }
      float[] expected = product(products, w, x, rows);
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        work.add(
            () -> {
              for (int i = 0; i < 5000; i++) {
                assertArrayEquals(expected, product(products, w, x, rows));
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    }
  }

  private static float[] product(ProductCode products, MemorySegment w, MemorySegment x, int rows) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment prepared = arena.allocate(products.bytes(1), 64);
      MemorySegment y = arena.allocate(4L * rows, 64);
      products.prepare(x.address(), 0, 1, 0, t -> true, prepared.address());
      products.run(w.address(), rows, prepared.address(), 1, y.address(), 0, 0);
      float[] values = y.toArray(ValueLayout.JAVA_FLOAT);
      for (float value : values) {
        assertEquals(0, value - value, "a finite product");
      }
      return values;
    }
  }
}
