package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.cuda.software.OneInstruction.Form;
import dev.jora.backend.cuda.software.OneInstruction.Plain;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every instruction on integers and bits, against plain arithmetic with numbers of any length. */
final class IntegerInstructionsTest {
  /** A number as its type reads the bits. */
  private static BigInteger number(long bits, int width, boolean signed) {
    BigInteger mask = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
    BigInteger value = BigInteger.valueOf(bits).and(mask);
    return signed && value.testBit(width - 1)
        ? value.subtract(BigInteger.ONE.shiftLeft(width))
        : value;
  }

  private interface Big {
    BigInteger of(BigInteger a, BigInteger b, BigInteger c);
  }

  private static Plain big(int width, boolean signed, Big f) {
    return (a, b, c) ->
        f.of(number(a, width, signed), number(b, width, signed), number(c, width, signed))
            .longValue();
  }

  private static BigInteger divide(BigInteger a, BigInteger b) {
    return b.signum() == 0 ? BigInteger.ONE.negate() : a.divide(b);
  }

  private static BigInteger remainder(BigInteger a, BigInteger b) {
    return b.signum() == 0 ? a : a.remainder(b);
  }

  private static int amount(BigInteger b, int width) {
    return b.bitLength() > 31 ? width : Math.min(b.intValue(), width);
  }

