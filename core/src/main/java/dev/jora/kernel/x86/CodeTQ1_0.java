package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * 54 bytes: 52 bytes of digits to base 3, half d; d (q − 1). A byte is a fraction of 256 with five
 * digits; those of bytes 0 to 31 are five times 32 values, those of bytes 32 to 47 five times 16,
 * and bytes 48 to 51 have four digits, four values each. Digit n is what 3 times the fraction that
 * 3^n leaves has before its point.
 */
final class CodeTQ1_0 extends BlockCode {
  /** Where c has a bit b, elsewhere to: the table of vpternlogd. */
  private static final int SELECT = 0xD8;

  CodeTQ1_0() {
    super(GgmlType.TQ1_0);
  }

  @Override
  int group() {
    return 16;
  }

  @Override
  int offset() {
    return 1;
  }

  @Override
  void constants(Assembler a) {
    for (int c = 0; c < 4; c++) {
      int chunk = c;
      load(a, c, words(a, i -> power(chunk, 2 * i)));
    }
    load(a, 4, words(a, i -> 3));
    load(a, 5, words(a, i -> 0xFF00));
    load(a, 6, bytes(a, i -> i < 48 ? 0 : 255));
  }

  /** 3^n for digit n, which value i of a chunk is. */
  private static int power(int chunk, int i) {
    int n =
        switch (chunk) {
          case 0, 1 -> 2 * chunk + i / 32;
          case 2 -> i < 32 ? 4 : (i - 32) / 16;
          default -> i < 48 ? 2 + i / 16 : (i - 48) / 4;
        };
    return (int) Math.pow(3, n);
  }

  @Override
  void begin(Assembler a, Gpr p, Zmm scales) {
    half(a, Mem.at(p, 52), scales);
    offsets(a, scales);
  }

  @Override
  void weights(Assembler a, Gpr p, int c) {
    if (c < 2) {
      a.vbroadcasti64x4(W, Mem.at(p, 0));
    } else {
      a.vbroadcasti32x4(W, Mem.at(p, 32));
    }
    if (c == 2) {
      a.vinserti64x4(W, W, Mem.at(p, 0), 0);
    } else if (c == 3) {
      a.vpbroadcastd(T1, Mem.at(p, 48));
      a.vpternlogd(W, T1, constant(6), SELECT);
    }
    // In words whose upper byte is the fraction: of even bytes, then of odd ones.
    a.vpsllw(T1, W, 8);
    digits(a, T1, c);
    a.vpandd(W, W, constant(5));
    digits(a, W, c);
    a.vpsllw(W, W, 8);
    a.vpord(W, W, T1);
  }

  private static void digits(Assembler a, Zmm fractions, int c) {
    a.vpmullw(fractions, fractions, constant(c));
    a.vpmulhuw(fractions, fractions, constant(4));
  }
}
