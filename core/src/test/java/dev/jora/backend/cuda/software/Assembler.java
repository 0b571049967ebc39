package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.PtxKernel.Constant;
import dev.jora.backend.cuda.software.PtxKernel.Special;
import dev.jora.backend.cuda.software.PtxParser.Field;
import dev.jora.backend.cuda.software.PtxParser.Function;
import dev.jora.backend.cuda.software.PtxText.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a kernel and the functions that it calls into one piece of code. */
final class Assembler {
  /** What a name stands for: a register, or a place in memory. */
  sealed interface Named {}

  /** A register. */
  record Register(Type type, int slot) implements Named {}

  /**
   * A variable.
   *
   * @param space null for the kernel's parameters
   */
  record Place(Space space, int offset, int bytes) implements Named {}

  private static final Pattern CALL =
      Pattern.compile("call(?:\\.uni)?\\s+(?:\\([^)]*\\),\\s*)?([$\\w]+)");
  private static final Pattern REGISTERS =
      Pattern.compile("\\.reg\\s*\\.(\\w+)\\s+(.*)", Pattern.DOTALL);
  private static final Pattern RANGE = Pattern.compile("([%$\\w]+)<(\\d+)>");

  private final Map<String, Function> functions;
  private final List<Field> moduleShared;
  private final Function kernel;
  private final List<Instruction> code = new ArrayList<>();
  private final Deque<Map<String, Named>> scopes = new ArrayDeque<>();
  private final Map<String, Integer> entries = new HashMap<>();
  private final Map<String, Place> frames = new HashMap<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<Instruction, String> jumps = new LinkedHashMap<>();
  private final Map<String, Special> specials = new LinkedHashMap<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();
  private final Decoder decoder = new Decoder(this);
  // slots 0 are operands that are not there
  private int ints = 1;
  private int longs = 1;
  private int predicates = 1;
  private int sharedEnd;
  private int localEnd;
  private int stack;

  Assembler(Map<String, Function> functions, List<Field> moduleShared, String kernel) {
    this.functions = functions;
    this.moduleShared = moduleShared;
    this.kernel = functions.get(kernel);
  }

  PtxKernel assemble() {
    scopes.push(new HashMap<>());
    List<Function> order = new ArrayList<>();
    collect(kernel, order);
    layShared(order);
    int params = 0;
    int align = 1;
    for (Field field : kernel.params()) {
      params = field.after(params);
      scopes.peek().put(field.name(), new Place(null, params, field.bytes()));
      params += field.bytes();
      align = Math.max(align, field.align());
    }
    for (Function function : order) {
      emit(function);
    }
    // sums of fractions depend on their order; in shared memory that is always the same
    boolean serial =
        code.stream()
            .filter(i -> i.op == Op.ATOM && i.space != Space.SHARED)
            .anyMatch(i -> i.type.real() || i.type.half());
    return new PtxKernel(
        kernel.name(),
        code.toArray(Instruction[]::new),
        entries.get(kernel.name()),
        params,
        align,
        kernel.maxThreads(),
        sharedEnd,
        localEnd,
        stack,
        ints,
        longs,
        predicates,
        List.copyOf(specials.values()),
        List.copyOf(constants.values()),
        serial);
  }

  /** What is called comes before what calls it. */
  private void collect(Function function, List<Function> order) {
    if (order.contains(function)) {
      return;
    }
    for (Statement statement : function.body()) {
      Matcher m = CALL.matcher(statement.text());
      if (m.find()) {
        Function called = functions.get(m.group(1));
        if (called == null || called.equals(function)) {
          throw new PtxException("call of %s, which is not here".formatted(m.group(1)));
        }
        collect(called, order);
      }
    }
    order.add(function);
  }

  private void layShared(List<Function> order) {
    List<Field> dynamic = new ArrayList<>();
    for (Field field : moduleShared) {
      boolean used =
          order.stream()
              .flatMap(f -> f.body().stream())
              .anyMatch(s -> s.text().contains(field.name()));
      if (used && field.bytes() == 0) {
        dynamic.add(field);
      } else if (used) {
        shared(field);
      }
    }
    for (Function function : order) {
      for (Statement statement : function.body()) {
        if (statement.text().startsWith(".shared")) {
          shared(Field.of(statement.text().substring(7).strip()));
        }
      }
    }
    int align = dynamic.stream().mapToInt(Field::align).reduce(16, Math::max);
    sharedEnd = (sharedEnd + align - 1) / align * align;
    for (Field field : dynamic) {
      scopes.peek().put(field.name(), new Place(Space.SHARED, sharedEnd, 0));
    }
  }

