package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;

/**
 * Sixteen weight rows, unpacked for {@link ByteTile} once for all tokens: what {@link BandForm} is
 * on AVX-512. Per run of 32 values: eight times four bytes q of each row, so that lanes are rows
 * (twice that, the lower four bits of all and then the upper ones, where {@link Dot256#planes} says
 * so); then, per group of values, the rows' scales, and minima or −offset · scale.
 */
final class ByteBand {
  static final int ROWS = 16;

  /** Bytes of four values of all rows. */
  static final int STEP_BYTES = 64;

  /** Bytes of all values of a run. */
  static final int PLANE_BYTES = 8 * STEP_BYTES;

  private static final int BYTES = 8 * 32 * ROWS; // of scratch: a unit of all rows
  private static final int FLOATS = 64;

  private static final Gpr[] SAVED = {Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};

  private final RunCode type;
  private final int planes;
  private final Code code;

  ByteBand(RunCode type, int k, Dot256 dot) {
    this.type = type;
    this.planes = dot.planes(type.largest());
    this.code = assemble(k);
  }

  /** Where in a run the scales of group g are. */
  static int scalesAt(int planes, int g) {
    return PLANE_BYTES * planes + 64 * g;
  }

  /** Where in a run the minima of group g are. */
  static int minsAt(RunCode type, int planes, int g) {
    return scalesAt(planes, 32 / type.group() + g);
  }

  static int runBytes(RunCode type, int planes) {
    return scalesAt(planes, 2 * 32 / type.group());
  }

  static long bytes(RunCode type, int k, Dot256 dot) {
    return (long) runBytes(type, dot.planes(type.largest())) * (k / 32);
  }

  /** Bytes of scratch that {@link #unpack} wants. */
  static long scratchBytes() {
    return BYTES + 2 * FLOATS;
  }

  /** Unpacks up to 16 rows that lie {@code stride} bytes apart. */
  void unpack(long w, long stride, int rows, long out, long scratch) {
    code.call(w, stride, rows, out, scratch, 0);
  }

  private Code assemble(int k) {
    Assembler a = new Assembler();
    a.save(SAVED);
    a.mov(Gpr.R14, k / 32 / type.runs());
    Label unit = a.here();
    Gpr p = Gpr.R10;
    Gpr left = Gpr.R11;
    Gpr bytes = Gpr.R12;
    Gpr floats = Gpr.R13;
    a.mov(p, Gpr.RDI);
    a.mov(left, Gpr.RDX);
    a.mov(bytes, Gpr.R8);
    a.mov(floats, Gpr.RCX);
    Label row = a.here();
    if (type.large()) {
      groups(a, p, floats);
    }
    for (int i = 0; i < type.runs(); i++) {
      type.weights(a, p, i);
      a.vmovups(Mem.at(bytes, 32L * ROWS * i), RunCode.Q);
      if (!type.large()) {
        long at = (long) runBytes(type, planes) * i;
        type.scale(a, p, i, RunCode.T1);
        a.vmovss(Mem.at(floats, at + scalesAt(planes, 0)), RunCode.T1);
        if (type.offset() == 0) {
          type.min(a, p, i, RunCode.T1);
        } else {
          float less = -type.offset();
          a.vmulps(RunCode.T1, RunCode.T1, RunCode.lanes(a, j -> Float.floatToRawIntBits(less)));
        }
        a.vmovss(Mem.at(floats, at + minsAt(type, planes, 0)), RunCode.T1);
      }
    }
    a.add(p, Gpr.RSI);
    a.add(bytes, 32);
    a.add(floats, 4);
    a.sub(left, 1);
    a.jnz(row);
    for (int i = 0; i < type.runs(); i++) {
      for (int half = 0; half < 2; half++) {
        transpose(a, Mem.at(Gpr.R8, 32L * ROWS * i + 256 * half));
        store(a, Mem.at(Gpr.RCX, (long) runBytes(type, planes) * i + 32 * half));
      }
    }
    a.add(Gpr.RDI, type.unitBytes());
    a.add(Gpr.RCX, (long) runBytes(type, planes) * type.runs());
    a.sub(Gpr.R14, 1);
    a.jnz(unit);
    a.restoreAndReturn(SAVED);
    return new Code(a);
  }

  /** Scales and minima of a unit of one row to their places, a float at a time. */
  private void groups(Assembler a, Gpr p, Gpr floats) {
    type.begin(a, p);
    for (int i = 0; i < type.parts(); i++) {
      a.vmovups(Mem.at(Gpr.R8, BYTES + 32 * i), RunCode.SCALES[i]);
      a.vpxor(RunCode.MINS[i], RunCode.MINS[i], RunCode.lanes(a, lane -> 0x80000000));
      a.vmovups(Mem.at(Gpr.R8, BYTES + FLOATS + 32 * i), RunCode.MINS[i]);
    }
    int perRun = 32 / type.group();
    for (int g = 0; g < perRun * type.runs(); g++) {
      long at = (long) runBytes(type, planes) * (g / perRun);
      a.mov32(Gpr.RAX, Mem.at(Gpr.R8, BYTES + 4 * g));
      a.mov32(Mem.at(floats, at + scalesAt(planes, g % perRun)), Gpr.RAX);
      a.mov32(Gpr.RAX, Mem.at(Gpr.R8, BYTES + FLOATS + 4 * g));
      a.mov32(Mem.at(floats, at + minsAt(type, planes, g % perRun)), Gpr.RAX);
    }
  }

  /** Columns of 8 × 8 values of 32 bits, 32 bytes a row, into registers 8 to 15. */
  private static void transpose(Assembler a, Mem from) {
    for (int r = 0; r < 8; r++) {
      a.vmovups(ymm(r), from.plus(32 * r));
    }
    for (int r = 0; r < 8; r += 2) {
      a.vpunpckldq(ymm(8 + r), ymm(r), ymm(r + 1));
      a.vpunpckhdq(ymm(9 + r), ymm(r), ymm(r + 1));
    }
    // Of four rows i: in register i + j column j stands in the lower half, 4 + j in the upper.
    for (int i = 0; i < 8; i += 4) {
      a.vpunpcklqdq(ymm(i), ymm(8 + i), ymm(10 + i));
      a.vpunpckhqdq(ymm(i + 1), ymm(8 + i), ymm(10 + i));
      a.vpunpcklqdq(ymm(i + 2), ymm(9 + i), ymm(11 + i));
      a.vpunpckhqdq(ymm(i + 3), ymm(9 + i), ymm(11 + i));
    }
    for (int j = 0; j < 4; j++) {
      a.vperm2i128(ymm(8 + j), ymm(j), ymm(4 + j), 0x20);
      a.vperm2i128(ymm(12 + j), ymm(j), ymm(4 + j), 0x31);
    }
  }

  /** Four bytes of eight rows, eight times, to their places. */
  private void store(Assembler a, Mem out) {
    Mem four = RunCode.bytes(a, i -> 15);
    for (int j = 0; j < 8; j++) {
      Ymm bytes = ymm(8 + j);
      Mem at = out.plus((long) STEP_BYTES * j);
      if (planes == 1) {
        a.vmovups(at, bytes);
      } else {
        a.vpand(ymm(0), bytes, four);
        a.vmovups(at, ymm(0));
        a.vpsrlw(bytes, bytes, 4);
        a.vpand(bytes, bytes, four);
        a.vmovups(at.plus(PLANE_BYTES), bytes);
      }
    }
  }
}
