package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.OneInstruction.Form;
import java.math.BigDecimal;
import java.util.List;

/** Conversions and comparisons, each with what it is in Java. */
final class ConversionForms {
  private ConversionForms() {}

  private static float f(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static long bits(double value) {
    return Float.floatToRawIntBits((float) value) & 0xffffffffL;
  }

  private static double h(long bits) {
    return Float.float16ToFloat((short) bits);
  }

  static void conversions(List<Form> forms) {
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

  static void comparisons(List<Form> forms) {
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
}
