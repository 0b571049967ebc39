package dev.jora.cli.chat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** What a conversation can be told to do, in the order of the help. */
enum SlashCommand {
  HELP("", Takes.NOTHING, "this list"),
  EXIT("", Takes.NOTHING, "leave; so does Ctrl+D"),
  REGEN("", Takes.NOTHING, "answer again"),
  RETRY("N", Takes.WORDS, "N answers side by side, to choose from"),
  CONTINUE("", Takes.NOTHING, "go on with the answer"),
  UNDO("", Takes.NOTHING, "take back the last exchange"),
  EDIT("[TEXT]", Takes.WORDS, "change what you said last"),
  CLEAR("", Takes.NOTHING, "begin anew"),
  SYSTEM("[TEXT]", Takes.WORDS, "show or set the system prompt"),
  READ("FILE", Takes.FILE, "put a file into your next message"),
  SAVE("[FILE]", Takes.FILE, "save the conversation"),
  LOAD("FILE|N", Takes.FILE, "go on with a saved one"),
  HISTORY("[N]", Takes.WORDS, "list kept conversations, or go on with one"),
  BRANCH("[NAME]", Takes.WORDS, "begin a branch here, or list them"),
  SWITCH("NAME", Takes.BRANCH, "go to a branch"),
  SET("[NAME [VALUE]]", Takes.SETTING, "show or change settings"),
  LORA("[N SCALE]", Takes.WORDS, "list adapters, or scale one"),
  SHOW("", Takes.NOTHING, "model, template, system prompt, settings"),
  COPY("", Takes.NOTHING, "copy the last answer"),
  STATS("", Takes.NOTHING, "tokens and speed"),
  TOKENS("", Takes.NOTHING, "the last prompt as tokens"),
  NEXT("[N]", Takes.WORDS, "the N likeliest next tokens");

  /** What an argument is. */
  enum Takes {
    NOTHING,
    WORDS,
    FILE,
    SETTING,
    BRANCH
  }

  /** What people type who come from other programs. */
  private static final Map<String, SlashCommand> ALIASES =
      Map.of("/bye", EXIT, "/quit", EXIT, "/?", HELP);

  private final String arguments;
  private final Takes takes;
  private final String help;

  SlashCommand(String arguments, Takes takes, String help) {
    this.arguments = arguments;
    this.takes = takes;
    this.help = help;
  }

  /** The command of a word, or null. */
  static SlashCommand find(String word) {
    return Arrays.stream(values())
        .filter(command -> command.word().equals(word))
        .findFirst()
        .orElse(ALIASES.get(word));
  }

  /** Its name with the slash. */
  String word() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }

  /** What it takes, as its help writes it. */
  String arguments() {
    return arguments;
  }

  /** What an argument is, for completion. */
  Takes takes() {
    return takes;
  }

  /** One line. */
  String help() {
    return help;
  }

  /** A number among a command's words; −1 for what is none. */
  static int number(String words) {
    try {
      return Integer.parseInt(words.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
