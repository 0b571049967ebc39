package dev.jora.kernel.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An assembler for the x86-64 instructions that the kernels use: a method per instruction, operands
 * in Intel's order (destination first). Vector instructions are of 512 bits unless their name says
 * otherwise. Encodings are those of Intel's manual, volume 2; a test compares all of them with
 * known bytes.
 */
final class Assembler {
  // The opcode maps and prefixes of VEX and EVEX.
  private static final int MAP_0F = 1;
  private static final int MAP_38 = 2;
  private static final int MAP_3A = 3;
  private static final int NP = 0;
  private static final int P66 = 1;
  private static final int PF3 = 2;
  private static final int PF2 = 3;

  /** Vector lengths as EVEX has them. */
  private static final int L128 = 0;

  private static final int L256 = 1;
  private static final int L512 = 2;

  private byte[] code = new byte[4096];
  private int size;
  private final Map<ByteBuffer, Label> constants = new LinkedHashMap<>();
  private final List<Label> pending = new ArrayList<>();

  // ---- output ------------------------------------------------------------------------------

  /** The finished code, its constants behind it, each at a multiple of 64 bytes. */
  byte[] finish() {
    for (Map.Entry<ByteBuffer, Label> constant : constants.entrySet()) {
      while (size % 64 != 0) {
        put(0xCC);
      }
      bind(constant.getValue());
      byte[] bytes = constant.getKey().array();
      for (byte b : bytes) {
        put(b);
      }
    }
    for (Label label : pending) {
      if (label.offset < 0) {
        throw new IllegalStateException("a label was used and never placed");
      }
      for (int[] use : label.uses) {
        put32At(use[0], label.offset - (use[0] + 4 + use[1]));
      }
    }
    return Arrays.copyOf(code, size);
  }

  private void put(int b) {
    if (size == code.length) {
      code = Arrays.copyOf(code, 2 * size);
    }
    code[size++] = (byte) b;
  }

  private void put32(int value) {
    for (int i = 0; i < 4; i++) {
      put(value >> 8 * i);
    }
  }

  private void put32At(int at, int value) {
    for (int i = 0; i < 4; i++) {
      code[at + i] = (byte) (value >> 8 * i);
    }
  }

  /** A label at this place. */
  Label here() {
    Label label = new Label();
    bind(label);
    return label;
  }

  /** Places a label here. */
  void bind(Label label) {
    label.offset = size;
  }

  /**
   * Four bytes for the distance to a label.
   *
   * @param extra bytes of the instruction that follow them, less what is added to the label
   */
  private void reference(Label label, int extra) {
    if (label.uses.isEmpty()) {
      pending.add(label);
    }
    label.uses.add(new int[] {size, extra});
    put32(0);
  }

  /** A constant of any length up to 64 bytes, or a table of more; equal ones are kept once. */
  Mem constant(byte[] bytes) {
    return Mem.constant(
        constants.computeIfAbsent(ByteBuffer.wrap(bytes.clone()), b -> new Label()));
  }

