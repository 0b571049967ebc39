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
import java.util.Arrays;
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

  static EmbeddingHead bind(EmbeddingSpec spec, TensorTable table, Hyperparameters h) {
    int width = h.embeddingLength();
    List<Linear> dense = new ArrayList<>();
    long cols = width;
    for (String name : DENSE) {
      Linear linear = optional(table, name, cols);
      if (linear != null) {
        long rows = linear.weight().shape().ne1();
        requireKey(h, name + "_feat_in", cols, "the inputs of " + name + ".weight");
        requireKey(h, name + "_feat_out", rows, "the rows of " + name + ".weight");
        dense.add(linear);
        cols = rows;
      }
    }
    Linear classifier = optional(table, "cls", width);
    long inner = classifier == null ? width : classifier.weight().shape().ne1();
    Linear labels = optional(table, "cls.output", inner);
    requireNames(h, spec.labels().size(), labels);
    return new EmbeddingHead(
        spec,
        List.copyOf(dense),
        classifier,
        classifier == null ? null : table.optionalNorm("cls.norm", inner),
        labels);
  }

  /** A key that says what a tensor's shape says; 0 says nothing. */
  private static void requireKey(Hyperparameters h, String key, long value, String what) {
    int found = h.integer(key, 0);
    if (found != 0 && found != value) {
      throw h.fault(key, value + ", " + what, "" + found);
    }
  }

  private static void requireNames(Hyperparameters h, int names, Linear labels) {
    long rows = labels == null ? names : labels.weight().shape().ne1();
    if (names > 0 && names != rows) {
      throw h.fault(
          "classifier.output_labels",
          "a name for each of the " + rows + " rows of cls.output.weight",
          names + (names == 1 ? " name" : " names"));
    }
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
      boolean none = head.dense.isEmpty() && !head.scores();
      this.in = none ? null : w.room().allocate(1, width); // most models have no head
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

    /**
     * The embedding that a pooled vector stands for; null where a value on the way is not finite.
     */
    float[] project(float[] pooled) {
      if (dense.isEmpty()) {
        return pooled;
      }
      Buffer x = write(pooled);
      for (Product product : dense) {
        x = multiply(product, x);
        if (!isFinite(read(x))) {
          return null;
        }
      }
      return read(x);
    }

    /** Scores of labels; null where a value on the way is not finite, which tanh would hide. */
    float[] score(float[] pooled) {
      Buffer x = write(pooled);
      if (classifier != null) {
        x = multiply(classifier, x);
        if (!isFinite(read(x))) {
          return null;
        }
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
      if (!isFinite(scores)) {
        return null;
      }
      if (labels == null) { // what the classifier has first is what it says
        int named = head.spec.labels().size();
        scores = Arrays.copyOf(scores, Math.clamp(named, 1, scores.length));
      }
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

    private static boolean isFinite(float[] values) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
      return true;
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
