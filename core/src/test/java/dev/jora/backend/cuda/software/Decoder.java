package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.Assembler.Place;
import dev.jora.backend.cuda.software.Operands.Address;
import dev.jora.backend.cuda.software.PtxParser.Field;
import dev.jora.backend.cuda.software.PtxParser.Function;
import dev.jora.backend.cuda.software.PtxText.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes an instruction of a statement: control, memory and warps; numbers are left to another. */
final class Decoder {
  private static final Pattern SHAPE =
      Pattern.compile("(?:@(!?)([%\\w]+)\\s+)?([a-z][\\w.:]*)\\s*(.*)", Pattern.DOTALL);
  private static final Pattern CALL =
      Pattern.compile("(?:\\(([^)]*)\\),\\s*)?([$\\w]+)(?:,\\s*\\(([^)]*)\\))?");

  /** What does nothing here: all memory is in order. */
  private static final Set<String> IDLE =
      Set.of("membar", "fence", "nanosleep", "prefetch", "prefetchu", "discard", "applypriority");

  private final Assembler assembler;

  Decoder(Assembler assembler) {
    this.assembler = assembler;
  }

  void decode(Statement statement) {
    Matcher m = SHAPE.matcher(statement.text());
    if (!m.matches()) {
      throw new PtxException("no instruction");
    }
    Instruction in = new Instruction();
    in.place = statement.place();
    in.text = statement.text();
    if (m.group(2) != null) {
      in.negated = m.group(1).equals("!");
      in.guard = new Operands(assembler, m.group(2)).slot(0, Type.PRED);
    }
    List<String> parts = List.of(m.group(3).split("\\.+|::"));
    boolean idle = IDLE.contains(parts.get(0));
    if (!idle) {
      Modifiers.check(parts);
    }
    List<Type> types = new ArrayList<>();
    for (String part : parts.subList(1, parts.size())) {
      Type type = Type.find(part);
      if (type != null) {
        types.add(type);
      }
    }
    in.type = types.isEmpty() ? Type.B32 : types.get(types.size() - 1);
    if (parts.get(0).equals("call")) {
      call(in, m.group(4));
      return;
    }
    if (idle) {
      set(in, Op.NOP, Unit.CONTROL);
      assembler.add(in);
      return;
    }
    Operands operands = new Operands(assembler, m.group(4));
    switch (parts.get(0)) {
      case "bra", "ret", "exit", "trap", "brkpt", "bar", "barrier" -> control(in, parts, operands);
      case "ld", "ldu", "st" -> access(in, parts, operands);
      case "atom", "red" -> atomic(in, parts, operands);
      case "cp" -> async(in, parts, operands);
      case "shfl", "vote", "match", "redux", "activemask" -> warp(in, parts, operands);
      case "ldmatrix", "mma" -> matrix(in, parts, types, operands);
      default -> new NumberDecoder(assembler).decode(in, parts, types, operands);
    }
    assembler.add(in);
  }

  private static void set(Instruction in, Op op, Unit unit) {
    in.op = op;
    in.unit = unit;
  }

  private void control(Instruction in, List<String> parts, Operands operands) {
    in.unit = Unit.CONTROL;
    switch (parts.get(0)) {
      case "bra" -> {
        in.op = Op.BRA;
        assembler.jump(in, operands.text(0));
      }
      case "ret" -> in.op = assembler.inKernel() ? Op.EXIT : Op.RETURN;
      case "exit" -> in.op = Op.EXIT;
      case "trap", "brkpt" -> in.op = Op.TRAP;
      default -> barrier(in, parts, operands);
    }
  }

  private static void barrier(Instruction in, List<String> parts, Operands operands) {
    if (parts.contains("warp")) {
      in.op = Op.WARPSYNC;
      in.unit = Unit.WARP;
      in.e = operands.slot(0, Type.B32);
    } else if (parts.contains("red")) {
      in.op = Op.BAR_RED;
      in.mode = parts.get(2).equals("cta") ? parts.get(3) : parts.get(2);
      in.d = operands.slot(0, in.type);
      in.b = operands.slot(1, Type.B32);
      in.c = operands.size() > 3 ? operands.slot(2, Type.B32) : 0;
      in.a = operands.slot(operands.size() - 1, Type.PRED);
    } else if (parts.contains("sync")) {
      in.op = Op.BAR;
      in.b = operands.slot(0, Type.B32);
      in.c = operands.slotOr0(1, Type.B32);
    } else {
      throw new PtxException("no such barrier in the software device");
    }
  }

  /** Copies parameters into the frame of what is called, and its results out of it. */
  private void call(Instruction in, String text) {
    Matcher m = CALL.matcher(text);
    Function function = m.matches() ? assembler.called(m.group(2)) : null;
    if (function == null || in.guard >= 0) {
      throw new PtxException("no such call in the software device");
    }
    copies(in, m.group(3), function, function.params());
    set(in, Op.CALL, Unit.CONTROL);
    in.target = assembler.entry(function.name());
    assembler.add(in);
    copies(in, m.group(1), function, function.results());
  }

  private void copies(Instruction call, String names, Function function, List<Field> fields) {
    boolean in = fields == function.params();
    for (int i = 0; i < fields.size(); i++) {
      Place frame = assembler.frame(function, fields.get(i));
      Place own = (Place) assembler.find(Operands.split(names).get(i));
      Instruction copy = new Instruction();
      set(copy, Op.COPY, Unit.MEMORY);
      copy.place = call.place;
      copy.text = call.text;
      copy.value = in ? own.offset() : frame.offset();
      copy.valueB = in ? frame.offset() : own.offset();
      copy.count = frame.bytes();
      assembler.add(copy);
    }
  }

