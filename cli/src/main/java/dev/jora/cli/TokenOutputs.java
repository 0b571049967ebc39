package dev.jora.cli;

import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.TokenScore;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files with every token of a text: {@code --per-token} and {@code --heatmap}. */
final class TokenOutputs implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final Chunks chunks;
  private final Writer table;
  private final Writer page;

  private TokenOutputs(Tokenizer tokenizer, Chunks chunks, Writer table, Writer page) {
    this.tokenizer = tokenizer;
    this.chunks = chunks;
    this.table = table;
    this.page = page;
  }

  /**
   * Opens the files that are wanted, before the work begins.
   *
   * @param table a CSV file, or null
   * @param page an HTML file, or null
   */
  static TokenOutputs open(
      Path table, Path page, String title, Tokenizer tokenizer, Chunks chunks) {
    Writer csv = open(table, TokenTable.HEAD);
    try {
      return new TokenOutputs(tokenizer, chunks, csv, open(page, Heatmap.head(title)));
    } catch (RuntimeException e) {
      close(csv, "");
      throw e;
    }
  }

  private static Writer open(Path file, String head) {
    if (file == null) {
      return null;
    }
    try {
      Writer writer = Files.newBufferedWriter(file);
      writer.write(head);
      return writer;
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** The scored tokens of the next chunk. */
  void add(int chunk, List<TokenScore> scores) {
    try {
      if (table != null) {
        for (TokenScore score : scores) {
          table.write(TokenTable.line(score, tokenizer));
        }
      }
      if (page != null) {
        Heatmap.add(page, tokenizer, chunks, chunk, scores);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static UserException failure(IOException e) {
    return new UserException(
        "--per-token or --heatmap cannot be written to its end: " + e.getMessage(), e);
  }

  private static void close(Writer writer, String end) {
    if (writer != null) {
      try (writer) {
        writer.write(end);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      close(table, "");
      close(page, Heatmap.END);
    } catch (UncheckedIOException e) {
      throw failure(e.getCause());
    }
  }
}
