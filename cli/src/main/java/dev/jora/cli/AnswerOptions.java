package dev.jora.cli;

import dev.jora.cli.common.UserException;
import picocli.CommandLine.Option;

/** Whether a prompt is answered as a request, or continued as it is. */
final class AnswerOptions {
  @Option(
      names = "--chat",
      negatable = true,
      description =
          "Answer the prompt as a request, in the format of the chat template (default: if the"
              + " model has one; never for --prompt-ids and --next-token).")
  Boolean chat;

  @Option(
      names = {"-cnv", "--conversation"},
      hidden = true,
      description = "llama.cpp's way of asking for --chat.")
  boolean conversation;

  @Option(
      names = {"--raw", "-no-cnv", "--no-conversation"},
      description = "Continue the prompt as it is, without a chat template.")
  boolean raw;

  @Option(
      names = {"-st", "--single-turn"},
      hidden = true,
      description = "llama.cpp's; there is never another turn.")
  boolean singleTurn;

  /** True if the user may expect to go on talking. */
  boolean wantsTurns() {
    return conversation && !singleTurn;
  }

  /**
   * Refuses what cannot be together.
   *
   * @param inIds true if the prompt is given in tokens
   * @param next true if only the next token is wanted
   * @param needed true if other options are for answers alone
   */
  void check(boolean inIds, boolean next, boolean needed) {
    boolean wanted = conversation || Boolean.TRUE.equals(chat);
    boolean refused = raw || Boolean.FALSE.equals(chat) || inIds;
    if (wanted && refused) {
      throw UserException.usage("--chat cannot be with --raw, --no-chat or --prompt-ids");
    }
    if (!wanted && needed && (refused || next)) {
      throw UserException.usage(
          "-sys, --chat-template and --tools are for answers: not with --raw, --no-chat,"
              + " --prompt-ids or --next-token (--chat insists)");
    }
  }

  /**
   * True if an answer is wanted.
   *
   * @param usual where the user does not say
   */
  boolean isChat(boolean usual) {
    return raw || chat != null || conversation ? !raw && (conversation || chat) : usual;
  }
}
