package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.OneInstruction.Form;
import dev.jora.backend.cuda.software.OneInstruction.Plain;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every instruction on numbers with fractions, conversions and comparisons, against Java's own. */
final class FloatInstructionsTest {
  private static float f(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static long bits(double value) {
    return Float.floatToRawIntBits((float) value) & 0xffffffffL;
  }

  private static double h(long bits) {
    return Float.float16ToFloat((short) bits);
  }

  private static double b(long bits) {
    return Float.intBitsToFloat((int) bits << 16);
  }

  private interface Two {
    double of(double a, double b);
  }

  static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    String one = "f32 f32";
    String two = "f32 f32 f32";
    String three = "f32 f32 f32 f32";
    forms.add(new Form("add.f32 %d, %a, %b;", two, (x, y, z) -> bits(f(x) + f(y))));
    forms.add(new Form("sub.f32 %d, %a, %b;", two, (x, y, z) -> bits(f(x) - f(y))));
    forms.add(new Form("mul.f32 %d, %a, %b;", two, (x, y, z) -> bits(f(x) * f(y))));
    forms.add(new Form("div.rn.f32 %d, %a, %b;", two, (x, y, z) -> bits(f(x) / f(y))));
    forms.add(
        new Form(
            "fma.rn.f32 %d, %a, %b, %c;", three, (x, y, z) -> bits(Math.fma(f(x), f(y), f(z)))));
    forms.add(
        new Form(
            "fma.rn.sat.f32 %d, %a, %b, %c;",
            three,
            (x, y, z) -> {
              float v = Math.fma(f(x), f(y), f(z));
              return bits(v > 0 ? Math.min(v, 1) : 0);
            }));
    forms.add(new Form("min.f32 %d, %a, %b;", two, (x, y, z) -> bits(least(f(x), f(y)))));
    forms.add(new Form("max.f32 %d, %a, %b;", two, (x, y, z) -> bits(-least(-f(x), -f(y)))));
    forms.add(new Form("max.NaN.f32 %d, %a, %b;", two, (x, y, z) -> bits(Math.max(f(x), f(y)))));
    forms.add(new Form("abs.f32 %d, %a;", one, (x, y, z) -> x & 0x7fffffff));
    forms.add(new Form("neg.f32 %d, %a;", one, (x, y, z) -> x ^ 0x80000000L));
    forms.add(
        new Form("copysign.f32 %d, %a, %b;", two, (x, y, z) -> bits(Math.copySign(f(y), f(x)))));
    forms.add(
        new Form(
            "mul.ftz.f32 %d, %a, %b;", two, (x, y, z) -> bits(flush(flush(f(x)) * flush(f(y))))));
    for (String mode : List.of("rz", "rm", "rp")) {
      forms.add(new Form("add.%s.f32 %%d, %%a, %%b;".formatted(mode), two, directed(mode, 0)));
      forms.add(new Form("mul.%s.f32 %%d, %%a, %%b;".formatted(mode), two, directed(mode, 1)));
      forms.add(
          new Form("fma.%s.f32 %%d, %%a, %%b, %%c;".formatted(mode), three, directed(mode, 2)));
    }
    unary(forms, "rcp.rn", v -> 1 / v);
    unary(forms, "rcp.approx", v -> 1 / v);
    unary(forms, "sqrt.rn", Math::sqrt);
    unary(forms, "sqrt.approx", Math::sqrt);
    unary(forms, "rsqrt.approx", v -> 1 / Math.sqrt(v));
    unary(forms, "ex2.approx", v -> Math.pow(2, v));
    unary(forms, "lg2.approx", v -> Math.log(v) / Math.log(2));
    unary(forms, "sin.approx", Math::sin);
    unary(forms, "cos.approx", Math::cos);
    unary(forms, "tanh.approx", Math::tanh);
    halves(forms, "f16");
    halves(forms, "bf16");
    conversions(forms);
    comparisons(forms);
    return forms;
  }

