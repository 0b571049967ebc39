package dev.jora.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Candidates, parameters and chains for tests. */
final class Chains {
  private Chains() {}

  /** Candidates of the logits ln p; ids are positions. */
  static Candidates of(double... p) {
    Candidates c = new Candidates(p.length);
    c.fill(logits(p));
    return c;
  }

  /** The tokens, in the order of the candidates. */
  static int[] ids(Candidates c) {
    return IntStream.range(0, c.count()).map(c::id).toArray();
  }

  /** ln p. */
  static float[] logits(double... p) {
    float[] logits = new float[p.length];
    for (int i = 0; i < p.length; i++) {
      logits[i] = (float) Math.log(p[i]);
    }
    return logits;
  }

  /** Normally distributed logits. */
  static float[] random(int seed, int n) {
    Random random = new Random(seed);
    float[] logits = new float[n];
    for (int i = 0; i < n; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    return logits;
  }

  /** Tokens of these texts; the last one ends a text. */
  static TokenTexts texts(String... texts) {
    return new TokenTexts() {
      @Override
      public int size() {
        return texts.length;
      }

      @Override
      public String text(int id) {
        return texts[id];
      }

      @Override
      public int[] tokenize(String text) { // the longest token first
        if (text.isEmpty()) {
          return new int[0];
        }
        int best = -1;
        for (int id = 0; id < texts.length; id++) {
          boolean longer = best < 0 || texts[id].length() > texts[best].length();
          if (!texts[id].isEmpty() && text.startsWith(texts[id]) && longer) {
            best = id;
          }
        }
        int[] rest = tokenize(text.substring(texts[best].length()));
        int[] ids = new int[rest.length + 1];
        ids[0] = best;
        System.arraycopy(rest, 0, ids, 1, rest.length);
        return ids;
      }

      @Override
      public boolean isEog(int id) {
        return id == texts.length - 1;
      }
    };
  }

  /** A vocabulary of n tokens without texts. */
  static TokenTexts vocabulary(int n) {
    String[] texts = new String[n];
    Arrays.fill(texts, "");
    return texts(texts);
  }

  /** llama.cpp's defaults with another seed and chain. */
  static SamplingParams.Builder params(int seed, String samplers) {
    return SamplingParams.builder().seed(seed).samplers(Samplers.parseNames(samplers));
  }

  /** All samplers at work. */
  static SamplingParams.Builder everything() {
    return SamplingParams.builder()
        .temperature(new Temperature.Params(0.9f, 0.2f, 1))
        .topA(0.01f)
        .typicalP(0.97f)
        .topNSigma(3)
        .xtc(new Xtc.Params(0.5f, 0.05f))
        .penalties(new Penalties.Params(8, 1.2f, 0.1f, 0.1f))
        .dry(new Dry.Params(0.8f, 1.75f, 2, -1, List.of("\n")));
  }
}
