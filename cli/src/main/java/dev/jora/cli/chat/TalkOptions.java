package dev.jora.cli.chat;

import dev.jora.cli.common.EscapeOptions;
import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.UserException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a conversation begins, and where it is kept. */
final class TalkOptions {
  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "What you say first.")
  String prompt;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The same from a file.")
  Path promptFile;

  @Mixin EscapeOptions escapes = new EscapeOptions();

  @Option(
      names = {"-st", "--single-turn"},
      description = "End after the first answer.")
  boolean once;

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = "Go on with a saved conversation, and keep it there (but see --save).")
  Path load;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Keep the conversation in this file, anew after every answer.")
  Path save;

  @Option(
      names = "--continue",
      description = "Go on with the conversation that was kept last (see --no-autosave).")
  boolean resume;

  @Option(
      names = "--no-autosave",
      description =
          "Keep no conversation by itself; on a terminal, one without --save and --load is kept in"
              + " ~/.local/state/jora/chats.")
  boolean forget;

  @Option(
      names = "--character",
      paramLabel = "FILE",
      description = "Whom the model plays: a Tavern card, JSON, PNG or WEBP.")
  Path character;

  @Option(
      names = "--user-name",
      paramLabel = "NAME",
      description = "Your name, for characters (default: User).")
  String userName;

  /** What the user says first, or null. */
  String first() {
    if (prompt != null && promptFile != null) {
      throw UserException.usage("give the first words once: -p or -f");
    }
    return promptFile == null ? spoken() : MessageFiles.read(promptFile).stripTrailing();
  }

  private String spoken() {
    return escapes.text(prompt);
  }

  /** Whom the model plays, or null. */
  Persona persona() {
    return character == null ? null : Persona.read(character, Persona.name(userName));
  }

  /** What the conversation goes on from, or null. */
  Path from(KeptChats kept) {
    if (resume && load != null) {
      throw UserException.usage("go on with one conversation: --continue or --load");
    }
    return resume ? kept.newest() : load;
  }

  /** Where the user wants the conversation kept, or null. */
  Path file() {
    return save != null ? save : load;
  }
}
