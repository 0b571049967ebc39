package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rules for arrays of few values, none of which comes twice: one for each set of values that have
 * been, whose texts are the rest of the array.
 */
final class UniqueRules {
  /** Values; each doubles the rules. */
  static final int MAX_VALUES = 10;

  private final SchemaWriter writer;
  private final List<String> values;
  private final ArrayShape shape;
  private final String[] rules;

  UniqueRules(SchemaWriter writer, List<String> values, ArrayShape shape, String hint) {
    this.writer = writer;
    this.values = values;
    this.shape = shape;
    this.rules = new String[1 << values.size()];
    Arrays.setAll(rules, used -> writer.rules().name(hint + "-unique"));
  }

  /** What follows the bracket that opens the array, up to the one that closes it. */
  Part part() {
    for (int used = 0; used < rules.length; used++) {
      writer.rules().put(rules[used], ways(used));
    }
    return new Part.Call(rules[0]);
  }

  private Part ways(int used) {
    int count = Integer.bitCount(used);
    List<Part> ways = new ArrayList<>();
    for (int i = 0; i < values.size() && count < shape.max(); i++) {
      if ((used >> i & 1) == 0) {
        Part comma = count == 0 ? Part.EMPTY : Part.sequence(Part.literal(","), writer.space());
        Part next = new Part.Call(rules[used | 1 << i]);
        ways.add(Part.sequence(comma, Part.literal(values.get(i)), writer.space(), next));
      }
    }
    if (count >= shape.min()) {
      ways.add(Part.EMPTY);
    }
    return Part.choice(ways);
  }
}
