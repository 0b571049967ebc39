package dev.jora.grammar.schema;

import dev.jora.grammar.schema.Part.Call;
import dev.jora.grammar.schema.Part.Choice;
import dev.jora.grammar.schema.Part.Item;
import dev.jora.grammar.schema.Part.Repeat;
import dev.jora.grammar.schema.Part.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The rules of a grammar while it grows. Rules of which no text can be made, such as an object that
 * must hold itself, are taken out at the end, and with them what needs them.
 */
final class Rules {
  /** A repetition of more is made of repetitions of this many. */
  private static final int BLOCK = 1000;

  private static final int MAX_NAME = 40;

  /** Characters of rules that are ready; more positions than a grammar may have, and seconds. */
  private static final int MAX_READY = 40_000_000;

  private final String root;
  private final Map<String, Part> rules = new LinkedHashMap<>();
  private final Map<String, String> ready = new HashMap<>();
  private long readySize;
  private final Map<Repeat, Part> blocks = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** What names begin with, up to a '-'. */
  private final Set<String> beginnings = new HashSet<>();

  Rules(String root) {
    this.root = root;
    taken.add(root);
  }

  /** A new name for a rule: the hint, as GBNF can write it, and a number if it is taken. */
  String name(String hint) {
    return name(hint, false);
  }

