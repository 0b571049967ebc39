package dev.jora.cli.embed;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** OpenAI's answer, and what llama-embedding adds to it. */
final class JsonVectors implements VectorWriter {
  private final Destination out;
  private final String model;
  private final boolean nested;
  private final List<float[]> compared;
  private int index;
  private long tokens;

  /**
   * For a model's name.
   *
   * @param nested every token has its vector
   * @param compares true: cosines of all pairs are told, for which all vectors are kept
   */
  JsonVectors(Destination out, String model, boolean nested, boolean compares) {
    this.out = out;
    this.model = model;
    this.nested = nested;
    this.compared = compares ? new ArrayList<>() : null;
  }

  @Override
  public void begin() {
    out.print("{\"object\":\"list\",\"model\":" + TextNode.valueOf(model) + ",\"data\":[");
  }

  @Override
  public void add(int count, float[][] vectors) {
    StringBuilder text = new StringBuilder(index == 0 ? "\n" : ",\n");
    text.append("{\"object\":\"embedding\",\"index\":").append(index).append(",\"embedding\":");
    out.print(Numerals.arrays(text, vectors, nested).append('}'));
    index++;
    tokens += count;
    if (compared != null) {
      compared.add(vectors[0]);
    }
  }

  @Override
  public void end() {
    out.print("\n]");
    if (compared != null && index > 1) {
      compare();
    }
    out.print(",\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d}}\n".formatted(tokens, tokens));
  }

  private void compare() {
    out.print(",\"cosineSimilarity\":[");
    for (int i = 0; i < index; i++) {
      float[] row = new float[index];
      for (int j = 0; j < index; j++) {
        row[j] = cosine(compared.get(i), compared.get(j));
      }
      out.print(Numerals.array(new StringBuilder(i == 0 ? "\n" : ",\n"), row));
    }
    out.print("\n]");
  }

  /** Of two zero vectors 1, of one 0. */
  static float cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    if (aa == 0 || bb == 0) {
      return aa == bb ? 1 : 0;
    }
    return (float) (ab / (Math.sqrt(aa) * Math.sqrt(bb)));
  }
}
