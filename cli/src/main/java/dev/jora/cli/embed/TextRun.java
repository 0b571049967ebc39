package dev.jora.cli.embed;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.UserException;
import dev.jora.engine.Embedder;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Texts read by a model, so many at a time that memory does not grow with their number. */
final class TextRun {
  /** What is made of a text; called in the order of texts. */
  @FunctionalInterface
  interface Sink {
    /** The vectors of a text of so many tokens. */
    void take(SourceText text, int tokens, float[][] vectors);
  }

  /** As many tokens as fill several passes, and texts that are short. */
  private static final int PASSES = 4;

  private static final int MOST_TEXTS = 1024;

  private final String tool;
  private final Embedder embedder;
  private final Tokenizer tokenizer;
  private final Path model;
  private final int trained;
  private final int enough;
  private final boolean truncate;
  private final CommonOptions common;
  private final ProgressLine line;
  private final boolean seen;
  private final List<SourceText> texts = new ArrayList<>();
  private final List<int[]> ids = new ArrayList<>();
  private long done;
  private long tokens;
  private int cut;

  /**
   * Nothing is read yet.
   *
   * @param truncate texts that are too long are cut
   * @param results true: results run along stdout
   */
  TextRun(
      String tool,
      Embedder embedder,
      Session session,
      boolean truncate,
      boolean results,
      CommonOptions common) {
    this.tool = tool;
    this.embedder = embedder;
    this.tokenizer = session.tokenizer();
    this.model = session.model().metadata().file();
    this.trained = session.model().contextLength();
    this.enough = PASSES * session.options().batchSize();
    this.truncate = truncate;
    this.common = common;
    this.line = new ProgressLine(common);
    this.seen = !(results && Terminal.stdout());
  }

  /** Tokens of the texts that were read. */
  long tokens() {
    return tokens;
  }

  /**
   * Reads until there is an end or an interrupt.
   *
   * @param encode token ids of a text
   * @param leave done where a signal comes while nothing is done but waiting for texts
   * @return false if it was ended
   */
  boolean read(
      TextReader reader,
      Function<byte[], int[]> encode,
      Sink sink,
      Interrupt interrupt,
      Runnable leave) {
    try {
      while (fill(reader, encode, interrupt, leave)) {
        boolean whole =
            embedder.embed(
                ids, (i, vectors) -> take(i, vectors, sink, reader), interrupt::requested);
        if (!whole) {
          return false;
        }
        texts.clear();
        ids.clear();
      }
    } finally {
      line.clear();
    }
    tell();
    return !interrupt.requested();
  }

  /** The next texts; false if there are none. */
  private boolean fill(
      TextReader reader, Function<byte[], int[]> encode, Interrupt interrupt, Runnable leave) {
    int count = 0;
    while (count < enough && texts.size() < MOST_TEXTS && !interrupt.requested()) {
      SourceText text = next(reader, interrupt, leave);
      if (text == null) {
        break;
      }
      int[] all = fitting(text, encode.apply(text.bytes()));
      texts.add(text);
      ids.add(all);
      count += all.length;
    }
    if (texts.isEmpty() && done == 0 && !interrupt.requested()) {
      throw new UserException("there is no text: what was to be read is empty");
    }
    return !texts.isEmpty() && !interrupt.requested();
  }

  private static SourceText next(TextReader reader, Interrupt interrupt, Runnable leave) {
    if (!reader.waits()) {
      return reader.next();
    }
    interrupt.idle(leave);
    try {
      return reader.next();
    } finally {
      interrupt.busy();
    }
  }

  /** Ids of a text, as many as the model can read. */
  private int[] fitting(SourceText text, int[] all) {
    int most = embedder.most();
    if (all.length == 0) {
      throw new UserException(
          text.place() + ": the model makes no token of this text: " + emptiness(text));
    }
    if (all.length <= most) {
      return all;
    }
    if (!truncate) {
      throw new UserException(
          "%s: the text has %d tokens, and at most %d can be read: make it shorter%s, or --truncate"
                  .formatted(text.place(), all.length, most, most < trained ? ", -c larger" : "")
              + " leaves out what is too much");
    }
    cut++;
    int[] kept = Arrays.copyOf(all, most);
    int last = all[all.length - 1];
    boolean ends = last == tokenizer.vocab().eos() || last == tokenizer.vocab().separator();
    if (ends) {
      kept[most - 1] = last;
    }
    return kept;
  }

  private static String emptiness(SourceText text) {
    return text.bytes().length == 0
        ? "it is empty, and so has no vector; leave it out, or --prefix puts words before it"
        : "it has no vector; leave it out";
  }

  private void take(int i, float[][] vectors, Sink sink, TextReader reader) {
    SourceText text = texts.get(i);
    requireFinite(text, vectors);
    sink.take(text, ids.get(i).length, vectors);
    done++;
    tokens += ids.get(i).length;
    if (seen) {
      show((double) text.end() / reader.size(), reader.size() > 0);
    }
  }

  /** No format has a number for what a broken file computes. */
  private void requireFinite(SourceText text, float[][] vectors) {
    for (float[] vector : vectors) {
      for (float x : vector) {
        if (!Float.isFinite(x)) {
          throw new UserException(
              "%s makes %s of %s, where numbers are expected: the file is damaged, fetch or make it"
                      .formatted(model, x, text.place())
                  + " again");
        }
      }
    }
  }

  private void show(double share, boolean known) {
    String what = "text " + done;
    String rate = String.format(Locale.ROOT, "%.0f t/s", tokens / line.seconds());
    if (known) {
      line.show(share, what, rate);
    } else {
      line.show(what, rate);
    }
  }

  private void tell() {
    double seconds = line.seconds();
    if (cut > 0) {
      common.warn(
          cut == 1
              ? "%d text was too long and is cut to %d tokens"
              : "%d texts were too long and are cut to %d tokens",
          cut,
          embedder.most());
    }
    common.info(
        "%s: %d %s, %d tokens in %.2f s, %.1f t/s",
        tool, done, done == 1 ? "text" : "texts", tokens, seconds, tokens / seconds);
  }
}