  private String name(String hint, boolean hasOthers) {
    String clean = hint.replaceAll("[^a-zA-Z0-9]+", "-").replaceAll("^-+|-+$", "");
    clean = clean.length() > MAX_NAME ? clean.substring(0, MAX_NAME) : clean;
    String base = root + "-" + (clean.isEmpty() ? "value" : clean);
    if (hasReadyBeginning(base)) { // which no number behind it would change
      base = root + "-" + clean.replace("-", "");
    }
    String name;
    do {
      int count = counts.merge(base, 1, Integer::sum);
      name = count == 1 ? base : base + count;
    } while (!isFree(name, hasOthers));
    taken.add(name);
    for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
      beginnings.add(name.substring(0, dash));
    }
    return name;
  }

  private boolean hasReadyBeginning(String name) {
    for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
      if (ready.containsKey(name.substring(0, dash))) {
        return true;
      }
    }
    return false;
  }

  private boolean isFree(String name, boolean hasOthers) {
    return !taken.contains(name) && !(hasOthers && beginnings.contains(name));
  }

  void put(String rule, Part part) {
    rules.put(rule, part);
  }

  /**
   * Rules that are GBNF already.
   *
   * @param gbnf what they are if the first has some name; the names of others begin with it and '-'
   */
  Part ready(String hint, UnaryOperator<String> gbnf) {
    String rule = name(hint, true);
    String text = gbnf.apply(rule);
    readySize += text.length();
    if (readySize > MAX_READY) {
      throw new SchemaException(
          "with all before it, it needs too large a grammar; use fewer 'pattern', 'format' and"
              + " 'multipleOf', or shorter texts");
    }
    ready.put(rule, text.endsWith("\n") ? text : text + "\n");
    return new Call(rule);
  }

  /** Repetitions, which share their positions where they are many. */
  Part repeat(Part part, int min, int max) {
    Part repeat = Part.repeat(part, min, max);
    boolean small = (max == Part.UNBOUNDED ? min : max) <= 2 * BLOCK;
    if (small || !(repeat instanceof Repeat big)) {
      return repeat;
    }
    Part known = blocks.get(big);
    if (known == null) {
      known = blocks(big);
      blocks.put(big, known);
    }
    return known;
  }

  private Part blocks(Repeat big) {
    Part part = big.part();
    String rule = name("block");
    rules.put(rule, Part.repeat(part, BLOCK, BLOCK));
    Part block = new Call(rule);
    int most = big.min() / BLOCK;
    int left = big.min() % BLOCK;
    List<Part> all = new ArrayList<>();
    all.add(repeat(block, most, most));
    all.add(Part.repeat(part, left, left));
    if (big.max() == Part.UNBOUNDED) {
      all.add(Part.repeat(part, 0, Part.UNBOUNDED));
    } else {
      int more = big.max() - big.min();
      Part last =
          Part.sequence(
              repeat(block, more / BLOCK, more / BLOCK), Part.repeat(part, 0, more % BLOCK));
      Part some =
          more < BLOCK
              ? Part.NOTHING
              : Part.sequence(repeat(block, 0, more / BLOCK - 1), Part.repeat(part, 0, BLOCK - 1));
      all.add(Part.choice(some, last));
    }
    return Part.sequence(all);
  }

  /** True if the rule can make a text; asked when all rules are there. */
  boolean isPossible(String rule) {
    return possible().contains(rule);
  }

  private Set<String> possible() {
    Map<String, Set<String>> users = new HashMap<>();
    rules.forEach(
        (name, part) ->
            calls(part).forEach(c -> users.computeIfAbsent(c, k -> new HashSet<>()).add(name)));
    Set<String> possible = new HashSet<>(ready.keySet());
    Deque<String> todo = new ArrayDeque<>(rules.keySet());
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (!possible.contains(name) && makesText(rules.get(name), possible)) {
        possible.add(name);
        todo.addAll(users.getOrDefault(name, Set.of()));
      }
    }
    return possible;
  }

  private static Set<String> calls(Part part) {
    Set<String> calls = new HashSet<>();
    collect(part, calls);
    return calls;
  }

  private static void collect(Part part, Collection<String> calls) {
    switch (part) {
      case Item item -> {}
      case Call call -> calls.add(call.rule());
      case Sequence sequence -> sequence.parts().forEach(p -> collect(p, calls));
      case Choice choice -> choice.parts().forEach(p -> collect(p, calls));
      case Repeat repeat -> collect(repeat.part(), calls);
    }
  }

  private static boolean makesText(Part part, Set<String> possible) {
    return switch (part) {
      case Item item -> true;
      case Call call -> possible.contains(call.rule());
      case Sequence sequence -> sequence.parts().stream().allMatch(p -> makesText(p, possible));
      case Choice choice -> choice.parts().stream().anyMatch(p -> makesText(p, possible));
      case Repeat repeat -> repeat.min() == 0 || makesText(repeat.part(), possible);
    };
  }

  /** The part without what makes no text. */
  private static Part pruned(Part part, Set<String> possible) {
    return switch (part) {
      case Item item -> part;
      case Call call -> possible.contains(call.rule()) ? part : Part.NOTHING;
      case Sequence s -> Part.sequence(s.parts().stream().map(p -> pruned(p, possible)).toList());
      case Choice c -> Part.choice(c.parts().stream().map(p -> pruned(p, possible)).toList());
      case Repeat r -> Part.repeat(pruned(r.part(), possible), r.min(), r.max());
    };
  }

  /** The rules as GBNF, those that the root needs. */
  String gbnf() {
    Set<String> possible = possible();
    StringBuilder out = new StringBuilder();
    Set<String> seen = new LinkedHashSet<>(Set.of(root));
    Deque<String> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (ready.containsKey(name)) {
        out.append(ready.get(name));
        continue;
      }
      Part part = pruned(rules.get(name), possible);
      out.append(name).append(" ::= ").append(text(part, false)).append('\n');
      List<String> calls = new ArrayList<>();
      collect(part, calls);
      calls.stream().filter(seen::add).forEach(todo::add);
    }
    return out.toString();
  }

  /** The part as GBNF; as one item if it is repeated. */
  private static String text(Part part, boolean item) {
    return switch (part) {
      case Item one -> one.text();
      case Call call -> call.rule();
      case Sequence s -> {
        String all =
            s.parts().stream()
                .map(p -> p instanceof Choice ? "(" + text(p, false) + ")" : text(p, false))
                .collect(Collectors.joining(" "));
        yield item ? "(" + all + ")" : all.isEmpty() ? "\"\"" : all;
      }
      case Choice c -> {
        String all = c.parts().stream().map(p -> text(p, false)).collect(Collectors.joining(" | "));
        yield item ? "(" + all + ")" : all;
      }
      case Repeat r -> text(r.part(), true) + times(r.min(), r.max());
    };
  }

  private static String times(int min, int max) {
    if (max == Part.UNBOUNDED) {
      return min == 0 ? "*" : min == 1 ? "+" : "{" + min + ",}";
    }
    return min == 0 && max == 1 ? "?" : min == max ? "{" + min + "}" : "{" + min + "," + max + "}";
  }
}