  /** A 64-bit constant. */
  Mem constant64(long value) {
    return constant(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  /** A constant of 32-bit values. */
  Mem constant(int... values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      b.putInt(value);
    }
    return constant(b.array());
  }

  // ---- general registers -------------------------------------------------------------------

  void push(Gpr r) {
    rexIfHigh(r);
    put(0x50 | r.number() & 7);
  }

  void pop(Gpr r) {
    rexIfHigh(r);
    put(0x58 | r.number() & 7);
  }

  private void rexIfHigh(Gpr r) {
    if (r.number() > 7) {
      put(0x41);
    }
  }

  /** Keeps registers that belong to the caller; {@link #restoreAndReturn} gives them back. */
  void save(Gpr... registers) {
    for (Gpr r : registers) {
      push(r);
    }
  }

  /** Ends a kernel that began with {@link #save} of the same registers. */
  void restoreAndReturn(Gpr... registers) {
    vzeroupper();
    for (int i = registers.length - 1; i >= 0; i--) {
      pop(registers[i]);
    }
    ret();
  }

  void ret() {
    put(0xC3);
  }

  void cpuid() {
    put(0x0F);
    put(0xA2);
  }

  /** Linux: call rax with rdi, rsi, …; its answer in rax. It overwrites rcx and r11. */
  void syscall() {
    put(0x0F);
    put(0x05);
  }

  void xgetbv() {
    put(0x0F);
    put(0x01);
    put(0xD0);
  }

  void mov(Gpr to, Gpr from) {
    registers(0x89, from, to);
  }

  void mov(Gpr to, int value) {
    rex(true, 0, 0, to.number());
    put(0xC7);
    put(0xC0 | to.number() & 7);
    put32(value);
  }

  /** 64 bits from memory. */
  void mov(Gpr to, Mem from) {
    general(true, 0x8B, to.number(), from);
  }

  /** 32 bits from memory; the upper half becomes 0. */
  void mov32(Gpr to, Mem from) {
    general(false, 0x8B, to.number(), from);
  }

  /** 64 bits to memory. */
  void mov(Mem to, Gpr from) {
    general(true, 0x89, from.number(), to);
  }

  /** The lower 32 bits to memory. */
  void mov32(Mem to, Gpr from) {
    general(false, 0x89, from.number(), to);
  }

  /** A byte from memory, the rest 0. */
  void movzx8(Gpr to, Mem from) {
    general(true, 0x0FB6, to.number(), from);
  }

  void lea(Gpr to, Mem of) {
    general(true, 0x8D, to.number(), of);
  }

  void add(Gpr to, Gpr value) {
    registers(0x01, value, to);
  }

  void sub(Gpr to, Gpr value) {
    registers(0x29, value, to);
  }

  void or(Gpr to, Gpr value) {
    registers(0x09, value, to);
  }

  void and(Gpr to, Mem value) {
    general(true, 0x23, to.number(), value);
  }

  void add(Gpr to, long value) {
    arithmetic(0, to, Math.toIntExact(value));
  }

  void and(Gpr to, long value) {
    arithmetic(4, to, Math.toIntExact(value));
  }

  void sub(Gpr to, long value) {
    arithmetic(5, to, Math.toIntExact(value));
  }

  void cmp(Gpr a, long value) {
    arithmetic(7, a, Math.toIntExact(value));
  }

  void cmp(Gpr a, Gpr b) {
    registers(0x39, b, a);
  }

  void shl(Gpr r, int bits) {
    rex(true, 0, 0, r.number());
    put(0xC1);
    put(0xE0 | r.number() & 7);
    put(bits);
  }

  void shr(Gpr r, int bits) {
    rex(true, 0, 0, r.number());
    put(0xC1);
    put(0xE8 | r.number() & 7);
    put(bits);
  }

  void imul(Gpr to, Gpr from, int factor) {
    rex(true, to.number(), 0, from.number());
    put(0x69);
    put(0xC0 | (to.number() & 7) << 3 | from.number() & 7);
    put32(factor);
  }

  /** Jumps if the last subtraction or comparison gave no 0. */
  void jnz(Label to) {
    jump(0x85, to);
  }

  void jz(Label to) {
    jump(0x84, to);
  }

  /** Jumps if a < b, signed. */
  void jl(Label to) {
    jump(0x8C, to);
  }

  void prefetcht0(Mem m) {
    general(false, 0x0F18, 1, m);
  }

  private void jump(int opcode, Label to) {
    put(0x0F);
    put(opcode);
    reference(to, 0);
  }

  private void arithmetic(int operation, Gpr r, int value) {
    rex(true, 0, 0, r.number());
    boolean small = value == (byte) value;
    put(small ? 0x83 : 0x81);
    put(0xC0 | operation << 3 | r.number() & 7);
    if (small) {
      put(value);
    } else {
      put32(value);
    }
  }

  private void registers(int opcode, Gpr reg, Gpr rm) {
    rex(true, reg.number(), 0, rm.number());
    put(opcode);
    put(0xC0 | (reg.number() & 7) << 3 | rm.number() & 7);
  }

  private void general(boolean wide, int opcode, int reg, Mem m) {
    int base = m.base() == null ? 0 : m.base().number();
    int index = m.index() == null ? 0 : m.index().number();
    rex(wide, reg, index, base);
    if (opcode > 0xFF) {
      put(opcode >> 8);
    }
    put(opcode);
    memory(reg, m, 1, 0);
  }

  private void rex(boolean wide, int reg, int index, int base) {
    int rex = 0x40 | (wide ? 8 : 0) | reg >> 3 << 2 | index >> 3 << 1 | base >> 3;
    if (rex != 0x40) {
      put(rex);
    }
  }

  /**
   * ModRM, SIB and displacement.
   *
   * @param unit what 8-bit displacements count in
   * @param extra bytes of the instruction that follow
   */
  private void memory(int reg, Mem m, int unit, int extra) {
    int r = (reg & 7) << 3;
    if (m.label() != null) {
      put(r | 5);
      reference(m.label(), extra - m.disp());
      return;
    }
    int base = m.base().number() & 7;
    boolean small = m.disp() % unit == 0 && m.disp() / unit >= -128 && m.disp() / unit < 128;
    int mod = m.disp() == 0 && base != 5 ? 0 : small ? 0x40 : 0x80;
    if (m.index() != null) {
      if (m.index() == Gpr.RSP) {
        throw new IllegalArgumentException("rsp is no index");
      }
      put(mod | r | 4);
      int log = Integer.numberOfTrailingZeros(m.scale());
      put(log << 6 | (m.index().number() & 7) << 3 | base);
    } else if (base == 4) {
      put(mod | r | 4);
      put(0x24);
    } else {
      put(mod | r | base);
    }
    if (mod == 0x40) {
      put(m.disp() / unit);
    } else if (mod == 0x80) {
      put32(m.disp());
    }
  }

  // ---- masks -------------------------------------------------------------------------------

  /** Mask k = the lower 32 bits of a register. */
  void kmovd(int k, Gpr from) {
    kmov(0x7B, k, from);
  }

  /** Mask k = all 64 bits of a register. */
  void kmovq(int k, Gpr from) {
    kmov(0xFB, k, from);
  }

  private void kmov(int vex, int k, Gpr from) {
    put(0xC4);
    put(from.number() > 7 ? 0xC1 : 0xE1);
    put(vex);
    put(0x92);
    put(0xC0 | k << 3 | from.number() & 7);
  }

  // ---- vectors: moves ----------------------------------------------------------------------

  /** Ends the use of wide registers; before returning to code compiled for narrow ones. */
  void vzeroupper() {
    put(0xC5);
    put(0xF8);
    put(0x77);
  }

  void vmovups(Zmm to, Operand from) {
    evex(MAP_0F, NP, 0, L512, 0x10, to, 0, from, 64);
  }

  void vmovups(Mem to, Zmm from) {
    evex(MAP_0F, NP, 0, L512, 0x11, from, 0, to, 64);
  }

  /** 256 bits. */
  void vmovupsY(Zmm to, Operand from) {
    evex(MAP_0F, NP, 0, L256, 0x10, to, 0, from, 32);
  }

  /** 256 bits. */
  void vmovupsY(Mem to, Zmm from) {
    evex(MAP_0F, NP, 0, L256, 0x11, from, 0, to, 32);
  }

  /** 128 bits. */
  void vmovupsX(Mem to, Zmm from) {
    evex(MAP_0F, NP, 0, L128, 0x11, from, 0, to, 16);
  }

  /** 64 bits to the lowest quarter, 0 above. */
  void vmovq(Zmm to, Gpr from) {
    evex(MAP_0F, P66, 1, L128, 0x6E, to, 0, Zmm.zmm(from.number()), 8);
  }

  /** The lowest quarter of a with 64 bits in its upper half, 0 above. */
  void vpinsrqHigh(Zmm to, Zmm a, Gpr from) {
    evexImm(MAP_3A, P66, 1, L128, 0x22, to, a.number(), Zmm.zmm(from.number()), 8, 1);
  }

  /** The lowest float. */
  void vmovss(Mem to, Zmm from) {
    evex(MAP_0F, PF3, 0, L128, 0x11, from, 0, to, 4);
  }

  /** One float in eight lanes, 0 above. */
  void vbroadcastssY(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L256, 0x18, to, 0, from, 4);
  }

