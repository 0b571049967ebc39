package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** How assembled kernels read the types without blocks. */
enum FloatCode {
  F32(GgmlType.F32) {
    @Override
    void load(Assembler a, Zmm to, Mem from) {
      a.vmovups(to, from);
    }
  },
  F16(GgmlType.F16) {
    @Override
    void load(Assembler a, Zmm to, Mem from) {
      a.vcvtph2ps(to, from);
    }
  },
  /** The upper halves of floats. */
  BF16(GgmlType.BF16) {
    @Override
    void load(Assembler a, Zmm to, Mem from) {
      a.vpmovzxwd(to, from);
      a.vpslld(to, to, 16);
    }
  };

  final GgmlType type;

  FloatCode(GgmlType type) {
    this.type = type;
  }

  /** The code of a type, or null. */
  static FloatCode find(GgmlType type) {
    return switch (type) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      default -> null;
    };
  }

  /** Bytes of a value. */
  int bytes() {
    return type.blockBytes();
  }

  /** 16 values as floats; under a mask no others are touched. */
  abstract void load(Assembler a, Zmm to, Mem from);
}
