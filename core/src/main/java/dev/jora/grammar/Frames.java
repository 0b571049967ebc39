package dev.jora.grammar;

/** All stacks there are, one object for each: a hash table that makes what it lacks. */
final class Frames {
  private Frame[] table = new Frame[64];
  private int size;
  private long created;

  /** The stack with a position on top of another stack, which is null for none. */
  Frame of(int position, Frame parent) {
    int at = hash(position, parent) & table.length - 1;
    for (Frame frame; (frame = table[at]) != null; at = at + 1 & table.length - 1) {
      if (frame.position == position && frame.parent == parent) {
        return frame;
      }
    }
    Frame frame = new Frame(created++, position, parent);
    table[at] = frame;
    if (++size > table.length / 2) {
      grow();
    }
    return frame;
  }

  private static int hash(int position, Frame parent) {
    int hash = position * 0x9e3779b1 ^ (parent == null ? 0 : (int) parent.id * 0x85ebca6b);
    return hash ^ hash >>> 15;
  }

  private void grow() {
    Frame[] old = table;
    table = new Frame[2 * old.length];
    for (Frame frame : old) {
      if (frame != null) {
        int at = hash(frame.position, frame.parent) & table.length - 1;
        while (table[at] != null) {
          at = at + 1 & table.length - 1;
        }
        table[at] = frame;
      }
    }
  }

  int size() {
    return size;
  }

  /** Forgets them all; those made later are still different from those made before. */
  void clear() {
    table = new Frame[64];
    size = 0;
  }
}
