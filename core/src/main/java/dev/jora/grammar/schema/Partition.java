package dev.jora.grammar.schema;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * States of an automaton in blocks of those that accept the same, by Hopcroft's algorithm: blocks
 * are split by what leads into another block, and of the two halves the smaller one splits on.
 */
final class Partition {
  private final int[] elements;
  private final int[] places;
  private final int[] blocks;
  private final int[] begins;
  private final int[] ends;
  private final int[] marked;
  private int count;

  private final Deque<Integer> todo = new ArrayDeque<>();
  private final BitSet waiting = new BitSet();

  /**
   * Splits all there is to split.
   *
   * @param next for each state its {@code width} targets; one that is not live is as good as none
   */
  Partition(int[] next, int width, int states, BitSet live, BitSet accepting) {
    int size = states + 1; // the last one is the dead one
    elements = new int[size];
    places = new int[size];
    blocks = new int[size];
    begins = new int[size];
    ends = new int[size];
    marked = new int[size];
    for (int i = 0; i < size; i++) {
      elements[i] = i;
      places[i] = i;
    }
    ends[0] = size;
    count = 1;
    accepting.stream().forEach(this::mark);
    add(0);
    split(0);
    int[] heads = new int[size * width + 1];
    for (int i = 0; i < size * width; i++) {
      heads[target(next, i, width, states, live) + 1]++;
    }
    for (int i = 0; i < size * width; i++) {
      heads[i + 1] += heads[i];
    }
    int[] fill = heads.clone();
    int[] sources = new int[size * width];
    for (int i = 0; i < size * width; i++) {
      sources[fill[target(next, i, width, states, live)]++] = i / width;
    }
    refine(heads, sources, width);
  }

  /** Target × letter, as one index. */
  private static int target(int[] next, int cell, int width, int states, BitSet live) {
    int target = cell < states * width ? next[cell] : Dfa.DEAD;
    return (target >= 0 && live.get(target) ? target : states) * width + cell % width;
  }

  private void refine(int[] heads, int[] sources, int width) {
    int[] touched = new int[elements.length];
    while (!todo.isEmpty()) {
      int splitter = todo.pop();
      waiting.clear(splitter);
      int[] members = new int[ends[splitter] - begins[splitter]];
      System.arraycopy(elements, begins[splitter], members, 0, members.length);
      for (int letter = 0; letter < width; letter++) {
        int size = 0;
        for (int member : members) {
          int at = member * width + letter;
          for (int i = heads[at]; i < heads[at + 1]; i++) {
            int block = blocks[sources[i]];
            if (marked[block] == 0) {
              touched[size++] = block;
            }
            mark(sources[i]);
          }
        }
        for (int i = 0; i < size; i++) {
          split(touched[i]);
        }
      }
    }
  }

  /** The block of each state, and last that of the dead one. */
  int[] blocks() {
    return blocks;
  }

  private void add(int block) {
    if (!waiting.get(block)) {
      waiting.set(block);
      todo.push(block);
    }
  }

  /** Moves a state to the front of its block. */
  private void mark(int state) {
    int block = blocks[state];
    int front = begins[block] + marked[block];
    if (places[state] >= front) {
      int other = elements[front];
      elements[places[state]] = other;
      places[other] = places[state];
      elements[front] = state;
      places[state] = front;
      marked[block]++;
    }
  }

  /** Makes the marked states of a block one of their own, unless all are. */
  private void split(int block) {
    int middle = begins[block] + marked[block];
    marked[block] = 0;
    if (middle == begins[block] || middle == ends[block]) {
      return;
    }
    int fresh = count++;
    begins[fresh] = begins[block];
    ends[fresh] = middle;
    begins[block] = middle;
    for (int i = begins[fresh]; i < middle; i++) {
      blocks[elements[i]] = fresh;
    }
    boolean smaller = ends[fresh] - begins[fresh] < ends[block] - begins[block];
    add(waiting.get(block) || smaller ? fresh : block);
  }
}
