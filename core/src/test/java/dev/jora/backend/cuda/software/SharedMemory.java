package dev.jora.backend.cuda.software;

import java.util.Arrays;

/**
 * Memory of a block. It knows of every byte whether somebody wrote it, and which warps wrote and
 * read it since the last barrier: what a warp wrote no other may touch before the next, and what a
 * warp read no other may write. Atomics may meet among themselves.
 */
final class SharedMemory {
  private static final byte WRITTEN = 1;
  private static final byte UNDER_WAY = 2;
  private static final byte MANY = 99;
  private static final byte ATOMIC = 98;

  /** Repeats a mark in the bytes of a word. */
  private static final int WORD = 0x01010101;

  final byte[] bytes;
  private final byte[] state;
  private final byte[] writer;
  private final byte[] reader;

  SharedMemory(int size) {
    bytes = new byte[size];
    state = new byte[size];
    writer = new byte[size];
    reader = new byte[size];
  }

  void start() {
    Arrays.fill(state, (byte) 0);
    barrier();
  }

  void barrier() {
    Arrays.fill(writer, (byte) 0);
    Arrays.fill(reader, (byte) 0);
  }

  /** What is wrong with reading bytes; null if nothing is. */
  String read(int at, int size, int warp) {
    byte own = (byte) (warp + 1);
    if (size == 4 && quick(at, own * WORD)) {
      return null;
    }
    if (!Bytes.all(state, at, size, WRITTEN)) {
      for (int i = at; i < at + size; i++) {
        if (state[i] != WRITTEN) {
          return state[i] == UNDER_WAY
              ? "reads shared byte %d, which cp.async may still fill".formatted(i)
              : "reads shared byte %d, which nobody wrote".formatted(i);
        }
      }
    }
    if (!Bytes.all(writer, at, size, (byte) 0) && !Bytes.all(writer, at, size, own)) {
      for (int i = at; i < at + size; i++) {
        if (writer[i] != 0 && writer[i] != own) {
          return "race: reads shared byte %d, which %s wrote since the last barrier"
              .formatted(i, who(writer[i]));
        }
      }
    }
    if (Bytes.all(reader, at, size, (byte) 0)) {
      Bytes.fill(reader, at, size, own);
    } else if (!Bytes.all(reader, at, size, own) && !Bytes.all(reader, at, size, MANY)) {
      for (int i = at; i < at + size; i++) {
        reader[i] = reader[i] == 0 || reader[i] == own ? own : MANY;
      }
    }
    return null;
  }

  /** Whether a word can be read, and it is known who reads it: mostly so. */
  private boolean quick(int at, int own) {
    int wrote = Bytes.getInt(writer, at);
    int read = Bytes.getInt(reader, at);
    return Bytes.getInt(state, at) == WRITTEN * WORD
        && (wrote == 0 || wrote == own)
        && (read == own || read == MANY * WORD);
  }

  /** What is wrong with writing bytes; null if nothing is, and then they count as written. */
  String write(int at, int size, int warp) {
    String wrong = claim(at, size, (byte) (warp + 1), "writes");
    if (wrong == null) {
      for (int i = at; i < at + size && !Bytes.all(state, at, size, WRITTEN); i++) {
        if (state[i] == UNDER_WAY) {
          return "writes shared byte %d, which cp.async may still fill".formatted(i);
        }
      }
      Bytes.fill(state, at, size, WRITTEN);
    }
    return wrong;
  }

  /** The same of an atomic. */
  String atomic(int at, int size, int warp) {
    for (int i = at; i < at + size; i++) {
      if (state[i] != WRITTEN) {
        return "an atomic reads shared byte %d, which nobody wrote".formatted(i);
      }
      if (writer[i] != 0 && writer[i] != ATOMIC && writer[i] != warp + 1
          || reader[i] != 0 && reader[i] != warp + 1) {
        return "race: an atomic changes shared byte %d, which %s touched since the last barrier"
            .formatted(i, who(writer[i] != 0 ? writer[i] : reader[i]));
      }
      writer[i] = ATOMIC;
    }
    return null;
  }

  private String claim(int at, int size, byte own, String verb) {
    if (!Bytes.all(writer, at, size, own) || !Bytes.all(reader, at, size, (byte) 0)) {
      for (int i = at; i < at + size; i++) {
        byte w = writer[i];
        byte r = reader[i];
        if (w != 0 && w != own || r != 0 && r != own) {
          return "race: %s shared byte %d, which %s %s since the last barrier"
              .formatted(
                  verb,
                  i,
                  w != 0 && w != own ? who(w) : who(r),
                  w != 0 && w != own ? "wrote" : "read");
        }
      }
      Bytes.fill(writer, at, size, own);
    }
    return null;
  }

  private static String who(byte mark) {
    return mark == MANY ? "other warps" : mark == ATOMIC ? "an atomic" : "warp " + (mark - 1);
  }

  /** That a copy was begun that will fill bytes: what is wrong with it, or null. */
  String begin(int at, int size, int warp) {
    String wrong = claim(at, size, (byte) (warp + 1), "cp.async fills");
    for (int i = at; wrong == null && i < at + size; i++) {
      if (state[i] == UNDER_WAY) {
        wrong = "cp.async fills shared byte %d, which another may still fill".formatted(i);
      }
      state[i] = UNDER_WAY;
    }
    return wrong;
  }

  /** That the copy is there. */
  void finish(int at, int size, int warp) {
    Bytes.fill(state, at, size, WRITTEN);
    Bytes.fill(writer, at, size, (byte) (warp + 1));
  }
}
