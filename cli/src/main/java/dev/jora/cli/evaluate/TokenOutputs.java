package dev.jora.cli.evaluate;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.PartFile;
import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.TokenScore;
import dev.jora.tokenizer.Tokenizer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Files with every token of a text, {@code --per-token} and {@code --heatmap}: they have their
 * names when the work is done; where it was ended early, there are none.
 */
final class TokenOutputs implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final Chunks chunks;
  private final TextFile table;
  private final TextFile page;

  private TokenOutputs(Tokenizer tokenizer, Chunks chunks, TextFile table, TextFile page) {
    this.tokenizer = tokenizer;
    this.chunks = chunks;
    this.table = table;
    this.page = page;
  }

  /** A text in the making. */
  private record TextFile(Path file, PartFile part, Writer text) {
    static TextFile open(Path file, String head) {
      if (file == null) {
        return null;
      }
      try {
        PartFile part = new PartFile(file);
        Writer text =
            new BufferedWriter(new OutputStreamWriter(part.stream(), StandardCharsets.UTF_8));
        text.write(head);
        return new TextFile(file, part, text);
      } catch (IOException e) {
        throw failure(file, e);
      }
    }

    void finish(String end) {
      try {
        text.write(end);
        text.flush();
        part.finish();
      } catch (IOException e) {
        throw failure(file, e);
      }
    }

    void close() {
      try {
        part.close();
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
  }

  /**
   * Opens the files that are wanted, before the work begins.
   *
   * @param table a CSV file, or null
   * @param page an HTML file, or null
   */
  static TokenOutputs open(
      Path table, Path page, String title, Tokenizer tokenizer, Chunks chunks) {
    TextFile csv = TextFile.open(table, TokenTable.HEAD);
    try {
      return new TokenOutputs(tokenizer, chunks, csv, TextFile.open(page, Heatmap.head(title)));
    } catch (RuntimeException e) {
      close(csv);
      throw e;
    }
  }

  /** The scored tokens of the next chunk. */
  void add(int chunk, List<TokenScore> scores) {
    if (table != null) {
      try {
        for (TokenScore score : scores) {
          table.text().write(TokenTable.line(score, tokenizer));
        }
      } catch (IOException e) {
        throw failure(table.file(), e);
      }
    }
    if (page != null) {
      try {
        Heatmap.add(page.text(), tokenizer, chunks, chunk, scores);
      } catch (IOException e) {
        throw failure(page.file(), e);
      }
    }
  }

  private static UserException failure(Path file, IOException e) {
    return new UserException(file + " cannot be written: " + IoReason.of(e), e);
  }

  /** How many of the likeliest tokens are told with every scored one. */
  int likeliest() {
    return page == null ? 0 : Heatmap.LIKELIEST;
  }

  /**
   * The work is over: the files get their names.
   *
   * @param whole false: not all was read, and {@link #close} takes them away
   */
  void finish(boolean whole, CommonOptions common) {
    if (!whole) {
      Stream.of(table, page)
          .filter(Objects::nonNull)
          .forEach(file -> common.warn("%s is not written: it would not be whole", file.file()));
      return;
    }
    if (table != null) {
      table.finish("");
    }
    if (page != null) {
      page.finish(Heatmap.END);
    }
  }

  private static void close(TextFile file) {
    if (file != null) {
      file.close();
    }
  }

  /** Takes away what is not finished. */
  @Override
  public void close() {
    try {
      close(table);
    } finally {
      close(page);
    }
  }
}