  static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (int width : new int[] {16, 32, 64}) {
      for (char kind : new char[] {'s', 'u'}) {
        boolean signed = kind == 's';
        String t = kind + "" + width;
        String b = "b" + width;
        String two = "%s %s %s".formatted(b, b, b);
        String three = two + " " + b;
        forms.add(f("add." + t, two, big(width, signed, (x, y, z) -> x.add(y))));
        forms.add(f("sub." + t, two, big(width, signed, (x, y, z) -> x.subtract(y))));
        forms.add(f("mul.lo." + t, two, big(width, signed, (x, y, z) -> x.multiply(y))));
        forms.add(
            f(
                "mul.hi." + t,
                two,
                big(width, signed, (x, y, z) -> x.multiply(y).shiftRight(width))));
        forms.add(f("mad.lo." + t, three, big(width, signed, (x, y, z) -> x.multiply(y).add(z))));
        forms.add(
            f(
                "mad.hi." + t,
                three,
                big(width, signed, (x, y, z) -> x.multiply(y).shiftRight(width).add(z))));
        forms.add(f("div." + t, two, big(width, signed, (x, y, z) -> divide(x, y))));
        forms.add(f("rem." + t, two, big(width, signed, (x, y, z) -> remainder(x, y))));
        forms.add(f("min." + t, two, big(width, signed, (x, y, z) -> x.min(y))));
        forms.add(f("max." + t, two, big(width, signed, (x, y, z) -> x.max(y))));
        forms.add(
            f("sad." + t, three, big(width, signed, (x, y, z) -> z.add(x.subtract(y).abs()))));
        String shift = "%s %s b32".formatted(b, b);
        forms.add(
            f(
                "shr." + t,
                shift,
                (x, y, z) ->
                    number(x, width, signed)
                        .shiftRight(amount(number(y, 32, false), 2 * width))
                        .longValue()));
        if (width < 64) {
          String wide = "b%d %s %s".formatted(2 * width, b, b);
          forms.add(f("mul.wide." + t, wide, big(width, signed, (x, y, z) -> x.multiply(y))));
          forms.add(
              f(
                  "mad.wide." + t,
                  wide + " b" + 2 * width,
                  (x, y, z) ->
                      number(x, width, signed)
                          .multiply(number(y, width, signed))
                          .add(number(z, 2 * width, signed))
                          .longValue()));
        }
        if (width > 16) {
          forms.add(
              f(
                  "bfe." + t,
                  "%s %s b32 b32".formatted(b, b),
                  (x, y, z) -> field(number(x, width, signed), y, z, width, signed)));
          forms.add(f("bfind." + t, "b32 " + b, (x, y, z) -> highest(number(x, width, signed))));
        }
      }
      bits(forms, width);
    }
    words(forms);
    return forms;
  }

  private static void bits(List<Form> forms, int width) {
    String b = "b" + width;
    String two = "%s %s %s".formatted(b, b, b);
    String one = "%s %s".formatted(b, b);
    forms.add(f("and." + b, two, (x, y, z) -> x & y));
    forms.add(f("or." + b, two, (x, y, z) -> x | y));
    forms.add(f("xor." + b, two, (x, y, z) -> x ^ y));
    forms.add(f("not." + b, one, (x, y, z) -> ~x));
    forms.add(f("cnot." + b, one, (x, y, z) -> x == 0 ? 1 : 0));
    forms.add(f("neg.s" + width, one, (x, y, z) -> -x));
    forms.add(f("abs.s" + width, one, big(width, true, (x, y, z) -> x.abs())));
    forms.add(
        f(
            "shl." + b,
            "%s %s b32".formatted(b, b),
            (x, y, z) ->
                BigInteger.valueOf(x).shiftLeft(amount(number(y, 32, false), 64)).longValue()));
    forms.add(f("selp." + b, two + " pred", (x, y, z) -> (z & 0xffffffffL) != 0 ? x : y));
    forms.add(f("mov." + b, one, (x, y, z) -> x));
    if (width > 16) {
      forms.add(f("brev." + b, one, (x, y, z) -> Long.reverse(x) >>> 64 - width));
      forms.add(f("popc." + b, "b32 " + b, (x, y, z) -> Long.bitCount(x)));
      forms.add(
          f("clz." + b, "b32 " + b, (x, y, z) -> width - number(x, width, false).bitLength()));
      forms.add(
          new Form(
              "bfi." + b + " %d, %a, %b, %c, 9;",
              "%s %s %s b32".formatted(b, b, b),
              (x, y, z) -> {
                int at = (int) z & 255;
                long mask = at >= width ? 0 : 511L << at;
                return y & ~mask | (at >= width ? 0 : x << at & mask);
              }));
    }
  }

  private static void words(List<Form> forms) {
    String two = "b32 b32 b32";
    String three = "b32 b32 b32 b32";
    for (int table : new int[] {0xea, 0x96, 0x6a, 0xc0, 0x01, 0xfe}) {
      forms.add(
          new Form(
              "lop3.b32 %d, %a, %b, %c, " + table + ";",
              three,
              (x, y, z) -> {
                long d = 0;
                for (int i = 0; i < 32; i++) {
                  int index =
                      (int) (x >> i & 1) << 2 | (int) (y >> i & 1) << 1 | (int) (z >> i & 1);
                  d |= (long) (table >> index & 1) << i;
                }
                return d;
              }));
    }
    forms.add(f("prmt.b32", three, (x, y, z) -> permute(x, y, z)));
    forms.add(f("prmt.b32.f4e", three, (x, y, z) -> (y << 32 | x) >>> 8 * (z & 3)));
    forms.add(f("prmt.b32.rc8", three, (x, y, z) -> (x >> 8 * (z & 3) & 255) * 0x01010101L));
    forms.add(f("shf.l.wrap.b32", three, (x, y, z) -> (y << 32 | x) << (z & 31) >>> 32));
    forms.add(f("shf.r.wrap.b32", three, (x, y, z) -> (y << 32 | x) >>> (z & 31)));
    forms.add(f("shf.r.clamp.b32", three, (x, y, z) -> (y << 32 | x) >>> Math.min(z, 32)));
    forms.add(f("shf.l.clamp.b32", three, (x, y, z) -> z >= 32 ? x : (y << 32 | x) << z >>> 32));
    for (String kinds : List.of("s32.s32", "u32.u32", "s32.u32", "u32.s32")) {
      forms.add(f("dp4a." + kinds, three, (x, y, z) -> dot(x, y, z, kinds)));
    }
    forms.add(
        f(
            "bfind.shiftamt.u32",
            "b32 b32",
            (x, y, z) -> x == 0 ? -1 : Long.numberOfLeadingZeros(x) - 32));
    forms.add(f("add.sat.s32", two, (x, y, z) -> clamp((long) (int) x + (int) y)));
    forms.add(f("sub.sat.s32", two, (x, y, z) -> clamp((long) (int) x - (int) y)));
    forms.add(new Form("add.s32 %d, %a, -7;", "b32 b32", (x, y, z) -> x - 7));
    forms.add(new Form("mov.b64 %d, {%a, %b};", "b64 b32 b32", (x, y, z) -> y << 32 | x));
    forms.add(new Form("mov.b32 %d, {%a, %b};", "b32 b16 b16", (x, y, z) -> y << 16 | x));
    forms.add(new Form("mov.b64 {%w, %d}, %a;", "b32 b64", (x, y, z) -> x >>> 32));
    forms.add(new Form("mov.b32 {%d, _}, %a;", "b16 b32", (x, y, z) -> x & 0xffff));
    forms.add(new Form("and.pred %d, %a, %b;", "pred pred pred", (x, y, z) -> truth(x) & truth(y)));
    forms.add(new Form("or.pred %d, %a, %b;", "pred pred pred", (x, y, z) -> truth(x) | truth(y)));
    forms.add(new Form("xor.pred %d, %a, %b;", "pred pred pred", (x, y, z) -> truth(x) ^ truth(y)));
    forms.add(new Form("not.pred %d, %a;", "pred pred", (x, y, z) -> 1 - truth(x)));
    forms.add(new Form("mov.pred %d, %a;", "pred pred", (x, y, z) -> truth(x)));
    forms.add(
        new Form(
            "mov.b32 %d, 5;\n@%c add.s32 %d, %a, %b;",
            "b32 b32 b32 pred", (x, y, z) -> truth(z) != 0 ? x + y : 5));
    forms.add(
        new Form(
            "mov.b32 %d, 5;\n@!%c add.s32 %d, %a, %b;",
            "b32 b32 b32 pred", (x, y, z) -> truth(z) == 0 ? x + y : 5));
  }

  private static long truth(long x) {
    return (x & 0xffffffffL) != 0 ? 1 : 0;
  }

  private static long clamp(long value) {
    return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static long permute(long x, long y, long z) {
    long d = 0;
    for (int i = 0; i < 4; i++) {
      long one = z >> 4 * i;
      long value = (y << 32 | x) >> 8 * (one & 7) & 255;
      d |= ((one & 8) == 0 ? value : value >= 128 ? 255 : 0) << 8 * i;
    }
    return d;
  }

  private static long dot(long x, long y, long z, String kinds) {
    long sum = z;
    for (int i = 0; i < 32; i += 8) {
      long a = kinds.startsWith("s") ? (byte) (x >> i) : x >> i & 255;
      long b = kinds.endsWith("s32") ? (byte) (y >> i) : y >> i & 255;
      sum += a * b;
    }
    return sum;
  }

  private static long field(BigInteger x, long position, long length, int width, boolean signed) {
    int at = (int) position & 255;
    int n = (int) length & 255;
    if (n == 0) {
      return 0;
    }
    BigInteger bits = x.signum() < 0 ? x.add(BigInteger.ONE.shiftLeft(width)) : x;
    boolean sign = signed && bits.testBit(Math.min(at + n - 1, width - 1));
    BigInteger d = BigInteger.ZERO;
    for (int i = 0; i < width; i++) {
      boolean bit = i < n && at + i < width ? bits.testBit(at + i) : sign;
      d = bit ? d.setBit(i) : d;
    }
    return d.longValue();
  }

  private static long highest(BigInteger x) {
    return (x.signum() < 0 ? x.not() : x).bitLength() - 1;
  }

  private static Form f(String name, String types, Plain plain) {
    int n = types.split(" ").length;
    return new Form(
        name + " %d, %a" + (n > 2 ? ", %b" : "") + (n > 3 ? ", %c" : "") + ";", types, plain);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void isPlainArithmetic(Form form) {
    Random random = new Random(form.text().hashCode());
    String[] types = form.types().split(" ");
    try (Bench bench = new Bench()) {
      for (int round = 0; round < 3; round++) {
        long[][] in = new long[3][OneInstruction.LANES];
        for (int i = 1; i < types.length; i++) {
          boolean truth = types[i].equals("pred");
          int bits = truth ? 32 : Integer.parseInt(types[i].substring(1));
          in[i - 1] = OneInstruction.integers(random, bits);
          for (int lane = 0; truth && lane < OneInstruction.LANES; lane++) {
            in[i - 1][lane] &= 1;
          }
        }
        long[] got = OneInstruction.run(bench, form, in);
        long mask = form.bits() == 64 ? -1 : (1L << form.bits()) - 1;
        for (int lane = 0; lane < OneInstruction.LANES; lane++) {
          long want = form.plain().of(in[0][lane], in[1][lane], in[2][lane]) & mask;
          long[] each = {in[0][lane], in[1][lane], in[2][lane]};
          assertEquals(
              Long.toHexString(want),
              Long.toHexString(got[lane] & mask),
              () -> "%s of %x %x %x".formatted(form.text(), each[0], each[1], each[2]));
        }
      }
    }
  }
}
