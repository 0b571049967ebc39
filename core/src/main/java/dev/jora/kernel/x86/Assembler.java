package dev.jora.kernel.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An assembler for the x86-64 instructions that the kernels use: a method per instruction, operands
 * in Intel's order (destination first). Vector instructions on {@link Zmm} are of AVX-512 and 512
 * bits unless their name says otherwise, those on {@link Ymm} of AVX2 and 256 bits. Encodings are
 * those of Intel's manual, volume 2; a test compares all of them with known bytes.
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

  /** A byte from memory, the rest stays; to rax, rcx, rdx or rbx. */
  void mov8(Gpr to, Mem from) {
    general(false, 0x8A, to.number(), from);
  }

  /** 16 bits from memory, the rest 0. */
  void movzx16(Gpr to, Mem from) {
    general(true, 0x0FB7, to.number(), from);
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

  void xor(Gpr to, Gpr value) {
    registers(0x31, value, to);
  }

  void and(Gpr to, long value) {
    arithmetic(4, to, Math.toIntExact(value));
  }

  void and(Gpr to, Mem value) {
    general(true, 0x23, to.number(), value);
  }

  void add(Gpr to, long value) {
    arithmetic(0, to, Math.toIntExact(value));
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

  /** Jumps if a &lt; b, signed. */
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

  /** The lower 32 bits of a register = mask k, the upper ones 0. */
  void kmovd(Gpr to, int k) {
    put(0xC4);
    put(to.number() > 7 ? 0x61 : 0xE1);
    put(0x7B);
    put(0x93);
    put(0xC0 | (to.number() & 7) << 3 | k);
  }

  /** Mask k = all 64 bits of a register. */
  void kmovq(int k, Gpr from) {
    kmov(0xFB, k, from);
  }

  /** Mask k = 64 bits from memory. */
  void kmovq(int k, Mem from) {
    vex(MAP_0F, NP, 1, L128, 0x90, k, 0, from);
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

  /** a with b, 128 bits, in place of quarter i. */
  void vinserti32x4(Zmm to, Zmm a, Operand b, int i) {
    evexImm(MAP_3A, P66, 0, L512, 0x38, to, a.number(), b, 16, i);
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

  void vpsubb(Zmm to, Zmm a, Operand b) {
    evex(MAP_0F, P66, 0, L512, 0xF8, to, a.number(), b, 64);
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

  /** 16-bit lanes: to[i] = from[index[i]]. */
  void vpermw(Zmm to, Zmm index, Operand from) {
    evex(MAP_38, P66, 1, L512, 0x8D, to, index.number(), from, 64);
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

  /** Mask k has a bit for each lane where a &lt; b. */
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
    vex(MAP_38, NP, 0, L128, 0x49, 0, 0, from);
  }

  /** Ends the use of tiles. */
  void tilerelease() {
    vex(MAP_38, NP, 0, L128, 0x49, 0, 0, new Ymm(0));
  }

  void tilezero(int tile) {
    vex(MAP_38, PF2, 0, L128, 0x49, tile, 0, new Ymm(0));
  }

  /** Rows of a tile: the index register has the bytes from row to row. */
  void tileloadd(int tile, Mem from) {
    vex(MAP_38, PF2, 0, L128, 0x4B, tile, 0, from);
  }

  /** Rows of a tile to memory, likewise. */
  void tilestored(Mem to, int tile) {
    vex(MAP_38, PF3, 0, L128, 0x4B, tile, 0, to);
  }

  /** Tile to[m, n] += Σ of a[m, 2 i + j] · b[i, 2 n + j], pairs of bfloat16. */
  void tdpbf16ps(int to, int a, int b) {
    vex(MAP_38, PF3, 0, L128, 0x5C, to, b, new Ymm(a));
  }

  // ---- AVX2: moves -------------------------------------------------------------------------

  void vmovups(Ymm to, Operand from) {
    vex(MAP_0F, NP, 0, L256, 0x10, to.number(), 0, from);
  }

  void vmovups(Mem to, Ymm from) {
    vex(MAP_0F, NP, 0, L256, 0x11, from.number(), 0, to);
  }

  /** Lanes of which the mask has the highest bit. */
  void vmaskmovps(Mem to, Ymm mask, Ymm from) {
    vex(MAP_38, P66, 0, L256, 0x2E, from.number(), mask.number(), to);
  }

  /** 64 bits to the lowest quarter, 0 above. */
  void vmovq(Ymm to, Gpr from) {
    vex(MAP_0F, P66, 1, L128, 0x6E, to.number(), 0, new Ymm(from.number()));
  }

  /** The lowest 64 bits. */
  void vmovq(Gpr to, Ymm from) {
    vex(MAP_0F, P66, 1, L128, 0x7E, from.number(), 0, new Ymm(to.number()));
  }

  /** 64 bits from memory to the lowest quarter, 0 above. */
  void vmovq(Ymm to, Mem from) {
    vex(MAP_0F, PF3, 0, L128, 0x7E, to.number(), 0, from);
  }

  /** 32 bits to the lowest lane, 0 above. */
  void vmovd(Ymm to, Mem from) {
    vex(MAP_0F, P66, 0, L128, 0x6E, to.number(), 0, from);
  }

  /** The lower 64 bits of a, above them 64 from memory, 0 above. */
  void vmovhps(Ymm to, Ymm a, Mem from) {
    vex(MAP_0F, NP, 0, L128, 0x16, to.number(), a.number(), from);
  }

  /** The lower half of a with 32 bits from memory in place of lane i, 0 above. */
  void vpinsrd(Ymm to, Ymm a, Mem from, int i) {
    vexImm(MAP_3A, P66, 0, L128, 0x22, to.number(), a.number(), from, i);
  }

  /** The lower 64 bits of a, above them those of a general register, 0 above. */
  void vpinsrqHigh(Ymm to, Ymm a, Gpr from) {
    vexImm(MAP_3A, P66, 1, L128, 0x22, to.number(), a.number(), new Ymm(from.number()), 1);
  }

  /** The lowest float. */
  void vmovss(Mem to, Ymm from) {
    vex(MAP_0F, PF3, 0, L128, 0x11, from.number(), 0, to);
  }

  /** One float in all lanes. */
  void vbroadcastss(Ymm to, Operand from) {
    vex(MAP_38, P66, 0, L256, 0x18, to.number(), 0, from);
  }

  /** Two floats in all pairs of lanes. */
  void vbroadcastsd(Ymm to, Mem from) {
    vex(MAP_38, P66, 0, L256, 0x19, to.number(), 0, from);
  }

  void vpbroadcastd(Ymm to, Mem from) {
    vex(MAP_38, P66, 0, L256, 0x58, to.number(), 0, from);
  }

  /** A 16-bit value in all lanes of 128 bits. */
  void vpbroadcastwX(Ymm to, Mem from) {
    vex(MAP_38, P66, 0, L128, 0x79, to.number(), 0, from);
  }

  /** 16 bytes twice. */
  void vbroadcasti128(Ymm to, Mem from) {
    vex(MAP_38, P66, 0, L256, 0x5A, to.number(), 0, from);
  }

  /** a with b, 128 bits, in place of half {@code upper}. */
  void vinserti128(Ymm to, Ymm a, Operand b, int upper) {
    vexImm(MAP_3A, P66, 0, L256, 0x38, to.number(), a.number(), b, upper);
  }

  /** Half {@code upper} of a vector, 128 bits. */
  void vextracti128(Ymm to, Ymm from, int upper) {
    vexImm(MAP_3A, P66, 0, L256, 0x39, from.number(), 0, to, upper);
  }

  // ---- AVX2: bits and integers -------------------------------------------------------------

  void vpand(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xDB, to.number(), a.number(), b);
  }

  void vpor(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xEB, to.number(), a.number(), b);
  }

  void vpxor(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xEF, to.number(), a.number(), b);
  }

  void vpsrlw(Ymm to, Ymm a, int bits) {
    vexImm(MAP_0F, P66, 0, L256, 0x71, 2, to.number(), a, bits);
  }

  void vpsllw(Ymm to, Ymm a, int bits) {
    vexImm(MAP_0F, P66, 0, L256, 0x71, 6, to.number(), a, bits);
  }

  void vpsraw(Ymm to, Ymm a, int bits) {
    vexImm(MAP_0F, P66, 0, L256, 0x71, 4, to.number(), a, bits);
  }

  void vpsrld(Ymm to, Ymm a, int bits) {
    vexImm(MAP_0F, P66, 0, L256, 0x72, 2, to.number(), a, bits);
  }

  void vpslld(Ymm to, Ymm a, int bits) {
    vexImm(MAP_0F, P66, 0, L256, 0x72, 6, to.number(), a, bits);
  }

  /** 32-bit lanes, each shifted by its own count. */
  void vpsrlvd(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0x45, to.number(), a.number(), b);
  }

  void vpaddb(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xFC, to.number(), a.number(), b);
  }

  void vpaddw(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xFD, to.number(), a.number(), b);
  }

  void vpsubw(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xF9, to.number(), a.number(), b);
  }

  void vpaddd(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xFE, to.number(), a.number(), b);
  }

  void vpsubd(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xFA, to.number(), a.number(), b);
  }

  /** The larger of signed 32-bit lanes. */
  void vpmaxsd(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0x3D, to.number(), a.number(), b);
  }

  /** All bits of bytes that are equal, none of others. */
  void vpcmpeqb(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x74, to.number(), a.number(), b);
  }

  /** 16-bit lanes: Σ of two products of unsigned bytes of a, signed bytes of b; saturated. */
  void vpmaddubsw(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0x04, to.number(), a.number(), b);
  }

  /** 32-bit lanes: Σ of two products of signed 16-bit values. */
  void vpmaddwd(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0xF5, to.number(), a.number(), b);
  }

  /** to[i] += Σ of four products of unsigned bytes of a, signed bytes of b: AVX-VNNI. */
  void vpdpbusd(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0x50, to.number(), a.number(), b);
  }

  /** to[i] += Σ of two products of signed 16-bit values: AVX-VNNI. */
  void vpdpwssd(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0x52, to.number(), a.number(), b);
  }

  /** Bytes of {@code from}, in each half picked by the bytes of {@code index}. */
  void vpshufb(Ymm to, Ymm from, Operand index) {
    vex(MAP_38, P66, 0, L256, 0x00, to.number(), from.number(), index);
  }

  /** 8 unsigned bytes to 32-bit lanes. */
  void vpmovzxbd(Ymm to, Operand from) {
    vex(MAP_38, P66, 0, L256, 0x31, to.number(), 0, from);
  }

  /** 8 signed bytes to 32-bit lanes. */
  void vpmovsxbd(Ymm to, Operand from) {
    vex(MAP_38, P66, 0, L256, 0x21, to.number(), 0, from);
  }

  /** In each half, 16-bit values of a and then of b as signed bytes. */
  void vpacksswb(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x63, to.number(), a.number(), b);
  }

  /** In each half, the lanes of a and then of b as signed 16-bit values. */
  void vpackssdw(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x6B, to.number(), a.number(), b);
  }

  // ---- AVX2: orders ------------------------------------------------------------------------

  void vpunpckldq(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x62, to.number(), a.number(), b);
  }

  void vpunpckhdq(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x6A, to.number(), a.number(), b);
  }

  void vpunpcklqdq(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x6C, to.number(), a.number(), b);
  }

  void vpunpckhqdq(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, P66, 0, L256, 0x6D, to.number(), a.number(), b);
  }

  /** Halves of a (0, 1) and b (2, 3): bits 0 and 1 of {@code order}, then 4 and 5. */
  void vperm2i128(Ymm to, Ymm a, Operand b, int order) {
    vexImm(MAP_3A, P66, 0, L256, 0x46, to.number(), a.number(), b, order);
  }

  /** In each half, two lanes of a, then two of b, two bits of {@code order} each. */
  void vshufps(Ymm to, Ymm a, Operand b, int order) {
    vexImm(MAP_0F, NP, 0, L256, 0xC6, to.number(), a.number(), b, order);
  }

  /** to[i] = from[index[i]]. */
  void vpermps(Ymm to, Ymm index, Operand from) {
    vex(MAP_38, P66, 0, L256, 0x16, to.number(), index.number(), from);
  }

  /** In each half, lanes picked by two bits of {@code order} each. */
  void vpermilps(Ymm to, Operand from, int order) {
    vexImm(MAP_3A, P66, 0, L256, 0x04, to.number(), 0, from, order);
  }

  /** In each half, lanes picked by the lanes of {@code order}. */
  void vpermilps(Ymm to, Ymm from, Mem order) {
    vex(MAP_38, P66, 0, L256, 0x0C, to.number(), from.number(), order);
  }

  // ---- AVX2: floats ------------------------------------------------------------------------

  void vaddps(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, NP, 0, L256, 0x58, to.number(), a.number(), b);
  }

  void vmulps(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, NP, 0, L256, 0x59, to.number(), a.number(), b);
  }

  void vdivps(Ymm to, Ymm a, Operand b) {
    vex(MAP_0F, NP, 0, L256, 0x5E, to.number(), a.number(), b);
  }

  /** to += a · b. */
  void vfmadd231ps(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0xB8, to.number(), a.number(), b);
  }

  /** to −= a · b. */
  void vfnmadd231ps(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0xBC, to.number(), a.number(), b);
  }

  /** to = to · a + b. */
  void vfmadd213ps(Ymm to, Ymm a, Operand b) {
    vex(MAP_38, P66, 0, L256, 0xA8, to.number(), a.number(), b);
  }

  /** 32-bit integers to floats. */
  void vcvtdq2ps(Ymm to, Operand from) {
    vex(MAP_0F, NP, 0, L256, 0x5B, to.number(), 0, from);
  }

  /** Floats to 32-bit integers, to the nearest, ties to even. */
  void vcvtps2dq(Ymm to, Operand from) {
    vex(MAP_0F, P66, 0, L256, 0x5B, to.number(), 0, from);
  }

  /** Four halves to floats, 0 above. */
  void vcvtph2psX(Ymm to, Operand from) {
    vex(MAP_38, P66, 0, L128, 0x13, to.number(), 0, from);
  }

  /** Eight halves to floats. */
  void vcvtph2ps(Ymm to, Operand from) {
    vex(MAP_38, P66, 0, L256, 0x13, to.number(), 0, from);
  }

  // ---- encoding ----------------------------------------------------------------------------

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
      case Ymm y -> throw new IllegalArgumentException("an instruction of AVX-512 on " + y);
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
      case Ymm y -> throw new AssertionError(y);
      case Mem m -> memory(r, m, broadcast ? element[0] : unit, extra);
    }
  }

  /** A VEX instruction with one byte behind it. */
  private void vexImm(
      int map,
      int prefix,
      int w,
      int length,
      int opcode,
      int reg,
      int second,
      Operand rm,
      int immediate) {
    vex(map, prefix, w, length, opcode, reg, second, rm, 1);
    put(immediate);
  }

  private void vex(
      int map, int prefix, int w, int length, int opcode, int reg, int second, Operand rm) {
    vex(map, prefix, w, length, opcode, reg, second, rm, 0);
  }

  /**
   * A VEX instruction: two or three bytes of prefix, opcode, ModRM.
   *
   * @param reg the register, or part of the opcode, in ModRM.reg
   * @param second the register in vvvv
   * @param extra bytes that follow
   */
  private void vex(
      int map,
      int prefix,
      int w,
      int length,
      int opcode,
      int reg,
      int second,
      Operand rm,
      int extra) {
    int x = 0;
    int b = 0;
    switch (rm) {
      case Zmm z -> throw new IllegalArgumentException("an instruction of AVX2 on " + z);
      case Ymm y -> b = y.number() >> 3;
      case Mem m -> {
        if (m.broadcast()) {
          throw new IllegalArgumentException("AVX2 has no broadcast within an instruction");
        }
        b = m.base() == null ? 0 : m.base().number() >> 3;
        x = m.index() == null ? 0 : m.index().number() >> 3;
      }
    }
    int r = (~reg >> 3 & 1) << 7;
    int rest = (~second & 15) << 3 | length << 2 | prefix;
    if (map == MAP_0F && w == 0 && x == 0 && b == 0) {
      put(0xC5);
      put(r | rest);
    } else {
      put(0xC4);
      put(r | (~x & 1) << 6 | (~b & 1) << 5 | map);
      put(w << 7 | rest);
    }
    put(opcode);
    switch (rm) {
      case Zmm z -> throw new AssertionError(z);
      case Ymm y -> put(0xC0 | (reg & 7) << 3 | y.number() & 7);
      case Mem m -> memory(reg, m, 1, extra);
    }
  }
}
