package dev.jora.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What all vector kernels share: the width, memory without checks, sums over lanes, e^x.
 *
 * <p>The species are {@code static final} because C2 boxes every vector of any other. Sums over
 * lanes are written out as shuffles: {@code reduceLanes} adds in another order before and after
 * compilation, and the same question would get another answer while the JVM warms up. For the same
 * reason e^x is a polynomial here and not {@code lanewise(EXP)}.
 */
final class Vectors {
  /** Width in bits. */
  static final int BITS = VectorWidth.BITS;

  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);
  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);

  /** Half as wide as {@link #F}: as many shorts as it has floats. */
  static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(BITS / 2));

  /** Floats in a vector: 16, 8 or 4. */
  static final int LANES = F.length();

  /** As many bytes as {@link #F} has floats; at 128 bits there is no such vector of bytes. */
  static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, BITS / 4)));

  static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /**
   * All memory, by address. An address masked with {@link #ADDRESS} is provably within it, so C2
   * drops every bounds check in a loop. This is safe because addresses come from {@link
   * Segments#address} alone, which has checked the whole range that a kernel is going to touch.
   */
  @SuppressWarnings("restricted")
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** User addresses have 47 bits. */
  static final long ADDRESS = 0x7fff_ffff_ffffL;

  /** 0, 1, 2, … */
  static final IntVector IOTA = IntVector.zero(I).addIndex(1);

  private static final IntVector BYTE_SHIFTS = IntVector.broadcast(I, 0).addIndex(8);

  // One step of a sum over lanes: exchange lanes at a distance of a half, a quarter, …
  private static final VectorShuffle<Float> SWAP_2 = exchange(LANES / 2);
  private static final VectorShuffle<Float> SWAP_4 = exchange(LANES / 4);
  private static final VectorShuffle<Float> SWAP_8 = exchange(Math.max(1, LANES / 8));
  private static final VectorShuffle<Float> SWAP_16 = exchange(Math.max(1, LANES / 16));
  private static final VectorMask<Float> UPPER_2 = upper(LANES / 2);
  private static final VectorMask<Float> UPPER_4 = upper(LANES / 4);

  private Vectors() {}

  private static VectorShuffle<Float> exchange(int distance) {
    return VectorShuffle.fromOp(F, i -> i ^ distance);
  }

  private static VectorMask<Float> upper(int distance) {
    long bits = 0;
    for (int i = 0; i < LANES; i++) {
      bits |= (i & distance) != 0 ? 1L << i : 0;
    }
    return VectorMask.fromLong(F, bits);
  }

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(F, MEMORY, address & ADDRESS, LE);
  }

  static void store(FloatVector v, long address) {
    v.intoMemorySegment(MEMORY, address & ADDRESS, LE);
  }

  static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(F, MEMORY, address & ADDRESS, LE, mask);
  }

  static void store(FloatVector v, long address, VectorMask<Float> mask) {
    v.intoMemorySegment(MEMORY, address & ADDRESS, LE, mask);
  }

  static float loadFloat(long address) {
    return MEMORY.get(FLOAT, address & ADDRESS);
  }

  static void storeFloat(float value, long address) {
    MEMORY.set(FLOAT, address & ADDRESS, value);
  }

  /** The half at an address. */
  static float half(long address) {
    return Float.float16ToFloat(MEMORY.get(SHORT, address & ADDRESS));
  }

  /** The half at an address in every lane. */
  static FloatVector halves(long address) {
    return FloatVector.broadcast(F, half(address));
  }

  static int unsignedByte(long address) {
    return MEMORY.get(BYTE, address & ADDRESS) & 255;
  }

  static int signedByte(long address) {
    return MEMORY.get(BYTE, address & ADDRESS);
  }

  static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(I2F, 0);
  }

  /** table[i] for indices i of 0 to 15. */
  static FloatVector lookup(IntVector i, float[] table) {
    FloatVector t0 = FloatVector.fromArray(F, table, 0);
    if (LANES == 16) {
      return i.selectFrom(t0.reinterpretAsInts()).reinterpretAsFloats();
    }
    IntVector in = i.and(LANES - 1);
    IntVector value = in.selectFrom(t0.reinterpretAsInts());
    for (int part = 1; part < 16 / LANES; part++) {
      IntVector t = FloatVector.fromArray(F, table, part * LANES).reinterpretAsInts();
      value = value.blend(in.selectFrom(t), i.compare(GE, part * LANES));
    }
    return value.reinterpretAsFloats();
  }

  /** {@link #LANES} bytes, 0 to 255 each. */
  static IntVector unsignedBytes(long address) {
    if (LANES == 4) {
      IntVector word = IntVector.broadcast(I, MEMORY.get(INT, address & ADDRESS));
      return word.lanewise(LSHR, BYTE_SHIFTS).and(255);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(B, MEMORY, address & ADDRESS, LE)
            .convertShape(ZERO_EXTEND_B2I, I, 0);
  }

  /** {@link #LANES} bytes, −128 to 127 each. */
  static IntVector signedBytes(long address) {
    if (LANES == 4) {
      return unsignedBytes(address).lanewise(LSHL, 24).lanewise(ASHR, 24);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(B, MEMORY, address & ADDRESS, LE).convertShape(B2I, I, 0);
  }

  /** The sum over lanes: halves are added, then quarters, and so on. */
  static float sum(FloatVector v) {
    FloatVector half = v.add(v.rearrange(SWAP_2));
    return tail(half.add(half.rearrange(SWAP_4))).lane(0);
  }

  /**
   * y0, y1 = the sums over lanes of the vectors at {@code lanes} and 64 bytes on, plus m0, m1. One
   * float after the other, in the order of {@link #sum}: as vectors, C2 boxed one of the two in
   * most callers, 26 MB per token of a small model.
   */
  static void reduce(long lanes, float m0, float m1, long y0, long y1) {
    storeFloat(sumAt(lanes) + m0, y0);
    storeFloat(sumAt(lanes + 64) + m1, y1);
  }

  private static float sumAt(long lanes) {
    return (quarter(lanes) + quarter(lanes + 8)) + (quarter(lanes + 4) + quarter(lanes + 12));
  }

  /** Every fourth float of a vector, halves first. */
  private static float quarter(long at) {
    return switch (LANES) {
      case 4 -> loadFloat(at);
      case 8 -> loadFloat(at) + loadFloat(at + 16);
      default -> (loadFloat(at) + loadFloat(at + 32)) + (loadFloat(at + 16) + loadFloat(at + 48));
    };
  }

  /**
   * Four sums at once: every lane of quarter i holds the sum over lanes of argument i, the same bit
   * for bit as {@link #sum} of it.
   */
  static FloatVector sums(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    FloatVector ac = a.blend(c, UPPER_2).add(c.blend(a, UPPER_2).rearrange(SWAP_2));
    FloatVector bd = b.blend(d, UPPER_2).add(d.blend(b, UPPER_2).rearrange(SWAP_2));
    return tail(ac.blend(bd, UPPER_4).add(bd.blend(ac, UPPER_4).rearrange(SWAP_4)));
  }

  /** The steps of a sum that stay within a quarter. */
  private static FloatVector tail(FloatVector v) {
    FloatVector sum = v;
    if (LANES >= 8) {
      sum = sum.add(sum.rearrange(SWAP_8));
    }
    if (LANES >= 16) {
      sum = sum.add(sum.rearrange(SWAP_16));
    }
    return sum;
  }

  /**
   * e^x, to 1e-7 of the value: e^x = 2^n · e^r with |r| ≤ ln 2 / 2, and e^r by the polynomial of
   * Cephes' expf. Below −104 it is 0, above 89 it is ∞, of a NaN it is a NaN.
   */
  static FloatVector exp(FloatVector x) {
    final float magic = 0x1.8p23f;
    FloatVector shifted = x.fma(broadcast(1.44269504f), broadcast(magic));
    FloatVector n = shifted.sub(magic);
    FloatVector r = n.fma(broadcast(-0.693359375f), x);
    r = n.fma(broadcast(2.12194440e-4f), r);
    FloatVector p = expm1Near0(r).add(1);
    // 2^n in two factors, so that neither overflows where the product does not.
    IntVector exponent = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(magic));
    IntVector first = exponent.lanewise(ASHR, 1);
    p = p.mul(powerOfTwo(first)).mul(powerOfTwo(exponent.sub(first)));
    p = p.blend(0, x.compare(LT, -104));
    return p.blend(Float.POSITIVE_INFINITY, x.compare(GT, 89));
  }

  /** e^x − 1 for |x| ≤ ln 2 / 2. */
  private static FloatVector expm1Near0(FloatVector x) {
    FloatVector p = x.fma(broadcast(1.9875691500e-4f), broadcast(1.3981999507e-3f));
    p = p.fma(x, broadcast(8.3334519073e-3f));
    p = p.fma(x, broadcast(4.1665795894e-2f));
    p = p.fma(x, broadcast(1.6666665459e-1f));
    p = p.fma(x, broadcast(5.0000001201e-1f));
    return p.fma(x.mul(x), x);
  }

  /** e^x − 1 for x ≤ 0, near 0 too: 2^n (e^r − 1) + (2^n − 1). */
  static FloatVector expm1OfNegative(FloatVector x) {
    final float magic = 0x1.8p23f;
    FloatVector bounded = x.max(-87);
    FloatVector shifted = bounded.fma(broadcast(1.44269504f), broadcast(magic));
    FloatVector n = shifted.sub(magic);
    FloatVector r = n.fma(broadcast(-0.693359375f), bounded);
    r = n.fma(broadcast(2.12194440e-4f), r);
    IntVector exponent = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(magic));
    FloatVector power = powerOfTwo(exponent);
    return expm1Near0(r).fma(power, power.sub(1));
  }

  /** ln(1 + t) for 0 ≤ t ≤ 1, by the series of artanh. */
  static FloatVector log1p(FloatVector t) {
    FloatVector z = t.div(t.add(2));
    FloatVector s = z.mul(z);
    FloatVector p = s.fma(broadcast(2f / 13), broadcast(2f / 11));
    p = p.fma(s, broadcast(2f / 9)).fma(s, broadcast(2f / 7)).fma(s, broadcast(2f / 5));
    return p.fma(s, broadcast(2f / 3)).mul(s).fma(z, z.add(z));
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }

  /** tanh x: by e^2x, near 0 by its series, where 1 − 2 / (e^2x + 1) would cancel. */
  static FloatVector tanh(FloatVector x) {
    FloatVector far = broadcast(1).sub(broadcast(2).div(exp(x.add(x)).add(1)));
    FloatVector s = x.mul(x);
    FloatVector p = s.fma(broadcast(62f / 2835), broadcast(-17f / 315));
    p = p.fma(s, broadcast(2f / 15)).fma(s, broadcast(-1f / 3));
    FloatVector near = p.mul(s).fma(x, x);
    return far.blend(near, x.abs().compare(LT, 0.25f));
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(F, value);
  }
}