  private void shared(Field field) {
    int at = field.after(sharedEnd);
    scopes.peek().put(field.name(), new Place(Space.SHARED, at, field.bytes()));
    sharedEnd = at + field.bytes();
  }

  private Place local(Field field) {
    int at = field.after(localEnd);
    localEnd = at + field.bytes();
    return new Place(Space.LOCAL, at, field.bytes());
  }

  private void emit(Function function) {
    scopes.push(new HashMap<>());
    labels.clear();
    jumps.clear();
    if (!function.equals(kernel)) {
      for (List<Field> list : List.of(function.results(), function.params())) {
        for (Field field : list) {
          Place place = local(field);
          scopes.peek().put(field.name(), place);
          frames.put(function.name() + " " + field.name(), place);
        }
      }
    }
    entries.put(function.name(), code.size());
    for (Statement statement : function.body()) {
      String text = statement.text();
      if (text.equals("{")) {
        scopes.push(new HashMap<>());
      } else if (text.equals("}")) {
        scopes.pop();
      } else if (text.startsWith(".")) {
        declare(text);
      } else if (text.endsWith(":")) {
        labels.put(text.substring(0, text.length() - 1), code.size());
      } else {
        try {
          decoder.decode(statement);
        } catch (PtxException e) {
          throw new PtxException(
              "%s, %s: '%s': %s"
                  .formatted(function.name(), statement.place(), text, e.getMessage()));
        }
      }
    }
    Instruction last = new Instruction();
    last.op = Op.TRAP;
    last.unit = Unit.CONTROL;
    last.place = "?";
    last.text = "end of " + function.name();
    code.add(last);
    jumps.forEach((jump, label) -> jump.target = labels.get(label));
    scopes.pop();
  }

  private void declare(String text) {
    Matcher m = REGISTERS.matcher(text);
    if (m.matches()) {
      Type type = Type.find(m.group(1));
      for (String name : m.group(2).split(",")) {
        Matcher range = RANGE.matcher(name.strip());
        if (range.matches()) {
          for (int i = 0; i < Integer.parseInt(range.group(2)); i++) {
            scopes.peek().put(range.group(1) + i, register(type));
          }
        } else {
          scopes.peek().put(name.strip(), register(type));
        }
      }
    } else if (text.startsWith(".local")) {
      Field field = Field.of(text.substring(6).strip());
      stack += field.bytes();
      scopes.peek().put(field.name(), local(field));
    } else if (text.startsWith(".param")) {
      Field field = Field.of(text.substring(6).strip());
      scopes.peek().put(field.name(), local(field));
    } else if (!text.startsWith(".shared") && !text.startsWith(".pragma")) {
      throw new PtxException("not known: " + text);
    }
  }

  /** A register of its own. */
  Register register(Type type) {
    if (type == Type.PRED) {
      return new Register(type, predicates++);
    }
    return new Register(type, type.wide() ? longs++ : ints++);
  }

  boolean inKernel() {
    return entries.containsKey(kernel.name());
  }

  Function called(String name) {
    return functions.get(name);
  }

  int entry(String name) {
    return entries.get(name);
  }

  /** Where a parameter or result of a function that is called lies. */
  Place frame(Function function, Field field) {
    return frames.get(function.name() + " " + field.name());
  }

  void add(Instruction instruction) {
    code.add(instruction);
  }

  void jump(Instruction instruction, String label) {
    jumps.put(instruction, label);
  }

  int size() {
    return code.size();
  }

  /** What a name stands for; null if the module may know. */
  Named find(String name) {
    for (Map<String, Named> scope : scopes) {
      Named named = scope.get(name);
      if (named != null) {
        return named;
      }
    }
    return null;
  }

  int special(String name) {
    return specials.computeIfAbsent(name, n -> new Special(n, ints++)).slot();
  }

  /** A slot for a value, as wide as {@code type}. */
  int constant(Type type, String symbol, long value) {
    Type width = type == Type.PRED ? type : type.wide() ? Type.B64 : Type.B32;
    String key = width + " " + symbol + " " + value;
    return constants
        .computeIfAbsent(key, k -> new Constant(width, register(width).slot(), symbol, value))
        .slot();
  }
}
