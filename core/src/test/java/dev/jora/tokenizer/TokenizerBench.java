package dev.jora.tokenizer;

import dev.jora.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * How fast texts become ids: {@code TokenizerBench VOCABULARY.gguf TEXT [ROUNDS]}. Prints one line
 * of JSON with the median of the rounds after three that warm up; tokens per second of one thread.
 */
public final class TokenizerBench {
  private TokenizerBench() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    byte[] text = Files.readAllBytes(Path.of(args[1]));
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 9;
    long begin = System.nanoTime();
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(Path.of(args[0])));
    double load = (System.nanoTime() - begin) / 1e9;
    double[] seconds = new double[rounds];
    int tokens = 0;
    for (int round = -3; round < rounds; round++) {
      long start = System.nanoTime();
      tokens = tokenizer.encode(text, false, false).length;
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "{\"tokens\": %d, \"load_s\": %.3f, \"tokens_per_s\": %.0f}%n",
        tokens,
        load,
        tokens / seconds[rounds / 2]);
  }
}
