package dev.jora.cli.chat;

import java.util.Arrays;
import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Tells JLine whether more lines are to come, and what is to be completed. */
final class ChatLineParser implements Parser {
  /** A line up to the cursor: a command and what it takes; nothing is quoted or escaped. */
  private record Words(String line, int cursor, List<String> words)
      implements CompletingParsedLine {
    @Override
    public String word() {
      return words.getLast();
    }

    @Override
    public int wordCursor() {
      return word().length();
    }

    @Override
    public int wordIndex() {
      return words.size() - 1;
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return wordCursor();
    }

    @Override
    public int rawWordLength() {
      return wordCursor();
    }
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && MultiLine.isQuoteOpen(line)) {
      throw new EOFError(-1, -1, "more lines are to come");
    }
    String before = line.substring(0, Math.min(cursor, line.length()));
    return new Words(line, cursor, Arrays.asList(before.split(" +", parts(before))));
  }

  /** A path may have spaces: it is all that follows. */
  private static int parts(String line) {
    int space = line.indexOf(' ');
    SlashCommand command = space < 0 ? null : SlashCommand.find(line.substring(0, space));
    boolean takesPath = command != null && command.takes() == SlashCommand.Takes.FILE;
    return takesPath ? 2 : -1;
  }
}
