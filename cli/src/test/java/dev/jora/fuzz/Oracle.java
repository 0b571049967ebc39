package dev.jora.fuzz;

import dev.jora.cli.CommandDoor;

/** Says what is wrong with the way in which a command ended. */
final class Oracle {
  private static final int LONGEST = 4000;

  private Oracle() {}

  /**
   * The fault, or null.
   *
   * @param code the exit code
   * @param said what was written to stderr
   */
  static String fault(int code, String said) {
    if (said.contains(CommandDoor.BUG)) {
      return "unexpected exception";
    }
    if (said.contains("jora: out of memory")) {
      return "out of memory";
    }
    if (code < 0 || code > 2) {
      return "exit code " + code;
    }
    if (said.contains("jora: null") || code != 0 && said.isBlank()) {
      return "no message";
    }
    if (said.length() > LONGEST && code != 0) {
      return "a message without end";
    }
    boolean control = said.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n');
    return control ? "control characters" : null;
  }
}
