package dev.jora.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Refuses rules that may begin with themselves: the automaton would call them for ever without
 * reading a byte.
 */
final class LeftRecursion {
  private final Program program;
  private final boolean[] reached;
  private final boolean[] empty;
  private final List<List<Integer>> waiting = new ArrayList<>();
  private final List<List<Integer>> begins = new ArrayList<>();
  private final Deque<Integer> todo = new ArrayDeque<>();

  private LeftRecursion(Program program) {
    this.program = program;
    this.reached = new boolean[program.size()];
    this.empty = new boolean[program.starts().length];
    for (int i = 0; i < empty.length; i++) {
      waiting.add(new ArrayList<>());
      begins.add(new ArrayList<>());
    }
  }

  static void refuse(Program program, Grammar grammar) {
    LeftRecursion check = new LeftRecursion(program);
    check.reachAll();
    List<Integer> cycle = check.cycle();
    if (!cycle.isEmpty()) {
      List<String> names = List.copyOf(grammar.rules().keySet());
      String rule = names.get(cycle.getFirst());
      String path = String.join(" → ", cycle.stream().limit(8).map(names::get).toList());
      throw new GrammarException(
          grammar.place(rule),
          "rule '"
              + rule
              + "' is left-recursive, it may begin with itself ("
              + path
              + (cycle.size() > 8 ? " → …" : " → " + rule)
              + "); write a repetition instead");
    }
  }

  /** Finds all that each rule can come to without reading a byte. */
  private void reachAll() {
    for (int start : program.starts()) {
      reach(start);
    }
    while (!todo.isEmpty()) {
      int position = todo.pop();
      int first = program.first()[position];
      int second = program.second()[position];
      switch (program.kinds()[position]) {
        case Program.SPLIT -> {
          for (int i = 0; i < second; i++) {
            reach(program.targets()[first + i]);
          }
        }
        case Program.CALL -> {
          if (empty[first]) {
            reach(second);
          } else {
            waiting.get(first).add(second);
          }
        }
        case Program.END -> {
          empty[first] = true;
          waiting.get(first).forEach(this::reach);
          waiting.get(first).clear();
        }
        default -> {} // reads something
      }
    }
    int[] owners = owners();
    for (int position = 0; position < program.size(); position++) {
      if (reached[position] && program.kinds()[position] == Program.CALL) {
        begins.get(owners[position]).add(program.first()[position]);
      }
    }
  }

  private void reach(int position) {
    if (!reached[position]) {
      reached[position] = true;
      todo.push(position);
    }
  }

  /** The rule of each position: those of a rule lie together, its end first. */
  private int[] owners() {
    int[] owners = new int[program.size()];
    int rule = 0;
    for (int position = 0; position < owners.length; position++) {
      if (program.kinds()[position] == Program.END) {
        rule = program.first()[position];
      }
      owners[position] = rule;
    }
    return owners;
  }

  /** Rules of which each may begin with the next, and the last with the first; or none. */
  private List<Integer> cycle() {
    int[] next = new int[empty.length];
    boolean[] done = new boolean[empty.length];
    int[] depth = new int[empty.length];
    Arrays.fill(depth, -1);
    for (int root = 0; root < empty.length; root++) {
      List<Integer> path = new ArrayList<>();
      if (!done[root]) {
        depth[root] = 0;
        path.add(root);
      }
      while (!path.isEmpty()) {
        int rule = path.getLast();
        if (next[rule] == begins.get(rule).size()) {
          done[rule] = true;
          depth[rule] = -1;
          path.removeLast();
          continue;
        }
        int called = begins.get(rule).get(next[rule]++);
        if (depth[called] >= 0) {
          return path.subList(depth[called], path.size());
        }
        if (!done[called]) {
          depth[called] = path.size();
          path.add(called);
        }
      }
    }
    return List.of();
  }
}