  private static Space space(List<String> parts) {
    for (String part : parts) {
      switch (part) {
        case "global" -> {
          return Space.GLOBAL;
        }
        case "shared" -> {
          return Space.SHARED;
        }
        case "local", "param" -> {
          return Space.LOCAL;
        }
        case "const" -> {
          return Space.CONST;
        }
        default -> {}
      }
    }
    return Space.GENERIC;
  }

  private static void address(Instruction in, Address address) {
    in.a = address.slot();
    in.wideA = address.wide();
    in.value = address.offset();
  }

  private void access(Instruction in, List<String> parts, Operands operands) {
    boolean load = !parts.get(0).equals("st");
    set(in, load ? Op.LD : Op.ST, Unit.MEMORY);
    Address address = operands.address(load ? 1 : 0);
    address(in, address);
    in.space = space(parts);
    boolean ownFrame = address.place() != null && address.place().space() != null;
    boolean launched = address.place() != null || assembler.inKernel();
    if (parts.contains("param") && load && !ownFrame && launched) {
      in.op = Op.LDPARAM;
    }
    in.list = operands.list(load ? 0 : 1, in.type);
    in.wideList = operands.wideList(load ? 0 : 1, in.type);
  }

  private void atomic(Instruction in, List<String> parts, Operands operands) {
    set(in, Op.ATOM, Unit.ATOMIC);
    boolean result = parts.get(0).equals("atom");
    int i = result ? 1 : 0;
    address(in, operands.address(i));
    in.space = space(parts);
    for (String part : parts) {
      switch (part) {
        case "add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas" -> in.mode = part;
        default -> {}
      }
    }
    in.d = result ? operands.slot(0, in.type) : assembler.register(in.type).slot();
    in.b = operands.slot(i + 1, in.type);
    in.c = in.mode.equals("cas") ? operands.slot(i + 2, in.type) : 0;
  }

  private static void async(Instruction in, List<String> parts, Operands operands) {
    in.unit = Unit.ASYNC;
    if (!parts.contains("async") || parts.contains("bulk") || parts.contains("mbarrier")) {
      throw new PtxException("no such copy in the software device");
    }
    if (parts.contains("commit_group")) {
      in.op = Op.CP_COMMIT;
    } else if (parts.contains("wait_group")) {
      in.op = Op.CP_WAIT;
      in.count = (int) Literal.parse(operands.text(0));
    } else if (parts.contains("wait_all")) {
      in.op = Op.CP_WAIT_ALL;
    } else {
      in.op = Op.CP_ASYNC;
      address(in, operands.address(0));
      Address from = operands.address(1);
      in.b = from.slot();
      in.valueB = from.offset();
      in.count = (int) Literal.parse(operands.text(2));
      in.c = operands.size() > 3 ? operands.slot(3, Type.B32) : operands.slot(2, Type.B32);
    }
  }

  private static void warp(Instruction in, List<String> parts, Operands operands) {
    in.unit = Unit.WARP;
    in.mode = parts.size() > 2 ? parts.get(parts.get(1).equals("sync") ? 2 : 1) : "";
    switch (parts.get(0)) {
      case "shfl" -> {
        in.op = Op.SHFL;
        in.d = operands.first(0, in.type);
        in.other = operands.second(0);
        in.a = operands.slot(1, in.type);
        in.b = operands.slot(2, Type.B32);
        in.c = operands.slot(3, Type.B32);
        in.e = operands.slot(4, Type.B32);
      }
      case "vote" -> {
        in.op = Op.VOTE;
        in.d = operands.slot(0, in.type);
        in.a = operands.slot(1, Type.PRED);
        in.e = operands.slot(2, Type.B32);
      }
      case "match", "redux" -> {
        in.op = parts.get(0).equals("match") ? Op.MATCH : Op.REDUX;
        in.d = operands.first(0, Type.B32);
        in.other = operands.second(0);
        in.a = operands.slot(1, in.type);
        in.wideA = in.type.wide();
        in.e = operands.slot(2, Type.B32);
      }
      default -> {
        in.op = Op.ACTIVEMASK;
        in.d = operands.slot(0, Type.B32);
      }
    }
    if (!parts.contains("sync") && in.op != Op.ACTIVEMASK) {
      throw new PtxException("only with .sync in the software device");
    }
  }

  private static void matrix(
      Instruction in, List<String> parts, List<Type> types, Operands operands) {
    in.unit = Unit.MATRIX;
    if (parts.get(0).equals("ldmatrix")) {
      in.op = Op.LDMATRIX;
      in.list = operands.list(0, Type.B32);
      address(in, operands.address(1));
      in.mode = parts.contains("trans") ? "trans" : "";
      if (!parts.contains("m8n8") || in.type != Type.B16) {
        throw new PtxException("no such ldmatrix in the software device");
      }
      return;
    }
    in.op = Op.MMA;
    in.mode = parts.get(3);
    in.type = types.get(0);
    in.from = types.get(1);
    in.list = operands.list(0, in.type);
    in.listA = operands.list(1, Type.B32);
    in.listB = operands.list(2, Type.B32);
    in.listC = operands.list(3, in.type);
    MatrixOps.check(in, parts);
  }
}