  private static void unary(List<Form> forms, String name, DoubleUnaryOperator f) {
    forms.add(new Form(name + ".f32 %d, %a;", "f32 f32", (x, y, z) -> bits(f.applyAsDouble(f(x)))));
  }

  private static float least(float a, float b) {
    return a != a ? b : b != b ? a : Math.min(a, b);
  }

  private static float flush(float v) {
    return Math.abs(v) < Float.MIN_NORMAL ? Math.copySign(0, v) : v;
  }

  /** Rounds what is exact in a number of any length. */
  private static Plain directed(String mode, int kind) {
    return (x, y, z) -> {
      float a = f(x);
      float b = f(y);
      float c = kind == 2 ? f(z) : kind == 0 ? b : -0f;
      float plain = kind == 0 ? a + b : kind == 1 ? a * b : Math.fma(a, b, c);
      if (!Float.isFinite(a) || !Float.isFinite(b) || !Float.isFinite(c)) {
        return bits(plain);
      }
      if (Float.isInfinite(plain)) {
        boolean kept = mode.equals(plain > 0 ? "rp" : "rm");
        return bits(kept ? plain : Math.copySign(Float.MAX_VALUE, plain));
      }
      BigDecimal exact = new BigDecimal(a);
      exact =
          kind == 0
              ? exact.add(new BigDecimal(b), MathContext.UNLIMITED)
              : exact.multiply(new BigDecimal(b)).add(new BigDecimal(c));
      int order = new BigDecimal(plain).compareTo(exact);
      boolean down = mode.equals("rm") || mode.equals("rz") && exact.signum() > 0;
      boolean up = mode.equals("rp") || mode.equals("rz") && exact.signum() < 0;
      return bits(
          down && order > 0 ? Math.nextDown(plain) : up && order < 0 ? Math.nextUp(plain) : plain);
    };
  }

  private static double decode(long bits, String type) {
    return type.equals("f16") ? h(bits) : b(bits);
  }

