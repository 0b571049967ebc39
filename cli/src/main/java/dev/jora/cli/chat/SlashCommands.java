package dev.jora.cli.chat;

import dev.jora.cli.chat.SlashCommand.Takes;
import java.util.List;
import java.util.Map;

/** The table of commands within a conversation. */
final class SlashCommands {
  /** All of them, in the order of the help. */
  static final List<SlashCommand> ALL =
      List.of(
          command("/help", "", Takes.NOTHING, "this list", (chat, w) -> chat.facts().help()),
          command("/exit", "", Takes.NOTHING, "leave; so does Ctrl+D", (chat, w) -> chat.exit()),
          command("/regen", "", Takes.NOTHING, "answer again", (chat, w) -> chat.regenerate()),
          command(
              "/retry",
              "N",
              Takes.WORDS,
              "N answers side by side, to choose from",
              ChatSession::retry),
          command(
              "/continue", "", Takes.NOTHING, "go on with the answer", (chat, w) -> chat.goOn()),
          command(
              "/undo", "", Takes.NOTHING, "take back the last exchange", (chat, w) -> chat.undo()),
          command("/edit", "[TEXT]", Takes.WORDS, "change what you said last", ChatSession::edit),
          command("/clear", "", Takes.NOTHING, "begin anew", (chat, w) -> chat.clear()),
          command(
              "/system",
              "[TEXT]",
              Takes.WORDS,
              "show or set the system prompt",
              ChatSession::system),
          command(
              "/read",
              "FILE",
              Takes.FILE,
              "put a file into your next message",
              ChatSession::attach),
          command("/save", "[FILE]", Takes.FILE, "save the conversation", ChatSession::save),
          command("/load", "FILE|N", Takes.FILE, "go on with a saved one", ChatSession::load),
          command(
              "/history",
              "[N]",
              Takes.WORDS,
              "list kept conversations, or go on with one",
              ChatSession::history),
          command(
              "/branch",
              "[NAME]",
              Takes.WORDS,
              "begin a branch here, or list them",
              ChatSession::branch),
          command("/switch", "NAME", Takes.BRANCH, "go to a branch", ChatSession::switchTo),
          command(
              "/set", "[NAME [VALUE]]", Takes.SETTING, "show or change settings", ChatSession::set),
          command(
              "/show",
              "",
              Takes.NOTHING,
              "model, template, system prompt, settings",
              (chat, w) -> chat.facts().show()),
          command("/copy", "", Takes.NOTHING, "copy the last answer", (chat, w) -> chat.copy()),
          command(
              "/stats", "", Takes.NOTHING, "tokens and speed", (chat, w) -> chat.facts().stats()),
          command(
              "/tokens",
              "",
              Takes.NOTHING,
              "the last prompt as tokens",
              (chat, w) -> chat.facts().tokens()),
          command(
              "/next",
              "[N]",
              Takes.WORDS,
              "the N likeliest next tokens",
              (chat, words) -> chat.facts().next(words)));

  /** What people type who come from other programs. */
  private static final Map<String, String> ALIASES =
      Map.of("/bye", "/exit", "/quit", "/exit", "/?", "/help");

  private SlashCommands() {}

  private static SlashCommand command(
      String name, String arguments, Takes takes, String help, SlashCommand.Action action) {
    return new SlashCommand(name, arguments, takes, help, action);
  }

  /** The command of a name, or null. */
  static SlashCommand find(String name) {
    String own = ALIASES.getOrDefault(name, name);
    return ALL.stream().filter(command -> command.name().equals(own)).findFirst().orElse(null);
  }
}
