package dev.jora.convert.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format: values by its formula, and what becomes of parts that do not fit. */
class PackedFormatsTest {
  static Stream<Sample> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void values(Sample sample) {
    try (Weights weights = PackedFormats.unpack(sample.made(), Sample.json(sample.config()))) {
      assertArrayEquals(sample.shape(), weights.tensors().get(sample.name()).shape());
      assertEquals(
          sample.made().tensors().keySet().stream().filter(name -> name.endsWith(".bias")).count()
              + 1,
          weights.tensors().size(),
          weights.tensors().keySet().toString());
    }
    assertTrue(sample.made().closed());
    float[] found = sample.values();
    assertEquals(sample.expected().length, found.length);
    for (int i = 0; i < found.length; i++) {
      int at = i;
      assertTrue(
          found[i] == sample.expected()[i],
          () ->
              "element %d: expected %s, found %s".formatted(at, sample.expected()[at], found[at]));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void missingPartsAreNamed(Sample sample) {
    for (String part : sample.made().tensors().keySet()) {
      if (!sample.optional().contains(part)) {
        String message = fault(sample.with(sample.made().without(part)), "without " + part);
        assertTrue(message.contains("layer"), message);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void otherShapesAreRefused(Sample sample) {
    for (String part : sample.made().tensors().keySet()) {
      var tensor = sample.made().tensors().get(part);
      if (part.endsWith("bias")
          || part.endsWith("_scale") && part.contains("put")
          || part.endsWith("activation_scale")
          || part.endsWith("packing")) {
        continue;
      }
      for (long[] shape : otherShapes(tensor.shape())) {
        Sample other = sample.with(sample.made().with(part, tensor.type(), shape));
        if (!tellsAnotherWeight(other, part)) {
          String message = fault(other, part + " of shape " + Arrays.toString(shape));
          assertTrue(message.contains("layer"), message);
        }
      }
    }
  }

  /** Whether it fits, as a weight of another shape or in the older packing. */
  private static boolean tellsAnotherWeight(Sample sample, String part) {
    var tensor = sample.made().tensors().get(part);
    if (part.endsWith("weight_packed") && tensor.type() == ElementType.I32) {
      int bits = Integer.parseInt(sample.what().replaceAll(".* of (\\d) bits.*", "$1"));
      long inputs = sample.shape()[1];
      return tensor.shape()[tensor.shape().length - 1] == new Packing(bits, false).words(inputs);
    }
    try (Weights weights = PackedFormats.unpack(sample.made(), Sample.json(sample.config()))) {
      return !Arrays.equals(sample.shape(), weights.tensors().get(sample.name()).shape());
    } catch (SourceException e) {
      return false;
    }
  }

  private static List<long[]> otherShapes(long[] shape) {
    List<long[]> others = new ArrayList<>();
    for (int d = 0; d < shape.length; d++) {
      for (long extent : new long[] {shape[d] + 1, 2 * shape[d] + 3, 0}) {
        long[] other = shape.clone();
        other[d] = extent;
        others.add(other);
      }
    }
    long[] deeper = new long[shape.length + 1];
    System.arraycopy(shape, 0, deeper, 1, shape.length);
    deeper[0] = 3;
    others.add(deeper);
    return others;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void otherTypesAreRefused(Sample sample) {
    for (String part : sample.made().tensors().keySet()) {
      var tensor = sample.made().tensors().get(part);
      if (sample.optional().contains(part) && !part.endsWith("zero_point")) {
        continue;
      }
      for (ElementType type : new ElementType[] {ElementType.U64, ElementType.BOOL}) {
        fault(
            sample.with(sample.made().with(part, type, tensor.shape())), part + " of type " + type);
      }
    }
  }

  private static String fault(Sample sample, String what) {
    return assertThrows(SourceException.class, sample::values, sample + " " + what).getMessage();
  }
}