  /** The nearest by trying: exact for what has few bits. */
  private static long encode(double value, String type) {
    if (Double.isNaN(value)) {
      return 0x7fff;
    }
    long sign = value < 0 || 1 / value < 0 ? 0x8000 : 0;
    int low = 0;
    int high = type.equals("f16") ? 0x7c00 : 0x7f80;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (decode(middle, type) <= Math.abs(value)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double above = high == 0x7c00 && type.equals("f16") ? 65536 : decode(high, type);
    if (high == 0x7f80 && !type.equals("f16")) {
      above = 0x1p128;
    }
    double half = decode(low, type) / 2 + above / 2;
    boolean up = Math.abs(value) > half || Math.abs(value) == half && (low & 1) == 1;
    return sign | (up ? high : low);
  }

  private static void halves(List<Form> forms, String t) {
    pair(forms, "add", t, Double::sum);
    pair(forms, "sub", t, (a, b) -> a - b);
    pair(forms, "mul", t, (a, b) -> a * b);
    pair(forms, "min", t, (a, b) -> a != a ? b : b != b ? a : Math.min(a, b));
    pair(forms, "max", t, (a, b) -> a != a ? b : b != b ? a : Math.max(a, b));
    String w = t.replace("16", "16x2");
    forms.add(
        new Form(
            "fma.rn.%s %%d, %%a, %%b, %%c;".formatted(t),
            "b16 b16 b16 b16",
            (x, y, z) -> encode(decode(x, t) * decode(y, t) + decode(z, t), t)));
    forms.add(
        new Form(
            "fma.rn.%s %%d, %%a, %%b, %%c;".formatted(w),
            "b32 b32 b32 b32",
            (x, y, z) ->
                encode(decode(x & 0xffff, t) * decode(y & 0xffff, t) + decode(z & 0xffff, t), t)
                    | encode(decode(x >> 16, t) * decode(y >> 16, t) + decode(z >> 16, t), t)
                        << 16));
    forms.add(new Form("neg.%s %%d, %%a;".formatted(w), "b32 b32", (x, y, z) -> x ^ 0x80008000L));
    forms.add(new Form("abs.%s %%d, %%a;".formatted(t), "b16 b16", (x, y, z) -> x & 0x7fff));
    forms.add(
        new Form("cvt.rn.%s.f32 %%d, %%a;".formatted(t), "b16 f32", (x, y, z) -> encode(f(x), t)));
    forms.add(
        new Form(
            "cvt.rn.%s.f32 %%d, %%a, %%b;".formatted(w),
            "b32 f32 f32",
            (x, y, z) -> encode(f(x), t) << 16 | encode(f(y), t)));
    forms.add(
        new Form(
            "setp.gtu.%s %%d, %%a, %%b;".formatted(t),
            "pred b16 b16",
            (x, y, z) -> decode(x, t) <= decode(y, t) ? 0 : 1));
    forms.add(
        new Form(
            "set.lt.%s.%s %%d, %%a, %%b;".formatted(w, w),
            "b32 b32 b32",
            (x, y, z) ->
                (decode(x & 0xffff, t) < decode(y & 0xffff, t) ? encode(1, t) : 0)
                    | (decode(x >> 16, t) < decode(y >> 16, t) ? encode(1, t) : 0) << 16));
  }

  private static void pair(List<Form> forms, String name, String t, Two f) {
    forms.add(
        new Form(
            "%s.%s %%d, %%a, %%b;".formatted(name, t),
            "b16 b16 b16",
            (x, y, z) -> encode(f.of(decode(x, t), decode(y, t)), t)));
    forms.add(
        new Form(
            "%s.%s %%d, %%a, %%b;".formatted(name, t.replace("16", "16x2")),
            "b32 b32 b32",
            (x, y, z) ->
                encode(f.of(decode(x & 0xffff, t), decode(y & 0xffff, t)), t)
                    | encode(f.of(decode(x >> 16, t), decode(y >> 16, t)), t) << 16));
  }

  private static void conversions(List<Form> forms) {
    forms.add(new Form("cvt.f32.f16 %d, %a;", "f32 b16", (x, y, z) -> bits(h(x))));
    forms.add(new Form("cvt.rn.f32.s32 %d, %a;", "f32 b32", (x, y, z) -> bits((float) (int) x)));
    forms.add(new Form("cvt.rn.f32.u32 %d, %a;", "f32 b32", (x, y, z) -> bits((float) x)));
    forms.add(new Form("cvt.rn.f32.s64 %d, %a;", "f32 b64", (x, y, z) -> bits((float) x)));
    forms.add(
        new Form(
            "cvt.rn.f32.u64 %d, %a;",
            "f32 b64", (x, y, z) -> bits(new BigDecimal(Long.toUnsignedString(x)).floatValue())));
    forms.add(new Form("cvt.rn.f32.s16 %d, %a;", "f32 b16", (x, y, z) -> bits((short) x)));
    forms.add(new Form("cvt.rni.s32.f32 %d, %a;", "b32 f32", (x, y, z) -> (int) Math.rint(f(x))));
    forms.add(new Form("cvt.rzi.s32.f32 %d, %a;", "b32 f32", (x, y, z) -> (int) f(x)));
    forms.add(new Form("cvt.rmi.s32.f32 %d, %a;", "b32 f32", (x, y, z) -> (int) Math.floor(f(x))));
    forms.add(new Form("cvt.rpi.s32.f32 %d, %a;", "b32 f32", (x, y, z) -> (int) Math.ceil(f(x))));
    forms.add(
        new Form(
            "cvt.rzi.u32.f32 %d, %a;",
            "b32 f32",
            (x, y, z) ->
                (long) Math.min(Math.max(f(x) == f(x) ? (double) f(x) : 0, 0), 4294967295.0)));
    forms.add(
        new Form(
            "cvt.rzi.u8.f32 %w, %a;\ncvt.u16.u32 %d, %w;",
            "b16 f32", (x, y, z) -> (long) Math.min(Math.max(f(x) == f(x) ? f(x) : 0, 0), 255)));
    forms.add(new Form("cvt.rzi.s64.f32 %d, %a;", "b64 f32", (x, y, z) -> (long) f(x)));
    forms.add(new Form("cvt.rni.f32.f32 %d, %a;", "f32 f32", (x, y, z) -> bits(Math.rint(f(x)))));
    forms.add(
        new Form(
            "cvt.sat.f32.f32 %d, %a;",
            "f32 f32", (x, y, z) -> bits(f(x) > 0 ? Math.min(f(x), 1) : 0)));
    forms.add(
        new Form(
            "cvt.f64.f32 %in, %a;\nadd.s64 %at, %in, 0;\ncvt.rn.f32.f64 %d, %at;",
            "f32 f32", (x, y, z) -> x));
    forms.add(new Form("cvt.s64.s32 %d, %a;", "b64 b32", (x, y, z) -> (int) x));
    forms.add(new Form("cvt.u64.u32 %d, %a;", "b64 b32", (x, y, z) -> x));
    forms.add(new Form("cvt.u32.u64 %d, %a;", "b32 b64", (x, y, z) -> x & 0xffffffffL));
    forms.add(new Form("cvt.s32.s8 %d, %a;", "b32 b32", (x, y, z) -> (byte) x));
    forms.add(new Form("cvt.u32.u8 %d, %a;", "b32 b32", (x, y, z) -> x & 255));
    forms.add(new Form("cvt.s32.s16 %d, %a;", "b32 b16", (x, y, z) -> (short) x));
    forms.add(new Form("cvt.u16.u32 %d, %a;", "b16 b32", (x, y, z) -> x & 0xffff));
    forms.add(
        new Form("cvt.sat.s8.s32 %d, %a;", "b32 b32", (x, y, z) -> Math.clamp((int) x, -128, 127)));
    forms.add(
        new Form("cvt.sat.u8.s32 %d, %a;", "b32 b32", (x, y, z) -> Math.clamp((int) x, 0, 255)));
  }

  private static void comparisons(List<Form> forms) {
    for (String name : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
      forms.add(
          new Form(
              "setp.%s.f32 %%d, %%a, %%b;".formatted(name),
              "pred f32 f32",
              (x, y, z) -> f(x) == f(x) && f(y) == f(y) && holds(name, f(x), f(y)) ? 1 : 0));
      forms.add(
          new Form(
              "setp.%su.f32 %%d, %%a, %%b;".formatted(name),
              "pred f32 f32",
              (x, y, z) -> f(x) != f(x) || f(y) != f(y) || holds(name, f(x), f(y)) ? 1 : 0));
      for (int width : new int[] {16, 32, 64}) {
        String types = "pred b%d b%d".formatted(width, width);
        int up = 64 - width;
        forms.add(
            new Form(
                "setp.%s.s%d %%d, %%a, %%b;".formatted(name, width),
                types,
                (x, y, z) -> holds(name, Long.compare(x << up, y << up), 0) ? 1 : 0));
        forms.add(
            new Form(
                "setp.%s.u%d %%d, %%a, %%b;".formatted(name, width),
                types,
                (x, y, z) -> holds(name, Long.compareUnsigned(x << up, y << up), 0) ? 1 : 0));
      }
    }
    forms.add(
        new Form(
            "setp.nan.f32 %d, %a, %b;",
            "pred f32 f32", (x, y, z) -> f(x) == f(x) && f(y) == f(y) ? 0 : 1));
    forms.add(
        new Form(
            "setp.ne.s32 %q, %c, 0;\nsetp.lt.and.s32 %d|%q, %a, %b, %q;",
            "pred b32 b32 b32", (x, y, z) -> (int) x < (int) y && z != 0 ? 1 : 0));
    forms.add(
        new Form(
            "setp.lt.s32 %q|%d, %a, %b;", "pred b32 b32", (x, y, z) -> (int) x < (int) y ? 0 : 1));
    forms.add(
        new Form("set.gt.u32.f32 %d, %a, %b;", "b32 f32 f32", (x, y, z) -> f(x) > f(y) ? -1 : 0));
    forms.add(
        new Form(
            "set.gt.f32.s32 %d, %a, %b;",
            "f32 b32 b32", (x, y, z) -> (int) x > (int) y ? bits(1) : 0));
  }

  private static boolean holds(String name, double a, double b) {
    return switch (name) {
      case "eq" -> a == b;
      case "ne" -> a != b;
      case "lt" -> a < b;
      case "le" -> a <= b;
      case "gt" -> a > b;
      default -> a >= b;
    };
  }

  /** Bits of the operand's type; numbers with fractions are mostly usual ones. */
  private static long[] operand(Random random, String type, String text) {
    if (type.equals("f32")) {
      return OneInstruction.floats(random);
    }
    int bits = Integer.parseInt(type.substring(1));
    boolean halves = text.contains("f16");
    if (!halves || random.nextInt(3) == 0) {
      return OneInstruction.integers(random, bits);
    }
    long[] values = new long[OneInstruction.LANES];
    String kind = text.contains("bf16") ? "bf16" : "f16";
    for (int i = 0; i < values.length; i++) {
      values[i] = encode(random.nextGaussian() * 10, kind);
      values[i] |= bits == 32 ? encode(random.nextGaussian() * 10, kind) << 16 : 0;
    }
    return values;
  }

  private static boolean none(long bits, String text, int width) {
    boolean half = text.contains("f16") && !text.startsWith("cvt.f32") && !text.startsWith("set");
    if (half) {
      int limit = text.contains("bf16") ? 0x7f80 : 0x7c00;
      return (bits & 0x7fff) > limit || width == 32 && (bits >> 16 & 0x7fff) > limit;
    }
    return width == 32 && Float.isNaN(f(bits));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void isJavasArithmetic(Form form) {
    Random random = new Random(form.text().hashCode());
    String[] types = form.types().split(" ");
    boolean real = form.types().startsWith("f") || form.text().contains("f16");
    int checked = 0;
    try (Bench bench = new Bench()) {
      for (int round = 0; round < 4; round++) {
        long[][] in = new long[3][OneInstruction.LANES];
        for (int i = 1; i < types.length; i++) {
          in[i - 1] = operand(random, types[i], form.text());
        }
        long[] got = OneInstruction.run(bench, form, in);
        long mask = form.bits() == 64 ? -1 : (1L << form.bits()) - 1;
        for (int lane = 0; lane < OneInstruction.LANES; lane++) {
          long[] each = {in[0][lane], in[1][lane], in[2][lane]};
          long want = form.plain().of(each[0], each[1], each[2]) & mask;
          long have = got[lane] & mask;
          if (real && none(want, form.text(), form.bits())) {
            assertTrue(none(have, form.text(), form.bits()), () -> said(form, each, have));
          } else if (form.text().contains("approx")) {
            assertEquals(f(want), f(have), Math.abs(f(want)) * 1e-6f, () -> said(form, each, have));
            checked++;
          } else {
            assertEquals(
                Long.toHexString(want), Long.toHexString(have), () -> said(form, each, have));
            checked++;
          }
        }
      }
    }
    assertTrue(checked > 40, "only %d results are numbers".formatted(checked));
  }

  private static String said(Form form, long[] each, long have) {
    return "%s of %x %x %x gave %x".formatted(form.text(), each[0], each[1], each[2], have);
  }
}