  /** One float in all lanes. */
  void vbroadcastss(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L512, 0x18, to, 0, from, 4);
  }

  void vpbroadcastd(Zmm to, Mem from) {
    evex(MAP_38, P66, 0, L512, 0x58, to, 0, from, 4);
  }

  /** The lower 32 bits of a general register in all lanes. */
  void vpbroadcastd(Zmm to, Gpr from) {
    evex(MAP_38, P66, 0, L512, 0x7C, to, 0, Zmm.zmm(from.number()), 64);
  }

  /** A 16-bit value in all lanes of 256 bits. */
  void vpbroadcastwY(Zmm to, Mem from) {
    evex(MAP_38, P66, 0, L256, 0x79, to, 0, from, 2);
  }

  /** 16 bytes four times. */
  void vbroadcasti32x4(Zmm to, Mem from) {
    evex(MAP_38, P66, 0, L512, 0x5A, to, 0, from, 16);
  }

  /** 32 bytes twice. */
  void vbroadcasti64x4(Zmm to, Mem from) {
    evex(MAP_38, P66, 1, L512, 0x5B, to, 0, from, 32);
  }

  /** The lower half of a, above it 32 bytes of b (upper = 1). */
  void vinserti64x4(Zmm to, Zmm a, Operand b, int upper) {
    evexImm(MAP_3A, P66, 1, L512, 0x3A, to, a.number(), b, 32, upper);
  }

  /** Half {@code upper} of a vector, 256 bits. */
  void vextracti64x4(Zmm to, Zmm from, int upper) {
    evexImm(MAP_3A, P66, 1, L512, 0x3B, from, 0, to, 32, upper);
  }

  /** Quarter i of a vector, 128 bits. */
  void vextracti32x4(Zmm to, Zmm from, int i) {
    evexImm(MAP_3A, P66, 0, L512, 0x39, from, 0, to, 16, i);
  }

  /** 32-bit value i of the lowest quarter. */
  void vextractps(Mem to, Zmm from, int i) {
    evexImm(MAP_3A, P66, 0, L128, 0x17, from, 0, to, 4, i);
  }

  // ---- vectors: bits and integers ----------------------------------------------------------

  void vpandd(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xDB, to, a.number(), b, 64, 4);
  }

  void vpord(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xEB, to, a.number(), b, 64, 4);
  }

  void vpxord(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xEF, to, a.number(), b, 64, 4);
  }

  /** to = table[(to, a, b)] bit by bit; the table has a bit for each of the eight cases. */
  void vpternlogd(Zmm to, Zmm a, Operand b, int table) {
    evexImm(MAP_3A, P66, 0, L512, 0x25, to, a.number(), b, 64, table);
  }

  void vpsrlw(Zmm to, Zmm a, int bits) {
    shift(0x71, 2, to, a, bits);
  }

  void vpsllw(Zmm to, Zmm a, int bits) {
    shift(0x71, 6, to, a, bits);
  }

  void vpslld(Zmm to, Zmm a, int bits) {
    shift(0x72, 6, to, a, bits);
  }

  void vpsrad(Zmm to, Zmm a, int bits) {
    shift(0x72, 4, to, a, bits);
  }

  void vpsrld(Zmm to, Zmm a, int bits) {
    shift(0x72, 2, to, a, bits);
  }

  /** Here ModRM.reg is a part of the opcode, and the destination is in vvvv, with its mask. */
  private void shift(int opcode, int operation, Zmm to, Zmm a, int bits) {
    Zmm reg = new Zmm(operation, to.mask(), to.zeroing());
    evexImm(MAP_0F, P66, 0, L512, opcode, reg, to.number(), a, 64, bits);
  }

  /** 16-bit lanes, each shifted by its own count. */
  void vpsrlvw(Zmm to, Zmm a, Operand counts) {
    evex(MAP_38, P66, 1, L512, 0x10, to, a.number(), counts, 64);
  }

  /** 32-bit lanes, each shifted by its own count. */
  void vpsrlvd(Zmm to, Zmm a, Operand counts) {
    evex(MAP_38, P66, 0, L512, 0x45, to, a.number(), counts, 64, 4);
  }

  /** 32-bit lanes, each rotated to the left by its own count. */
  void vprolvd(Zmm to, Zmm a, Operand counts) {
    evex(MAP_38, P66, 0, L512, 0x15, to, a.number(), counts, 64, 4);
  }

  void vpaddd(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xFE, to, a.number(), b, 64, 4);
  }

  void vpsubd(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xFA, to, a.number(), b, 64, 4);
  }

  /** The larger of signed 32-bit lanes. */
  void vpmaxsd(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0x3D, to, a.number(), b, 64, 4);
  }

  void vpaddb(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xFC, to, a.number(), b, 64);
  }

  /** The lower halves of products of 16-bit values. */
  void vpmullw(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xD5, to, a.number(), b, 64);
  }

  /** The upper halves of products of unsigned 16-bit values. */
  void vpmulhuw(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xE4, to, a.number(), b, 64);
  }

  /** to[i] += Σ of four products of unsigned bytes of a and signed bytes of b. */
  void vpdpbusd(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0x50, to, a.number(), b, 64, 4);
  }

  /** to[i] += Σ of two products of signed 16-bit values. */
  void vpdpwssd(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0x52, to, a.number(), b, 64, 4);
  }

  /** Bytes of {@code from}, in each quarter picked by the bytes of {@code index}. */
  void vpshufb(Zmm to, Zmm from, Operand index) {
    evex(MAP_38, P66, 0, L512, 0x00, to, from.number(), index, 64);
  }

  /** The same in the lowest quarter, 0 above. */
  void vpshufbX(Zmm to, Zmm from, Operand index) {
    evex(MAP_38, P66, 0, L128, 0x00, to, from.number(), index, 16);
  }

  /** 8 unsigned bytes to 32-bit lanes, 0 above. */
  void vpmovzxbdY(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L256, 0x31, to, 0, from, 8);
  }

  /** 16 unsigned bytes to 32-bit lanes. */
  void vpmovzxbd(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L512, 0x31, to, 0, from, 16);
  }

  /** 16 signed bytes to 32-bit lanes. */
  void vpmovsxbd(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L512, 0x21, to, 0, from, 16);
  }

  /** 16 unsigned 16-bit values to 32-bit lanes. */
  void vpmovzxwd(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L512, 0x33, to, 0, from, 32);
  }

  /** The lowest bytes of 32-bit lanes to memory, 16 bytes. */
  void vpmovdb(Mem to, Zmm from) {
    evex(MAP_38, PF3, 0, L512, 0x31, from, 0, to, 16);
  }

  // ---- vectors: orders ---------------------------------------------------------------------

  void vpunpckldq(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0x62, to, a.number(), b, 64, 4);
  }

  void vpunpckhdq(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0x6A, to, a.number(), b, 64, 4);
  }

  void vpunpcklqdq(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 1, L512, 0x6C, to, a.number(), b, 64, 8);
  }

  void vpunpckhqdq(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 1, L512, 0x6D, to, a.number(), b, 64, 8);
  }

  /** Quarters: two of a, then two of b, two bits of {@code order} each. */
  void vshufi32x4(Zmm to, Zmm a, Operand b, int order) {
    evexImm(MAP_3A, P66, 0, L512, 0x43, to, a.number(), b, 64, order);
  }

  /** to[i] = from[index[i]]. */
  void vpermps(Zmm to, Zmm index, Operand from) {
    evex(MAP_38, P66, 0, L512, 0x16, to, index.number(), from, 64, 4);
  }

  /** In each quarter, lanes picked by two bits of {@code order} each. */
  void vpermilps(Zmm to, Operand from, int order) {
    evexImm(MAP_3A, P66, 0, L512, 0x04, to, 0, from, 64, order);
  }

  // ---- vectors: floats ---------------------------------------------------------------------

  void vaddps(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, NP, 0, L512, 0x58, to, a.number(), b, 64, 4);
  }

  void vmulps(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, NP, 0, L512, 0x59, to, a.number(), b, 64, 4);
  }

  void vsubps(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, NP, 0, L512, 0x5C, to, a.number(), b, 64, 4);
  }

  void vdivps(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, NP, 0, L512, 0x5E, to, a.number(), b, 64, 4);
  }

  void vsqrtps(Zmm to, Operand from) {
    evex(MAP_0F, NP, 0, L512, 0x51, to, 0, from, 64, 4);
  }

  void vmaxps(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, NP, 0, L512, 0x5F, to, a.number(), b, 64, 4);
  }

  /** Mask k has a bit for each lane where a < b. */
  void vcmpltps(int k, Zmm a, Operand b) {
    encode(MAP_0F, NP, 0, L512, 0xC2, Zmm.zmm(k), a.number(), b, 64, new int[] {4}, 1);
    put(1);
  }

  /** to += a · b. */
  void vfmadd231ps(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0xB8, to, a.number(), b, 64, 4);
  }

  /** to −= a · b. */
  void vfnmadd231ps(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0xBC, to, a.number(), b, 64, 4);
  }

  /** to = to · a + b. */
  void vfmadd213ps(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0xA8, to, a.number(), b, 64, 4);
  }

  /** Rounds to integers, to the nearest, ties to even. */
  void vrndscaleps(Zmm to, Operand from) {
    evexImm(MAP_3A, P66, 0, L512, 0x08, to, 0, from, 64, 0);
  }

  /** a · 2^b for whole numbers b. */
  void vscalefps(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, P66, 0, L512, 0x2C, to, a.number(), b, 64, 4);
  }

  /** 32-bit integers to floats. */
  void vcvtdq2ps(Zmm to, Operand from) {
    evex(MAP_0F, NP, 0, L512, 0x5B, to, 0, from, 64, 4);
  }

  /** Floats to 32-bit integers, to the nearest, ties to even. */
  void vcvtps2dq(Zmm to, Operand from) {
    evex(MAP_0F, P66, 0, L512, 0x5B, to, 0, from, 64, 4);
  }

  /** Four halves to floats, 0 above. */
  void vcvtph2psX(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L128, 0x13, to, 0, from, 8);
  }

  /** 16 halves to floats. */
  void vcvtph2ps(Zmm to, Operand from) {
    evex(MAP_38, P66, 0, L512, 0x13, to, 0, from, 32);
  }

  /** 16 floats to halves, to the nearest. */
  void vcvtps2ph(Mem to, Zmm from) {
    evexImm(MAP_3A, P66, 0, L512, 0x1D, from, 0, to, 32, 0);
  }

  /** 32 floats to bfloat16, to the nearest: b in the lower half, a in the upper one. */
  void vcvtne2ps2bf16(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, PF2, 0, L512, 0x72, to, a.number(), b, 64, 4);
  }

  /** to[i] += Σ of two products of bfloat16. */
  void vdpbf16ps(Zmm to, Zmm a, Operand b) {
    evex(MAP_38, PF3, 0, L512, 0x52, to, a.number(), b, 64, 4);
  }

  // ---- tiles -------------------------------------------------------------------------------

  /** Shapes of all tiles, from 64 bytes; the tiles become 0. */
  void ldtilecfg(Mem from) {
    vexMemory(NP, 0x49, 0, from);
  }

  /** Ends the use of tiles. */
  void tilerelease() {
    vexRegisters(NP, 0x49, 0, 0, 0);
  }

  void tilezero(int tile) {
    vexRegisters(PF2, 0x49, tile, 0, 0);
  }

  /** Rows of a tile: the index register has the bytes from row to row. */
  void tileloadd(int tile, Mem from) {
    vexMemory(PF2, 0x4B, tile, from);
  }

  /** Rows of a tile to memory, likewise. */
  void tilestored(Mem to, int tile) {
    vexMemory(PF3, 0x4B, tile, to);
  }

  /** Tile to[m, n] += Σ of a[m, 2 i + j] · b[i, 2 n + j], pairs of bfloat16. */
  void tdpbf16ps(int to, int a, int b) {
    vexRegisters(PF3, 0x5C, to, a, b);
  }

  // ---- encoding ----------------------------------------------------------------------------

  /** A VEX instruction of map 0F38 on registers 0 to 7. */
  private void vexRegisters(int prefix, int opcode, int reg, int rm, int second) {
    put(0xC4);
    put(0xE0 | MAP_38);
    put((~second & 15) << 3 | prefix);
    put(opcode);
    put(0xC0 | reg << 3 | rm);
  }

  /** The same with memory in rm. */
  private void vexMemory(int prefix, int opcode, int reg, Mem rm) {
    int b = rm.base() == null ? 0 : rm.base().number() >> 3;
    int x = rm.index() == null ? 0 : rm.index().number() >> 3;
    put(0xC4);
    put(0x80 | (~x & 1) << 6 | (~b & 1) << 5 | MAP_38);
    put(0x78 | prefix);
    put(opcode);
    memory(reg, rm, 1, 0);
  }

  private void evex(
      int map,
      int prefix,
      int w,
      int length,
      int opcode,
      Zmm reg,
      int second,
      Operand rm,
      int unit,
      int... element) {
    encode(map, prefix, w, length, opcode, reg, second, rm, unit, element, 0);
  }

  private void evexImm(
      int map,
      int prefix,
      int w,
      int length,
      int opcode,
      Zmm reg,
      int second,
      Operand rm,
      int unit,
      int immediate) {
    encode(map, prefix, w, length, opcode, reg, second, rm, unit, new int[0], 1);
    put(immediate);
  }

  /**
   * An EVEX instruction: four bytes of prefix, opcode, ModRM.
   *
   * @param reg the register in ModRM.reg, with its mask; where the destination is in rm and a
   *     register, its mask counts
   * @param second the register in vvvv
   * @param unit bytes of a memory operand: what 8-bit displacements count in
   * @param element bytes of an element where the memory operand can be a broadcast
   * @param extra bytes that follow
   */
  private void encode(
      int map,
      int prefix,
      int w,
      int length,
      int opcode,
      Zmm reg,
      int second,
      Operand rm,
      int unit,
      int[] element,
      int extra) {
    int x = 0;
    int b = 0;
    boolean broadcast = false;
    Zmm masked = reg;
    switch (rm) {
      case Zmm z -> {
        b = z.number() >> 3 & 1;
        x = z.number() >> 4;
        masked = z.mask() != 0 ? z : reg;
      }
      case Mem m -> {
        b = m.base() == null ? 0 : m.base().number() >> 3;
        x = m.index() == null ? 0 : m.index().number() >> 3;
        broadcast = m.broadcast();
        if (broadcast && element.length == 0) {
          throw new IllegalArgumentException("this instruction has no broadcast");
        }
      }
    }
    int r = reg.number();
    put(0x62);
    put((~(r >> 3) & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | (~(r >> 4) & 1) << 4 | map);
    put(w << 7 | (~second & 15) << 3 | 4 | prefix);
    put(
        (masked.zeroing() ? 0x80 : 0)
            | length << 5
            | (broadcast ? 0x10 : 0)
            | (~(second >> 4) & 1) << 3
            | masked.mask());
    put(opcode);
    switch (rm) {
      case Zmm z -> put(0xC0 | (r & 7) << 3 | z.number() & 7);
      case Mem m -> memory(r, m, broadcast ? element[0] : unit, extra);
    }
  }
}
