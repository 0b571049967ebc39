package dev.jora.backend.cuda.shim;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a shared library whose functions jump to the addresses of a table, its symbol {@code
 * table}, in the order of their names. Where the table has 0, a function returns a number.
 *
 * <p>One segment is read and run: headers, symbols, names, hash table and code. A second one, on
 * pages of its own, is written: the dynamic section and the table.
 */
final class ElfJumpTable {
  private static final int PAGE = 4096;
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int SEGMENTS = 4;
  private static final int SYMBOL = 24;
  private static final int FUNCTION = 32;
  private static final int DYNAMIC = 16 * 7; // with the one of zeros that ends it

  private ElfJumpTable() {}

  /**
   * The library's bytes.
   *
   * @param soname under which it is known once it is loaded
   * @param otherwise what a function without an entry returns
   */
  static byte[] write(String soname, List<String> functions, int otherwise) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.write(0);
    int own = name(names, soname);
    int tableName = name(names, "table");
    int[] offsets = functions.stream().mapToInt(f -> name(names, f)).toArray();

    int n = functions.size();
    int symbols = HEADER + SEGMENTS * SEGMENT;
    int strings = symbols + (n + 2) * SYMBOL;
    int hash = align(strings + names.size(), 8);
    int code = align(hash + 4 * (2 + 1 + n + 2), 32);
    int dynamic = align(code + n * FUNCTION, PAGE);
    int table = dynamic + DYNAMIC;
    int end = table + 8 * n;

    ByteBuffer file = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    header(file);
    segment(file, 1, 5, 0, code + n * FUNCTION, PAGE); // load, read and run
    segment(file, 1, 6, dynamic, end - dynamic, PAGE); // load, read and write
    segment(file, 2, 6, dynamic, DYNAMIC, 8);
    segment(file, 0x6474e551, 6, 0, 0, 16); // the stack is not run

    symbol(file.position(symbols + SYMBOL), tableName, 0x11, table, 8 * n);
    for (int i = 0; i < n; i++) {
      symbol(file, offsets[i], 0x12, code + i * FUNCTION, FUNCTION);
    }
    file.put(strings, names.toByteArray());
    file.position(hash).putInt(1).putInt(n + 2).putInt(1).putInt(0); // one chain of all
    for (int i = 1; i < n + 2; i++) {
      file.putInt(i + 1 < n + 2 ? i + 1 : 0);
    }
    for (int i = 0; i < n; i++) {
      int at = code + i * FUNCTION;
      file.position(at).put(new byte[] {0x48, (byte) 0x8b, 0x05}); // mov rax, [rip + ...]
      file.putInt(table + 8 * i - (at + 7));
      file.put(new byte[] {0x48, (byte) 0x85, (byte) 0xc0}); // test rax, rax
      file.put(new byte[] {0x74, 0x02}); // je over the jump
      file.put(new byte[] {(byte) 0xff, (byte) 0xe0}); // jmp rax
      file.put((byte) 0xb8).putInt(otherwise).put((byte) 0xc3); // mov eax, ...; ret
    }
    file.position(dynamic).putLong(14).putLong(own); // SONAME
    file.putLong(4).putLong(hash).putLong(5).putLong(strings).putLong(6).putLong(symbols);
    file.putLong(10).putLong(names.size()).putLong(11).putLong(SYMBOL);
    return file.array();
  }

  private static void header(ByteBuffer file) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) 3).putShort((short) 62).putInt(1); // shared, x86-64
    file.putLong(0).putLong(HEADER).putLong(0).putInt(0);
    file.putShort((short) HEADER).putShort((short) SEGMENT).putShort((short) SEGMENTS);
    file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(
      ByteBuffer file, int type, int flags, long at, long bytes, int align) {
    file.putInt(type).putInt(flags).putLong(at).putLong(at).putLong(at);
    file.putLong(bytes).putLong(bytes).putLong(align);
  }

  private static void symbol(ByteBuffer file, int name, int kind, long value, long bytes) {
    file.putInt(name).put((byte) kind).put((byte) 0).putShort((short) 1);
    file.putLong(value).putLong(bytes);
  }

  private static int name(ByteArrayOutputStream names, String name) {
    int at = names.size();
    names.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    names.write(0);
    return at;
  }

  private static int align(int value, int to) {
    return (value + to - 1) / to * to;
  }
}
