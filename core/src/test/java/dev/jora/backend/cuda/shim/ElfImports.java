package dev.jora.backend.cuda.shim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads what a shared library for 64 bits takes from others. */
final class ElfImports {
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int SYMBOL_BYTES = 24;

  private ElfImports() {}

  /** Names without a definition that begin so. */
  static List<String> of(byte[] library, String prefix) {
    ByteBuffer file = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
    int sections = (int) file.getLong(40);
    int sectionBytes = file.getShort(58);
    int count = file.getShort(60);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int section = sections + i * sectionBytes;
      if (file.getInt(section + 4) == DYNAMIC_SYMBOLS) {
        int at = (int) file.getLong(section + 24);
        int end = at + (int) file.getLong(section + 32);
        int strings = sections + file.getInt(section + 40) * sectionBytes;
        int text = (int) file.getLong(strings + 24);
        for (int symbol = at; symbol < end; symbol += SYMBOL_BYTES) {
          String name = string(library, text + file.getInt(symbol));
          if (file.getShort(symbol + 6) == 0 && name.startsWith(prefix)) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  private static String string(byte[] bytes, int from) {
    int to = from;
    while (bytes[to] != 0) {
      to++;
    }
    return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
