package dev.jora.backend.cuda.software;

import java.util.List;
import java.util.Map;

/** Makes instructions of what computes, compares, converts and moves. */
final class NumberDecoder {
  private static final Map<String, Op> PLAIN =
      Map.ofEntries(
          Map.entry("add", Op.ADD),
          Map.entry("sub", Op.SUB),
          Map.entry("mul", Op.MUL),
          Map.entry("mad", Op.MAD),
          Map.entry("fma", Op.FMA),
          Map.entry("div", Op.DIV),
          Map.entry("rem", Op.REM),
          Map.entry("min", Op.MIN),
          Map.entry("max", Op.MAX),
          Map.entry("abs", Op.ABS),
          Map.entry("neg", Op.NEG),
          Map.entry("copysign", Op.COPYSIGN),
          Map.entry("rcp", Op.RCP),
          Map.entry("rsqrt", Op.RSQRT),
          Map.entry("sqrt", Op.SQRT),
          Map.entry("ex2", Op.EX2),
          Map.entry("lg2", Op.LG2),
          Map.entry("sin", Op.SIN),
          Map.entry("cos", Op.COS),
          Map.entry("tanh", Op.TANH),
          Map.entry("and", Op.AND),
          Map.entry("or", Op.OR),
          Map.entry("xor", Op.XOR),
          Map.entry("not", Op.NOT),
          Map.entry("cnot", Op.CNOT),
          Map.entry("shl", Op.SHL),
          Map.entry("shr", Op.SHR),
          Map.entry("lop3", Op.LOP3),
          Map.entry("bfe", Op.BFE),
          Map.entry("bfi", Op.BFI),
          Map.entry("bfind", Op.BFIND),
          Map.entry("prmt", Op.PRMT),
          Map.entry("popc", Op.POPC),
          Map.entry("clz", Op.CLZ),
          Map.entry("brev", Op.BREV),
          Map.entry("sad", Op.SAD),
          Map.entry("dp2a", Op.DP2A),
          Map.entry("dp4a", Op.DP4A));

  private final Assembler assembler;

  NumberDecoder(Assembler assembler) {
    this.assembler = assembler;
  }

  void decode(Instruction in, List<String> parts, List<Type> types, Operands operands) {
    for (String part : parts) {
      switch (part) {
        case "rz", "rzi" -> in.rounding = Rounding.ZERO;
        case "rm", "rmi" -> in.rounding = Rounding.DOWN;
        case "rp", "rpi" -> in.rounding = Rounding.UP;
        case "ftz" -> in.flush = true;
        case "sat" -> in.saturate = true;
        case "NaN", "relu" -> in.mode = part;
        default -> {}
      }
      in.whole |= part.matches("r[nzmp]i");
    }
    String name = parts.get(0);
    switch (name) {
      case "mov" -> move(in, operands);
      case "cvta" -> window(in, parts, operands);
      case "selp" -> select(in, operands);
      case "setp", "set" -> compare(in, parts, types, operands);
      case "cvt" -> convert(in, types, operands);
      case "shf" -> funnel(in, parts, operands);
      default -> {
        in.op = PLAIN.get(name);
        if (in.op == null) {
          throw new PtxException("the software device has no instruction " + name);
        }
        if (parts.contains("cc") || name.equals("lop3") && parts.contains("pred")) {
          throw new PtxException("no such form in the software device");
        }
        arithmetic(in, parts, types, operands);
      }
    }
  }

  /** Who computes with a type. */
  private static Unit unit(Type type) {
    return switch (type) {
      case PRED -> Unit.PREDICATE;
      case B8, S8, U8, B16, S16, U16 -> Unit.SHORT;
      case B32, S32, U32 -> Unit.INT;
      case B64, S64, U64 -> Unit.LONG;
      case F32 -> Unit.FLOAT;
      case F64 -> Unit.DOUBLE;
      case F16, BF16, F16X2, BF16X2 -> Unit.HALF;
    };
  }

