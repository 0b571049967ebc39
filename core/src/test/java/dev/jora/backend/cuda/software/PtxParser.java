package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.PtxModule.Variable;
import dev.jora.backend.cuda.software.PtxText.Statement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a file of PTX: its variables, functions and kernels. */
final class PtxParser {
  /**
   * A parameter, a result, or a variable of memory.
   *
   * @param bytes 0 where the launch says how many
   */
  record Field(String name, int align, int bytes) {
    private static final Pattern DECLARED =
        Pattern.compile("(?:\\.align (\\d+) )?\\.(\\w+) ([$%\\w]+)\\s*(?:\\[(\\d*)\\])?");

    /** From what stands behind the space's name. */
    static Field of(String text) {
      Matcher m = DECLARED.matcher(text);
      if (!m.find()) {
        throw new PtxException("no declaration: " + text);
      }
      int size = Type.find(m.group(2)).bytes();
      String n = m.group(4);
      int count = n == null ? 1 : n.isEmpty() ? 0 : Integer.parseInt(n);
      int align = m.group(1) == null ? size : Integer.parseInt(m.group(1));
      return new Field(m.group(3), align, size * count);
    }

    /** Where it begins behind {@code end} bytes. */
    int after(int end) {
      return (end + align - 1) / align * align;
    }
  }

  /** A function or kernel as text. */
  record Function(
      String name, List<Field> results, List<Field> params, int maxThreads, List<Statement> body) {}

  private static final Pattern HEAD =
      Pattern.compile(
          "\\.(entry|func)\\s*(?:\\(([^)]*)\\))?\\s*([$\\w]+)\\s*(?:\\(([^)]*)\\))?(.*)");
  private static final Pattern THREADS =
      Pattern.compile("\\.(?:maxntid|reqntid) (\\d+)(?:\\s*, (\\d+))?(?:\\s*, (\\d+))?");
  private static final Pattern VARIABLE =
      Pattern.compile("^(?:\\.\\w+ )*\\.(global|const|shared) ([^=]*)(?:=\\s*(.*))?$");

  private final Map<String, Function> functions = new LinkedHashMap<>();
  private final List<String> kernels = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final List<Field> shared = new ArrayList<>();
  private int version;
  private int target;

  private PtxParser() {}

  /**
   * Reads PTX.
   *
   * @throws PtxException where it cannot
   */
  static PtxModule parse(String text) {
    PtxParser parser = new PtxParser();
    parser.read(PtxText.split(text));
    Map<String, PtxKernel> ready = new LinkedHashMap<>();
    for (String name : parser.kernels) {
      ready.put(name, new Assembler(parser.functions, parser.shared, name).assemble());
    }
    return new PtxModule(parser.version, parser.target, ready, List.copyOf(parser.variables));
  }

  private void read(List<Statement> statements) {
    for (int i = 0; i < statements.size(); i++) {
      String text = statements.get(i).text();
      Matcher m = HEAD.matcher(text);
      if (text.startsWith(".target")) {
        target = number(text, "sm_(\\d+)");
      } else if (text.startsWith(".version")) {
        version = number(text.replace(".", ""), "(\\d+)");
      } else if (m.find()) {
        List<Statement> body = new ArrayList<>();
        if (i + 1 < statements.size() && statements.get(i + 1).text().equals("{")) {
          int depth = 1;
          for (i += 2; ; i++) {
            String t = statements.get(i).text();
            depth += t.equals("{") ? 1 : t.equals("}") ? -1 : 0;
            if (depth == 0) {
              break;
            }
            body.add(statements.get(i));
          }
          function(m, body);
        }
      } else if (!text.startsWith(".pragma")) {
        variable(text);
      }
    }
  }

  private static int number(String text, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    return m.find() ? Integer.parseInt(m.group(1)) : 0;
  }

  private void function(Matcher m, List<Statement> body) {
    Matcher t = THREADS.matcher(m.group(5));
    int threads = 1024;
    if (t.find()) {
      threads = Integer.parseInt(t.group(1));
      for (int g = 2; g <= 3; g++) {
        threads *= t.group(g) == null ? 1 : Integer.parseInt(t.group(g));
      }
    }
    String name = m.group(3);
    functions.put(name, new Function(name, fields(m.group(2)), fields(m.group(4)), threads, body));
    if (m.group(1).equals("entry")) {
      kernels.add(name);
    }
  }

  private static List<Field> fields(String list) {
    List<Field> fields = new ArrayList<>();
    if (list != null && !list.isBlank()) {
      for (String one : list.split(",")) {
        fields.add(Field.of(one.replaceFirst("\\.param", "").strip()));
      }
    }
    return fields;
  }

  private void variable(String text) {
    Matcher m = VARIABLE.matcher(text);
    if (!m.find()) {
      throw new PtxException("neither a variable nor a function: " + text);
    }
    Field field = Field.of(m.group(2));
    if (m.group(1).equals("shared")) {
      shared.add(field);
      return;
    }
    byte[] bytes = new byte[field.bytes()];
    if (m.group(3) != null) {
      Matcher type = Pattern.compile("\\.([bsuf]\\d+) ").matcher(m.group(2));
      int size = type.find() ? Type.find(type.group(1)).bytes() : 1;
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (String one : m.group(3).replaceAll("[{}\\s]", "").split(",")) {
        long value = Literal.parse(one);
        for (int b = 0; b < size; b++) {
          buffer.put((byte) (value >> 8 * b));
        }
      }
    }
    variables.add(new Variable(field.name(), field.align(), bytes));
  }
}
