package dev.jora.grammar;

import java.util.Arrays;

/**
 * Groups of characters that grammars treat alike: stacks that every character of some groups leads
 * back to need not look at a text of such characters. An exact short cut: what is in no group, such
 * as a part of a character, is looked at.
 */
final class ByteGroups {
  /** A byte that begins no character of a group. */
  static final int NONE = 1 << 31;

  /** A byte within a character. */
  static final int WITHIN = 1 << 30;

  private static final String[] ASCII = {
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789",
    " ",
    "\n",
    "\r",
    "\t",
    "\"",
    "'`",
    "\\",
    ".",
    ",",
    "!?",
    ":;",
    "-_",
    "/",
    "()",
    "[]",
    "{}",
    "<>",
    "#$%&*+=@^|~"
  };

  /** First byte from, to; second byte from; bytes of the character. */
  private static final int[][] LONGER = {
    {0xc2, 0xdf, 0x80, 2}, {0xe0, 0xe0, 0xa0, 3}, {0xe1, 0xef, 0x80, 3}, {0xf0, 0xf0, 0x90, 4}
  };

  private static final int[] GROUPS = groups();

  private ByteGroups() {}

  private static int[] groups() {
    int[] groups = new int[256];
    Arrays.fill(groups, NONE);
    for (int i = 0; i < ASCII.length; i++) {
      int group = 1 << i;
      ASCII[i].chars().forEach(c -> groups[c] = group);
    }
    for (int i = 0; i < LONGER.length; i++) {
      for (int unit = LONGER[i][0]; unit <= LONGER[i][1]; unit++) {
        groups[unit] = 1 << ASCII.length + i;
      }
    }
    return groups;
  }

  /** The group of a byte that begins a character, or NONE. */
  static int of(int first) {
    return GROUPS[first];
  }

  /** How many bytes a character has that begins with this one. */
  static int length(int first) {
    return first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first == 0xf0 ? 4 : 1;
  }

  /** True if {@code unit} may follow {@code before} within a character of a group. */
  static boolean follows(int before, int unit) {
    int least = before == 0xe0 ? 0xa0 : before == 0xf0 ? 0x90 : 0x80;
    return unit >= least && unit < 0xc0;
  }

  /**
   * The groups of which every character leads from these stacks back to them, and of which a token
   * may end within a character.
   */
  static int passing(Stacks stacks, Automaton automaton) {
    int passing = 0;
    if (!stacks.mayStop) {
      return 0;
    }
    for (int i = 0; i < ASCII.length; i++) {
      if (ASCII[i].chars().allMatch(c -> automaton.step(stacks, c) == stacks)) {
        passing |= 1 << i;
      }
    }
    for (int i = 0; i < LONGER.length; i++) {
      int[] longer = LONGER[i];
      boolean all = true;
      for (int unit = longer[0]; all && unit <= longer[1]; unit++) {
        if (unit == longer[0] || !automaton.isLikePrevious(unit)) {
          Stacks second = automaton.step(stacks, unit);
          all = passes(second, longer[2], longer[3] - 1, stacks, automaton);
        }
      }
      passing |= all ? 1 << ASCII.length + i : 0;
    }
    return passing;
  }

  /** True if all {@code missing} bytes of a character lead to {@code back}. */
  private static boolean passes(
      Stacks stacks, int least, int missing, Stacks back, Automaton automaton) {
    if (missing == 0) {
      return stacks == back;
    }
    if (!stacks.mayStop) {
      return false;
    }
    for (int unit = least; unit < 0xc0; unit++) {
      if (unit == least || !automaton.isLikePrevious(unit)) {
        Stacks next = automaton.step(stacks, unit);
        if (!passes(next, 0x80, missing - 1, back, automaton)) {
          return false;
        }
      }
    }
    return true;
  }
}
