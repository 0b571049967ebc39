package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.model.block.Linear;
import dev.jora.model.block.NormSpec;
import dev.jora.model.block.TensorTable;
import dev.jora.model.block.Wiring;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands behind pooling: projections of an embedding, or a classifier that scores a text.
 *
 * @param dense {@code dense_2} and {@code dense_3}; empty for none
 * @param classifier {@code cls}, with an activation behind it; or null
 * @param norm {@code cls.norm}, or null
 * @param labels {@code cls.output}: a score for each label; or null
 */
public record EmbeddingHead(
    EmbeddingSpec spec, List<Linear> dense, Linear classifier, Linear norm, Linear labels) {
  private static final List<String> DENSE = List.of("dense_2", "dense_3");

  static EmbeddingHead bind(EmbeddingSpec spec, TensorTable table, int width) {
    List<Linear> dense = new ArrayList<>();
    long cols = width;
    for (String name : DENSE) {
      Linear linear = optional(table, name, cols);
      if (linear != null) {
        dense.add(linear);
        cols = linear.weight().shape().ne1();
      }
    }
    Linear classifier = optional(table, "cls", width);
    long inner = classifier == null ? width : classifier.weight().shape().ne1();
    return new EmbeddingHead(
        spec,
        List.copyOf(dense),
        classifier,
        classifier == null ? null : table.optionalNorm("cls.norm", inner),
        optional(table, "cls.output", inner));
  }

  /** A matrix of as many rows as the file has; or null. */
  private static Linear optional(TensorTable table, String name, long inputs) {
    long outputs = table.rows(name + ".weight");
    return outputs == 0 ? null : table.linear(name, inputs, outputs);
  }

  /** True if there is anything that scores. */
  public boolean scores() {
    return classifier != null || labels != null;
  }

  /** One vector's way through the head. */
  static final class Wired {
    private final Backend backend;
    private final EmbeddingHead head;
    private final Buffer in;
    private final List<Product> dense = new ArrayList<>();
    private final Product classifier;
    private final Norm norm;
    private final Product labels;

    Wired(EmbeddingHead head, Wiring w, NormSpec norms, int width) {
      this.backend = w.backend();
      this.head = head;
      this.in = w.room().allocate(1, width);
      head.dense.forEach(linear -> dense.add(product(w, linear)));
      this.classifier = product(w, head.classifier);
      this.norm = w.norm(norms, head.norm);
      this.labels = product(w, head.labels);
    }

    private static Product product(Wiring w, Linear linear) {
      return linear == null
          ? null
          : w.product(linear, w.room().allocate(1, (int) linear.weight().shape().ne1()));
    }

    /** The embedding that a pooled vector stands for. */
    float[] project(float[] pooled) {
      if (dense.isEmpty()) {
        return pooled;
      }
      Buffer x = write(pooled);
      for (Product product : dense) {
        x = multiply(product, x);
      }
      return read(x);
    }

    /** Scores of labels. */
    float[] score(float[] pooled) {
      Buffer x = write(pooled);
      if (classifier != null) {
        x = multiply(classifier, x);
        if (head.spec.activation() == null) {
          backend.softcap(x, 1, 1); // tanh
        } else {
          backend.activate(head.spec.activation(), x, 1);
        }
        if (norm != null) {
          backend.normalise(norm, x, 1, x);
        }
      }
      if (labels != null) {
        x = multiply(labels, x);
      }
      float[] scores = read(x);
      return head.spec.softmax() ? softmax(scores) : scores;
    }

    private Buffer write(float[] vector) {
      backend.write(MemorySegment.ofArray(vector), 1, in);
      return in;
    }

    private Buffer multiply(Product product, Buffer x) {
      backend.multiply(List.of(product), x, Rows.single(1));
      return product.out();
    }

    private float[] read(Buffer x) {
      float[] values = new float[x.cols()];
      backend.read(x, 1, MemorySegment.ofArray(values));
      return values;
    }

    private static float[] softmax(float[] scores) {
      float max = Float.NEGATIVE_INFINITY;
      for (float score : scores) {
        max = Math.max(max, score);
      }
      double sum = 0;
      for (float score : scores) {
        sum += Math.exp(score - max);
      }
      float[] shares = new float[scores.length];
      for (int i = 0; i < scores.length; i++) {
        shares[i] = (float) (Math.exp(scores[i] - max) / sum);
      }
      return shares;
    }
  }
}
