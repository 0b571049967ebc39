package dev.jora.cli;

import java.util.Arrays;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Tells JLine whether more lines are to come, and which word is to be completed. */
final class ChatLineParser implements Parser {
  /** A line up to the cursor, in words between spaces. */
  private record Words(String line, int cursor, List<String> words) implements ParsedLine {
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
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && MultiLine.isOpen(line)) {
      throw new EOFError(-1, -1, "more lines are to come");
    }
    String before = line.substring(0, Math.min(cursor, line.length()));
    return new Words(line, cursor, Arrays.asList(before.split(" +", -1)));
  }
}
