package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayerPruningTest {
  @Test
  void orderIsByLayerThenName() {
    Tensors tensors =
        new Tensors()
            .add("token_embd.weight", 8)
            .addLayer(10, "a.weight", 8)
            .addLayer(2, "b.weight", 8)
            .addLayer(2, "a.weight", 8)
            .add("v.blk.0.a.weight", 8)
            .add("output.weight", 8);
    assertEquals(
        List.of(
            "output.weight",
            "token_embd.weight",
            "v.blk.0.a.weight",
            "blk.2.a.weight",
            "blk.2.b.weight",
            "blk.10.a.weight"),
        tensors.sorted().stream().map(OutputTensor::name).toList());
  }

  @Test
  void layersMoveUpAndKeepTheirSource() {
    Tensors tensors = new Tensors().add("output.weight", 8);
    for (int layer = 11; layer >= 0; layer--) {
      tensors.addLayer(layer, "a.weight", 8);
    }
    LayerPruning pruning = LayerPruning.parse("1, 9,10,1", 12);
    assertEquals(9, pruning.blockCount());
    List<String> names = new ArrayList<>();
    pruning.apply(tensors.infos()).forEach(t -> names.add(t.name() + "<" + t.source().name()));
    assertEquals("output.weight<output.weight", names.get(0));
    assertEquals("blk.0.a.weight<blk.0.a.weight", names.get(1));
    assertEquals("blk.1.a.weight<blk.2.a.weight", names.get(2));
    assertEquals("blk.7.a.weight<blk.8.a.weight", names.get(8));
    assertEquals("blk.8.a.weight<blk.11.a.weight", names.get(9));
    assertEquals(10, names.size());
  }

  @Test
  void metadataFollow() {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str("arch"));
    values.put("arch.block_count", u32(4));
    values.put("arch.leading_dense_block_count", u32(2));
    values.put("arch.nextn_predict_layers", u32(1));
    values.put("arch.head_count", new GgufValue.Ints(GgufType.INT32, new long[] {1, 2, 3, 4}));
    values.put("arch.window", new GgufValue.Bools(new boolean[] {true, false, true, false}));
    values.put("arch.scale", new GgufValue.F32s(new float[] {1, 2, 3, 4}));
    values.put("arch.names", new GgufValue.Strs(List.of("a", "b", "c", "d")));
    values.put("arch.doubles", new GgufValue.F64s(new double[] {1, 2, 3, 4}));
    values.put(
        "arch.rope.dimension_sections",
        new GgufValue.Ints(GgufType.INT32, new long[] {16, 24, 24, 0}));
    values.put("arch.other", new GgufValue.F32s(new float[] {1, 2, 3}));
    values.put("tokenizer.four", new GgufValue.F32s(new float[] {1, 2, 3, 4}));
    GgufMetadata metadata = new GgufMetadata(Path.of("m.gguf"), values);
    GgufMetadata pruned =
        new GgufMetadata(Path.of("m.gguf"), LayerPruning.parse("1,3", 4).apply(metadata));
    assertEquals(List.copyOf(values.keySet()), List.copyOf(pruned.values().keySet()));
    assertEquals(2, pruned.integer("arch.block_count"));
    assertEquals(1, pruned.integer("arch.leading_dense_block_count"));
    assertEquals(0, pruned.integer("arch.nextn_predict_layers"));
    assertArrayEquals(new int[] {1, 3}, pruned.integers("arch.head_count"));
    assertArrayEquals(new boolean[] {true, true}, pruned.bools("arch.window"));
    assertArrayEquals(new float[] {1, 3}, pruned.floats("arch.scale"));
    assertEquals(new GgufValue.Strs(List.of("a", "c")), pruned.values().get("arch.names"));
    assertEquals("[1.0, 3.0]", pruned.values().get("arch.doubles").toString());
    for (String key : List.of("arch.rope.dimension_sections", "arch.other", "tokenizer.four")) {
      assertEquals(values.get(key), pruned.values().get(key), key);
    }
  }

  private static GgufValue u32(int value) {
    return new GgufValue.Int(GgufType.UINT32, value);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 'the model has layers 0 to 3'",
    "'1,,2', ''''' is no layer; give numbers and commas, as 20,21'",
    "'-1', '''-1'' is no layer; give numbers and commas, as 20,21'",
    "'0,1,2,3', 'this drops all layers'"
  })
  void refuses(String text, String expected) {
    assertEquals(
        "prune_layers " + text + ": " + expected,
        assertThrows(IllegalArgumentException.class, () -> LayerPruning.parse(text, 4))
            .getMessage());
  }

  @Test
  void layersThatShareKeysAreCounted() {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str("arch"));
    values.put("arch.block_count", u32(8));
    values.put("arch.attention.shared_kv_layers", u32(3));
    GgufMetadata metadata = new GgufMetadata(Path.of("m.gguf"), values);
    Map<String, GgufValue> pruned = LayerPruning.parse("4,5,7", 8).apply(metadata);
    assertEquals(u32(1), pruned.get("arch.attention.shared_kv_layers"));
  }

  @ParameterizedTest
  @CsvSource({"per_layer_token_embd.weight", "per_layer_model_proj.weight"})
  void tensorsOfAllLayersAreRefused(String name) {
    Tensors tensors = new Tensors().add(name, 8).addLayer(0, "a.weight", 8);
    LayerPruning pruning = LayerPruning.parse("1", 2);
    RecipeException e = assertThrows(RecipeException.class, () -> pruning.apply(tensors.infos()));
    assertEquals(true, e.getMessage().startsWith("tensor " + name + " holds"), e.getMessage());
  }

  @Test
  void patternsByPlaceAreNamed() {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str("gemma2"));
    assertEquals("architecture gemma2", byPlace("0", values));
    assertEquals("", byPlace("2,3", values));
    values.put(
        "gemma2.attention.sliding_window_pattern",
        new GgufValue.Bools(new boolean[] {true, false}));
    assertEquals("", byPlace("0", values));
    values.put("gemma2.attention.sliding_window_pattern", u32(2));
    assertEquals("key gemma2.attention.sliding_window_pattern", byPlace("0", values));
    values.put("general.architecture", new GgufValue.Str("llama"));
    assertEquals("", byPlace("0", values));
  }

  private static String byPlace(String layers, Map<String, GgufValue> values) {
    GgufMetadata metadata = new GgufMetadata(Path.of("m.gguf"), values);
    return LayerPruning.parse(layers, 4).byPlace(metadata).orElse("");
  }
}
