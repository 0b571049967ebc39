package dev.jora.template;

import dev.jora.template.Builtin.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filter {@code wordwrap}: every line broken as Python's {@code textwrap} breaks it. */
final class WordWrap {
  private static final String SPACE = "[\\t\\n\\u000b\\f\\r ]";
  private static final String WORD = "[\\p{L}\\p{N}_]";
  private static final String LETTER = "[\\p{L}\\p{Nl}\\p{No}_]";
  private static final String PUNCTUATED = "[\\p{L}\\p{N}_!\"'&.,?]";

  private static final Pattern SPACES = Pattern.compile(SPACE + "+");

  /** White space, dashes between words, and words, which end behind a hyphen. */
  private static final Pattern CHUNKS =
      Pattern.compile(
          ("S+|(?<=P)-{2,}(?=W)|[^s]+?(?:-(?:(?<=L{2}-)|(?<=L-L-))(?=L-?L)|(?=S|\\z)"
                  + "|(?<=P)(?=-{2,}W))")
              .replace("[^s]", "[^" + SPACE.substring(1))
              .replace("S", SPACE)
              .replace("W", WORD)
              .replace("P", PUNCTUATED)
              .replaceAll("L(?!})", Matcher.quoteReplacement(LETTER)));

  private final Env env;
  private final int width;
  private final boolean breaksWords;
  private final boolean breaksHyphens;
  private final List<Text> lines = new ArrayList<>();

  /** Chunks that are not on a line yet, the next one last. */
  private List<Text> chunks;

  private WordWrap(Env env, int width, boolean breaksWords, boolean breaksHyphens) {
    this.env = env;
    this.width = width;
    this.breaksWords = breaksWords;
    this.breaksHyphens = breaksHyphens;
  }

  static Value filter(Env env, Bound a) {
    Text text = a.text(0);
    int width = a.count(1, 79);
    Text separator = a.has(3) ? a.text(3) : Text.trusted("\n");
    Value hyphens = a.get(4, Value.TRUE);
    List<Value> paragraphs = new ArrayList<>();
    for (Value line : Strings.lines(env, text, false)) {
      if (width <= 0) {
        throw new Fault("invalid width " + width + " (must be > 0)");
      }
      WordWrap wrap = new WordWrap(env, width, a.flag(2, true), hyphens.isTrue());
      wrap.chunks = wrap.split(((Value.Str) line).text(), hyphens.equals(Value.TRUE));
      wrap.fill();
      List<Value> wrapped = new ArrayList<>();
      wrap.lines.forEach(each -> wrapped.add(Value.of(each)));
      paragraphs.add(Value.of(Strings.join(env, separator, wrapped, true)));
    }
    return Value.of(Strings.join(env, separator, paragraphs, true));
  }

  private List<Text> split(Text line, boolean atHyphens) {
    List<Text> split = new ArrayList<>();
    Matcher matcher =
        (atHyphens ? CHUNKS : SPACES).matcher(new MeteredText(env.meter(), line.string()));
    int from = 0;
    while (matcher.find()) {
      add(split, line, from, matcher.start());
      add(split, line, matcher.start(), matcher.end());
      from = matcher.end();
    }
    add(split, line, from, line.length());
    return split.reversed();
  }

  private void add(List<Text> split, Text line, int from, int to) {
    env.meter().steps(1 + (to - from) / 16);
    if (from < to) {
      split.add(line.slice(from, to));
    }
  }

  private int length(Text text) {
    return Strings.length(env, text);
  }

  private boolean isSpace(Text text) {
    env.meter().steps(1);
    return text.string().chars().allMatch(Chars::isSpace);
  }

  private void fill() {
    while (!chunks.isEmpty()) {
      List<Text> line = new ArrayList<>();
      int used = 0;
      if (!lines.isEmpty() && isSpace(chunks.getLast())) {
        chunks.removeLast();
      }
      while (!chunks.isEmpty() && used + length(chunks.getLast()) <= width) {
        env.meter().steps(1);
        used += length(chunks.getLast());
        line.add(chunks.removeLast());
      }
      if (!chunks.isEmpty() && length(chunks.getLast()) > width) {
        breakWord(line, width - used);
      }
      if (!line.isEmpty() && isSpace(line.getLast())) {
        line.removeLast();
      }
      if (!line.isEmpty()) {
        Text.Builder joined = env.builder();
        line.forEach(joined::add);
        lines.add(joined.build());
      }
    }
  }

  /** A word that is longer than a line: a part of it comes on this one. */
  private void breakWord(List<Text> line, int room) {
    if (!breaksWords) {
      if (line.isEmpty()) {
        line.add(chunks.removeLast());
      }
      return;
    }
    Text word = chunks.removeLast();
    int end = Strings.offset(word, room);
    if (breaksHyphens) {
      int hyphen = word.string().lastIndexOf('-', end - 1);
      if (hyphen > 0 && word.string().substring(0, hyphen).chars().anyMatch(c -> c != '-')) {
        end = hyphen + 1;
      }
    }
    line.add(word.slice(0, end));
    chunks.add(word.slice(end, word.length()));
  }
}
