package dev.jora.backend.cuda.software;

/** Conversions between types. */
final class ConvertOps {
  private static final double TWO_63 = 0x1p63;

  private ConvertOps() {}

  static void run(Instruction in, Warp w, int m) {
    int[] a = in.wideA ? null : w.r[in.a];
    if (in.type == Type.F16X2 || in.type == Type.BF16X2) {
      boolean bf16 = in.type == Type.BF16X2;
      int[] low = w.r[in.b];
      for (int i = 0; i < Warp.LANES; i++) {
        w.spare[i] = half(in, a[i], bf16) << 16 | half(in, low[i], bf16);
      }
      Lanes.blend(w.spare, w.r[in.d], m);
      return;
    }
    boolean plain = !in.saturate && !in.flush && a != null;
    if (plain && in.type.wide() && !in.type.real() && in.from == Type.S32) {
      for (int i = 0; i < Warp.LANES; i++) {
        w.spareLong[i] = a[i];
      }
      Lanes.blend(w.spareLong, w.q[in.d], m);
    } else if (plain && in.type.wide() && !in.type.real() && in.from == Type.U32) {
      for (int i = 0; i < Warp.LANES; i++) {
        w.spareLong[i] = a[i] & 0xffffffffL;
      }
      Lanes.blend(w.spareLong, w.q[in.d], m);
    } else if (!in.saturate && in.wideA && in.type == Type.U32 && !in.wideD && !in.from.real()) {
      for (int i = 0; i < Warp.LANES; i++) {
        w.spare[i] = (int) w.q[in.a][i];
      }
      Lanes.blend(w.spare, w.r[in.d], m);
    } else if (plain && in.type == Type.F32 && in.from == Type.S32 && nearest(in)) {
      for (int i = 0; i < Warp.LANES; i++) {
        w.spare[i] = Float.floatToRawIntBits(a[i]);
      }
      Lanes.blend(w.spare, w.r[in.d], m);
    } else if (plain && in.type == Type.F32 && in.from == Type.F16 && !in.whole) {
      for (int i = 0; i < Warp.LANES; i++) {
        w.spare[i] = Float.floatToRawIntBits(Float.float16ToFloat((short) a[i]));
      }
      Lanes.blend(w.spare, w.r[in.d], m);
    } else {
      any(in, w, m);
    }
  }

  private static boolean nearest(Instruction in) {
    return in.rounding == Rounding.NEAREST;
  }

  private static int half(Instruction in, int bits, boolean bf16) {
    float value = Float.intBitsToFloat(bits);
    return in.rounding == Rounding.NEAREST
        ? Half.encode(value, bf16)
        : Half.encode(bf16 ? Float.intBitsToFloat(bits & 0xffff0000) : toward0(value), bf16);
  }

  private static double toward0(float value) {
    int nearest = Half.encode(value, false);
    boolean beyond = Math.abs(Half.decode(nearest, false)) > Math.abs(value);
    return Half.decode(beyond ? nearest - 1 : nearest, false);
  }

  private static void any(Instruction in, Warp w, int m) {
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        long bits = in.wideA ? w.q[in.a][i] : w.r[in.a][i];
        long result = one(in, bits);
        if (in.wideD) {
          w.q[in.d][i] = result;
        } else {
          w.r[in.d][i] = (int) result;
        }
      }
    }
  }

  private static long one(Instruction in, long bits) {
    if (in.from.real()) {
      double value = decode(in, bits);
      return in.type.real() ? encode(in, value) : whole(in, value);
    }
    long value =
        switch (in.from) {
          case S8 -> (byte) bits;
          case U8, B8 -> bits & 0xff;
          case S16 -> (short) bits;
          case U16, B16 -> bits & 0xffff;
          case S32 -> (int) bits;
          case U32, B32 -> bits & 0xffffffffL;
          default -> bits;
        };
    if (!in.type.real()) {
      return cut(in, value);
    }
    if (in.type == Type.F32 && in.rounding == Rounding.NEAREST && in.from != Type.U64) {
      return Float.floatToRawIntBits(value);
    }
    double real = value;
    if (in.from == Type.U64 && value < 0) {
      real = (double) (value >>> 1 | value & 1) * 2;
    }
    if (in.type == Type.F32 && in.from.wide()) {
      // the sum of two exact halves, so that it is rounded once
      double high = (double) (value >>> 32) * 0x1p32;
      high = in.from == Type.S64 ? (double) (value >> 32) * 0x1p32 : high;
      double low = value & 0xffffffffL;
      double sum = high + low;
      return Float.floatToRawIntBits(in.rounding.round(sum, high - sum + low));
    }
    return encode(in, real);
  }

  private static double decode(Instruction in, long bits) {
    return switch (in.from) {
      case F16 -> Half.decode((int) bits & 0xffff, false);
      case BF16 -> Half.decode((int) bits & 0xffff, true);
      case F32 -> {
        float value = Float.intBitsToFloat((int) bits);
        yield in.flush && Math.abs(value) < Float.MIN_NORMAL ? Math.copySign(0, value) : value;
      }
      default -> Double.longBitsToDouble(bits);
    };
  }

  private static long encode(Instruction in, double number) {
    double value = in.whole ? in.rounding.whole(number) : number;
    if (in.saturate) {
      value = value > 0 ? Math.min(value, 1) : 0;
    }
    return switch (in.type) {
      case F16, BF16 -> {
        boolean bf16 = in.type == Type.BF16;
        yield in.whole || in.rounding == Rounding.NEAREST
            ? Half.encode(value, bf16)
            : half(in, Float.floatToRawIntBits((float) value), bf16);
      }
      case F32 -> Float.floatToRawIntBits(in.whole ? (float) value : in.rounding.round(value, 0));
      default -> Double.doubleToRawLongBits(value);
    };
  }

  /** To an integer: what is beyond its type becomes its end, what is no number 0. */
  private static long whole(Instruction in, double number) {
    double value = in.rounding.whole(number);
    return switch (in.type) {
      case S8 -> (long) clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case U8, B8 -> (long) clamp(value, 0, 255);
      case S16 -> (long) clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
      case U16, B16 -> (long) clamp(value, 0, 65535);
      case S32 -> (int) value;
      case U32, B32 -> (long) clamp(value, 0, 4294967295.0);
      case S64 -> (long) value;
      default ->
          value >= TWO_63 ? (long) (value - TWO_63) + Long.MIN_VALUE : (long) Math.max(value, 0);
    };
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value == value ? value : 0));
  }

  private static long cut(Instruction in, long value) {
    if (in.saturate) {
      boolean huge = !in.from.signed() && value < 0;
      long low = in.type.signed() ? -1L << 8 * in.type.bytes() - 1 : 0;
      long high =
          in.type.signed()
              ? ~low
              : in.type.wide() ? Long.MAX_VALUE : (1L << 8 * in.type.bytes()) - 1;
      return huge ? high : Math.max(low, Math.min(high, value));
    }
    return switch (in.type) {
      case S8 -> (byte) value;
      case U8, B8 -> value & 0xff;
      case S16 -> (short) value;
      case U16, B16 -> value & 0xffff;
      case S32 -> (int) value;
      case U32, B32 -> value & 0xffffffffL;
      default -> value;
    };
  }
}
