package dev.jora.cli.chat;

/**
 * Something that the conversation can be told to do.
 *
 * @param name with its slash
 * @param arguments what it takes, as its help writes it
 * @param takes what an argument is, for completion
 * @param help one line
 * @param action does it, given the words after the name
 */
record SlashCommand(String name, String arguments, Takes takes, String help, Action action) {
  /** What an argument is. */
  enum Takes {
    NOTHING,
    WORDS,
    FILE,
    SETTING,
    BRANCH
  }

  /** What a command does. */
  @FunctionalInterface
  interface Action {
    /**
     * Does it.
     *
     * @param words what follows the name, without spaces around it
     */
    void run(ChatSession chat, String words);
  }
}