  private static void arithmetic(
      Instruction in, List<String> parts, List<Type> types, Operands operands) {
    Type t = in.type;
    in.unit = unit(t);
    if (in.op == Op.MUL || in.op == Op.MAD) {
      boolean add = in.op == Op.MAD;
      if (parts.contains("hi")) {
        in.op = add ? Op.MADHI : Op.MULHI;
      } else if (parts.contains("wide")) {
        in.op = add ? Op.MADWIDE : Op.WIDE;
        in.unit = t.bytes() == 4 ? Unit.LONG : Unit.SHORT;
      } else if (add && t.real()) {
        in.op = Op.FMA;
      }
    } else if (in.op == Op.BFIND && parts.contains("shiftamt")) {
      in.op = Op.SHIFTAMT;
    }
    Type result =
        switch (in.op) {
          case WIDE, MADWIDE -> t.bytes() == 4 ? Type.B64 : Type.B32;
          case POPC, CLZ, BFIND, SHIFTAMT -> Type.B32;
          default -> t;
        };
    boolean counts = in.op == Op.SHL || in.op == Op.SHR || in.op == Op.BFE;
    in.d = operands.slot(0, result);
    in.a = operands.slot(1, t);
    in.b = operands.slotOr0(2, counts ? Type.B32 : t);
    boolean bits = in.op == Op.BFE || in.op == Op.BFI;
    in.c = operands.slotOr0(3, bits ? Type.B32 : in.op == Op.MADWIDE ? result : t);
    if (in.op == Op.LOP3) {
      in.value = Literal.parse(operands.text(4));
    } else {
      in.e = operands.slotOr0(4, Type.B32);
    }
    if (in.op == Op.DP4A || in.op == Op.DP2A) {
      in.mode = parts.contains("hi") ? "hi" : "";
      in.from = types.get(0);
      in.type = types.get(1);
    } else if (in.op == Op.PRMT) {
      String mode = parts.get(parts.size() - 1);
      in.mode = Type.find(mode) == null ? mode : "";
    }
  }

  private static void funnel(Instruction in, List<String> parts, Operands operands) {
    in.op = parts.get(1).equals("l") ? Op.FUNNEL_LEFT : Op.FUNNEL_RIGHT;
    in.unit = Unit.INT;
    in.mode = parts.get(2);
    in.d = operands.slot(0, in.type);
    in.a = operands.slot(1, in.type);
    in.b = operands.slot(2, in.type);
    in.c = operands.slot(3, in.type);
  }

  private static void move(Instruction in, Operands operands) {
    in.unit = Unit.MOVE;
    if (operands.braces(0)) {
      in.op = Op.UNPACK;
      in.list = operands.list(0, Type.B32);
      in.a = operands.slot(1, in.type);
    } else if (operands.braces(1)) {
      in.op = Op.PACK;
      in.d = operands.slot(0, in.type);
      in.list = operands.list(1, Type.B32);
    } else {
      in.op = Op.MOV;
      in.d = operands.slot(0, in.type);
      in.a = operands.slot(1, in.type);
      if (operands.text(1).startsWith("%clock") || operands.text(1).startsWith("%globaltimer")) {
        throw new PtxException("the software device has no clock");
      }
    }
  }

  /** Generic addresses of shared and local memory lie in windows of their own. */
  private void window(Instruction in, List<String> parts, Operands operands) {
    Space space =
        parts.contains("shared") ? Space.SHARED : parts.contains("local") ? Space.LOCAL : null;
    long window = space == null ? 0 : space.window();
    in.op = Op.ADD;
    in.unit = Unit.LONG;
    in.d = operands.slot(0, in.type);
    in.a = operands.slot(1, in.type);
    in.b = assembler.constant(Type.B64, null, parts.contains("to") ? -window : window);
  }

  private static void select(Instruction in, Operands operands) {
    in.op = Op.SELP;
    in.unit = Unit.MOVE;
    in.d = operands.slot(0, in.type);
    in.a = operands.slot(1, in.type);
    in.b = operands.slot(2, in.type);
    in.c = operands.slot(3, Type.PRED);
  }

  private static void compare(
      Instruction in, List<String> parts, List<Type> types, Operands operands) {
    in.op = parts.get(0).equals("setp") ? Op.SETP : Op.SET;
    in.unit = Unit.COMPARE;
    in.compare = Compare.find(parts.get(1));
    in.from = in.type;
    Type result = in.op == Op.SETP ? Type.PRED : types.get(0);
    in.type = result;
    for (String part : parts.subList(2, parts.size())) {
      switch (part) {
        case "and" -> in.join = Op.AND;
        case "or" -> in.join = Op.OR;
        case "xor" -> in.join = Op.XOR;
        default -> {}
      }
    }
    if (in.op == Op.SETP) {
      in.d = operands.first(0, Type.PRED);
      in.other = operands.second(0);
    } else {
      in.d = operands.slot(0, result);
    }
    in.a = operands.slot(1, in.from);
    in.b = operands.slot(2, in.from);
    in.c = in.join == null ? 0 : operands.slot(3, Type.PRED);
  }

  private static void convert(Instruction in, List<Type> types, Operands operands) {
    if (types.size() < 2) {
      throw new PtxException("no such conversion in the software device");
    }
    in.op = Op.CVT;
    in.unit = Unit.CONVERT;
    in.type = types.get(0);
    in.from = types.get(1);
    in.d = operands.slot(0, in.type);
    in.wideD = operands.wide(0, in.type);
    in.a = operands.slot(1, in.from);
    in.wideA = operands.wide(1, in.from);
    in.b = operands.slotOr0(2, in.from);
  }
}
