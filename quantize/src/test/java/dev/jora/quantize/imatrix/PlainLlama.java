package dev.jora.quantize.imatrix;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * Llama and Mixtral in double, one loop after the other, that adds up the squares of what goes into
 * each product: the oracle. Shares nothing with the decoder but the file.
 */
final class PlainLlama {
  final TreeMap<String, double[]> sums = new TreeMap<>();
  final TreeMap<String, long[]> counts = new TreeMap<>();

  private final GgufFile file;
  private final GgufMetadata m;
  private final int heads;
  private final int kvHeads;
  private final int dim;

  PlainLlama(GgufFile file) {
    this.file = file;
    this.m = file.metadata();
    this.heads = m.integer("llama.attention.head_count");
    this.kvHeads = m.integer("llama.attention.head_count_kv");
    this.dim = m.integer("llama.embedding_length") / heads;
  }

  /** Reads a text; gives logits[token][vocabulary]. */
  double[][] read(int[] tokens) {
    int n = tokens.length;
    float[] table = floats("token_embd.weight");
    int width = m.integer("llama.embedding_length");
    double[][] x = new double[n][width];
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < width; i++) {
        x[t][i] = table[tokens[t] * width + i];
      }
    }
    for (int il = 0; il < m.integer("llama.block_count"); il++) {
      String blk = "blk." + il + ".";
      double[][] h = norm(x, blk + "attn_norm.weight");
      double[][] q = product(h, blk + "attn_q.weight", 0);
      double[][] k = product(h, blk + "attn_k.weight", 0);
      double[][] v = product(h, blk + "attn_v.weight", 0);
      rotate(q, heads);
      rotate(k, kvHeads);
      add(product(attention(q, k, v), blk + "attn_output.weight", 0), x);
      h = norm(x, blk + "ffn_norm.weight");
      add(
          file.tensors().containsKey(blk + "ffn_gate_inp.weight")
              ? mixture(h, blk)
              : dense(h, blk, "", 0),
          x);
    }
    return product(norm(x, "output_norm.weight"), "output.weight", 0);
  }

  private double[][] dense(double[][] h, String blk, String suffix, int expert) {
    double[][] gate = product(h, blk + "ffn_gate" + suffix + ".weight", expert);
    double[][] up = product(h, blk + "ffn_up" + suffix + ".weight", expert);
    for (int t = 0; t < h.length; t++) {
      for (int i = 0; i < gate[t].length; i++) {
        gate[t][i] = gate[t][i] / (1 + Math.exp(-gate[t][i])) * up[t][i];
      }
    }
    return product(gate, blk + "ffn_down" + suffix + ".weight", expert);
  }

  private double[][] mixture(double[][] h, String blk) {
    double[][] router = product(h, blk + "ffn_gate_inp.weight", 0);
    double[][] out = new double[h.length][];
    for (int t = 0; t < h.length; t++) {
      out[t] = new double[h[t].length];
      double[] p = router[t];
      double[] sorted = p.clone();
      Arrays.sort(sorted);
      int used = m.integer("llama.expert_used_count");
      double least = sorted[p.length - used];
      double all = Arrays.stream(p).filter(e -> e >= least).map(Math::exp).sum();
      for (int e = 0; e < p.length; e++) {
        if (p[e] >= least) {
          double[] y = dense(new double[][] {h[t]}, blk, "_exps", e)[0];
          for (int i = 0; i < y.length; i++) {
            out[t][i] += Math.exp(p[e]) / all * y[i];
          }
        }
      }
    }
    return out;
  }

  private double[][] attention(double[][] q, double[][] k, double[][] v) {
    double[][] out = new double[q.length][heads * dim];
    for (int t = 0; t < q.length; t++) {
      for (int h = 0; h < heads; h++) {
        int kv = h / (heads / kvHeads) * dim;
        double[] p = new double[t + 1];
        double all = 0;
        for (int s = 0; s <= t; s++) {
          double dot = 0;
          for (int i = 0; i < dim; i++) {
            dot += q[t][h * dim + i] * k[s][kv + i];
          }
          p[s] = Math.exp(dot / Math.sqrt(dim));
          all += p[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < dim; i++) {
            out[t][h * dim + i] += p[s] / all * v[s][kv + i];
          }
        }
      }
    }
    return out;
  }

  private void rotate(double[][] x, int count) {
    for (int t = 0; t < x.length; t++) {
      for (int h = 0; h < count; h++) {
        for (int i = 0; i < dim; i += 2) {
          double base = m.floating("llama.rope.freq_base");
          double angle = t * Math.pow(base, -(double) i / dim);
          double a = x[t][h * dim + i];
          double b = x[t][h * dim + i + 1];
          x[t][h * dim + i] = a * Math.cos(angle) - b * Math.sin(angle);
          x[t][h * dim + i + 1] = a * Math.sin(angle) + b * Math.cos(angle);
        }
      }
    }
  }

  private double[][] norm(double[][] x, String name) {
    float[] weight = floats(name);
    double eps = m.floating("llama.attention.layer_norm_rms_epsilon");
    double[][] out = new double[x.length][weight.length];
    for (int t = 0; t < x.length; t++) {
      double mean = Arrays.stream(x[t]).map(a -> a * a).sum() / weight.length;
      for (int i = 0; i < weight.length; i++) {
        out[t][i] = x[t][i] / Math.sqrt(mean + eps) * weight[i];
      }
    }
    return out;
  }

  private double[][] product(double[][] x, String name, int expert) {
    Tensor tensor = file.tensor(name);
    int n = (int) tensor.shape().ne0();
    int rows = (int) tensor.shape().ne1();
    int matrices = (int) tensor.shape().ne2();
    float[] w = floats(name);
    double[] sum = sums.computeIfAbsent(name, key -> new double[n * matrices]);
    counts.computeIfAbsent(name, key -> new long[matrices])[expert] += x.length;
    double[][] out = new double[x.length][rows];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < n; i++) {
        sum[expert * n + i] += x[t][i] * x[t][i];
        for (int r = 0; r < rows; r++) {
          out[t][r] += x[t][i] * w[(expert * rows + r) * n + i];
        }
      }
    }
    return out;
  }

  private static void add(double[][] a, double[][] x) {
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] += a[t][i];
      }
    }
  }

  private float[] floats(String name) {
    return file.tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }
}
