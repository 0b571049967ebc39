package dev.jora.model.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Control vectors in the forward pass. */
class ControlVectorTest {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  @TempDir Path folder;

  private static Path model(String name) {
    return Shared.golden("architectures/" + name + "/model.gguf");
  }

  private Path write(String name, Map<String, float[]> directions) {
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("general.architecture", new GgufValue.Str("controlvector"));
    keys.put("controlvector.model_hint", new GgufValue.Str("llama"));
    List<TensorInfo> infos = new ArrayList<>();
    directions.forEach(
        (tensor, values) ->
            infos.add(new TensorInfo(tensor, GgmlType.F32, Shape.of(values.length), 0)));
    try (GgufWriter out = GgufWriter.create(folder.resolve(name), keys, infos)) {
      for (float[] values : directions.values()) {
        MemorySegment floats = MemorySegment.ofArray(values);
        out.append(MemorySegment.ofArray(floats.toArray(BYTE)));
      }
      out.finish();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return folder.resolve(name);
  }

  private static float[] random(int n, int seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Adaptation.Wanted wanted(int first, int last, ScaledFile... files) {
    return new Adaptation.Wanted(List.of(), new ControlVector.Wanted(List.of(files), first, last));
  }

  private static TestModel open(String name, Adaptation.Wanted wanted) {
    return new TestModel(model(name), new ScalarKernels(), 1, null, wanted);
  }

  /** What is added behind a layer is as a bias of the last product in it. */
  @ParameterizedTest
  @ValueSource(strings = {"blk.0", "blk.1"})
  void isAddedBehindALayer(String layer) throws IOException {
    float[] direction = random(64, 1);
    float[] bias = new float[64];
    for (int i = 0; i < 64; i++) {
      bias[i] = 0.5f * direction[i];
    }
    boolean last = layer.equals("blk.1");
    Path file = write("v.gguf", Map.of("direction.1", direction));
    Path biased = folder.resolve("m.gguf");
    try (GgufFile model = GgufFile.open(model("llama"))) {
      List<TensorInfo> infos = new ArrayList<>(model.infos());
      infos.add(new TensorInfo(layer + ".ffn_down.bias", GgmlType.F32, Shape.of(64), 0));
      try (GgufWriter out = GgufWriter.create(biased, model.metadata().values(), infos)) {
        for (Tensor tensor : model.tensors().values()) {
          out.append(tensor.data());
        }
        out.append(MemorySegment.ofArray(MemorySegment.ofArray(bias).toArray(BYTE)));
        out.finish();
      }
    }
    int[] tokens = {5, 9, 12, 30};
    try (TestModel oracle =
            new TestModel(biased, new ScalarKernels(), 1, null, Adaptation.Wanted.NONE);
        TestModel led = open("llama", wanted(0, 0, new ScaledFile(file, 0.5f)))) {
      float[][] expected = oracle.logits(tokens, 4);
      float[][] read = led.logits(tokens, 4);
      float[][] drawn = led.single(tokens);
      for (int i = 0; i < tokens.length; i++) {
        if (last) {
          assertArrayEquals(expected[i], read[i], 1e-4f);
          assertArrayEquals(expected[i], drawn[i], 1e-4f);
        } else {
          assertFalse(Arrays.equals(expected[i], read[i]), "that is another layer");
        }
      }
    }
  }

  @Test
  void filesAreAddedUpAndLayersChosen() {
    Path a = write("a.gguf", directions(3, 1));
    Path b = write("b.gguf", directions(3, 2));
    int[] tokens = {5, 9, 12, 30};
    Map<String, float[]> sum = new LinkedHashMap<>();
    directions(3, 1)
        .forEach(
            (name, values) -> {
              float[] other = directions(3, 2).get(name);
              float[] both = new float[values.length];
              for (int i = 0; i < both.length; i++) {
                both[i] = 0.5f * values[i] + -0.25f * other[i];
              }
              sum.put(name, both);
            });
    Path both = write("both.gguf", sum);
    String name = "gemma2";
    try (TestModel plain = open(name, Adaptation.Wanted.NONE);
        TestModel two =
            open(name, wanted(0, 0, new ScaledFile(a, 0.5f), new ScaledFile(b, -0.25f)));
        TestModel one = open(name, wanted(1, 99, new ScaledFile(both, 1)));
        TestModel first = open(name, wanted(1, 1, new ScaledFile(both, 1)));
        TestModel none = open(name, wanted(0, 0, new ScaledFile(both, 0)));
        TestModel behind = open(name, wanted(50, 99, new ScaledFile(both, 1)))) {
      float[][] without = plain.logits(tokens, 4);
      assertArrayEquals(two.logits(tokens, 4), one.logits(tokens, 4));
      assertArrayEquals(two.single(tokens), two.inCompany(tokens, 3));
      assertFalse(same(one.logits(tokens, 4), without));
      assertFalse(same(one.logits(tokens, 4), first.logits(tokens, 4)));
      assertFalse(same(first.logits(tokens, 4), without));
      assertArrayEquals(without, none.logits(tokens, 4), "to the bit");
      assertArrayEquals(without, behind.logits(tokens, 4), "to the bit");
    }
  }

  private static boolean same(float[][] a, float[][] b) {
    return Arrays.deepEquals(a, b);
  }

  private static Map<String, float[]> directions(int layers, int seed) {
    Map<String, float[]> directions = new LinkedHashMap<>();
    try (GgufFile file = GgufFile.open(model("gemma2"))) {
      int width = (int) file.tensor("output_norm.weight").shape().ne0();
      int count = file.metadata().integer("gemma2.block_count");
      for (int il = 1; il < Math.min(count, layers + 1); il++) {
        directions.put("direction." + il, random(width, seed * 100 + il));
      }
    }
    return directions;
  }

  @ParameterizedTest
  @CsvSource({
    "direction.0, 64, 'tensor direction.0: expected the number of a layer behind it, 1 to 1'",
    "direction.2, 64, 'tensor direction.2: expected the number of a layer behind it, 1 to 1'",
    "direction.x, 64, 'tensor direction.x: expected the number of a layer behind it, 1 to 1'",
    "direction.1, 63, 'tensor direction.1: expected shape [64], the model''s n_embd, found [63]'",
    "other, 64, 'tensors: expected a control vector''s, direction.1 and so on, found no such'"
  })
  void faultsAreSentences(String name, int width, String said) {
    Path file = write("v.gguf", Map.of(name, random(width, 1)));
    GgufException e =
        assertThrows(
            GgufException.class, () -> open("llama", wanted(0, 0, new ScaledFile(file, 1))));
    assertTrue(e.getMessage().startsWith(file + ": " + said), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void numbersAreFinite(float bad) {
    float[] values = random(64, 1);
    values[3] = bad;
    Path file = write("v.gguf", Map.of("direction.1", values));
    GgufException e =
        assertThrows(
            GgufException.class, () -> open("llama", wanted(0, 0, new ScaledFile(file, 1))));
    String said = ": tensor direction.1: expected finite numbers, found " + bad + " at 3";
    assertEquals(file + said, e.getMessage());
  }
}
