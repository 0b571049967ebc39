package dev.jora.model;

import dev.jora.backend.NotFiniteException;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.Tensor;
import java.util.function.Predicate;

/** Finds where a model stops computing numbers, once it is known that it does. */
final class NumberFault {
  private final Model model;
  private final DecoderGraph graph;

  NumberFault(Model model, DecoderGraph graph) {
    this.model = model;
    this.graph = graph;
  }

  /** A fault of the output's product: hidden states are numbers. */
  NotFiniteException inLogits() {
    return fault("in the logits", NumberFault::isOutside);
  }

  /** A fault behind pooling: hidden states are numbers. */
  NotFiniteException inHead(String place) {
    return fault(place, name -> name.startsWith("cls.") || name.startsWith("dense_"));
  }

  /**
   * Runs the batch again, looking between layers, and leaves its sequences as they were before it.
   */
  NotFiniteException find(Batch batch) {
    batch.takeBack();
    int[] layer = {-1}; // the last whose input was looked at and found right
    try {
      graph.runLayerByLayer(
          batch,
          () -> {
            boolean finite = graph.isFiniteBefore(layer[0] + 1, batch.size());
            layer[0] += finite ? 1 : 0;
            return !finite;
          });
    } catch (NotFiniteException e) {
      return atLayer(layer[0]); // its router
    } finally {
      batch.takeBack();
    }
    if (layer[0] < 0) {
      return fault("in the embeddings", NumberFault::isOutside);
    }
    boolean afterLast =
        layer[0] == graph.layers() - 1
            && graph.isFiniteAfterLayers(batch.outputCount(), batch.size());
    return afterLast ? fault("after the output norm", NumberFault::isOutside) : atLayer(layer[0]);
  }

  private NotFiniteException atLayer(int il) {
    return fault("in layer " + il, name -> name.startsWith("blk." + il + "."));
  }

  private static boolean isOutside(String name) {
    return !name.startsWith("blk.");
  }

  /**
   * One sentence, with the first broken tensor among those that have a part in it; else any, for a
   * pass before, of which nothing was asked, may have put into caches what is met here.
   */
  private NotFiniteException fault(String place, Predicate<String> part) {
    String start = model.metadata().file() + ": what the model computes is not a number";
    String here = ", first " + place;
    String broken = firstBroken(part);
    if (broken != null) {
      return brokenBy(start + here, broken);
    }
    broken = firstBroken(name -> true);
    if (broken != null) {
      return brokenBy(start, broken);
    }
    return new NotFiniteException(
        start
            + here
            + ", though all weights are finite: a value is larger than its type can hold, or a"
            + " saved sequence is damaged");
  }

  private static NotFiniteException brokenBy(String start, String broken) {
    return new NotFiniteException(
        start
            + ": tensor "
            + broken
            + "; expected finite weights, so the file is damaged or was not converted well");
  }

  /** The first of these tensors with a value that is not finite, and its place; null for none. */
  private String firstBroken(Predicate<String> part) {
    for (Tensor tensor : model.tensors().values()) {
      String found = part.test(tensor.name()) ? firstBroken(tensor) : null;
      if (found != null) {
        return tensor.name() + " has " + found;
      }
    }
    return null;
  }

  /** The first value that is not finite and its place, or null. */
  private static String firstBroken(Tensor tensor) {
    BlockFormat format = BlockFormats.of(tensor.type());
    int columns = Math.toIntExact(tensor.shape().ne0());
    float[] row = new float[columns];
    for (long r = 0; r < tensor.shape().rows(); r++) {
      format.dequantize(tensor.data(), r * tensor.rowBytes(), row, 0, columns);
      for (int c = 0; c < columns; c++) {
        if (!Float.isFinite(row[c])) {
          return row[c] + " in row " + r + ", column " + c;
        }
      }
    }
    return null;
  }
}
