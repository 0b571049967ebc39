package dev.jora.convert.packed;

import static dev.jora.convert.packed.Made.shape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.NamePattern;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What configurations say of quantized weights, and what cannot be unpacked. */
class PackedSettingsTest {
  private static final String GPTQ = "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40}";

  private static Sample gptq() {
    return Samples.gptq(4, 1, 32, 96, 40, true);
  }

  private static Sample with(Sample sample, String config) {
    return new Sample(
        sample.what(),
        sample.made(),
        config,
        sample.name(),
        sample.shape(),
        sample.expected(),
        sample.optional());
  }

  private static String fault(Made made, String config) {
    return assertThrows(
            SourceException.class,
            () -> with(gptq(), config).with(made).values(),
            () -> "nothing is wrong with " + config)
        .getMessage();
  }

  private static void fits(Sample sample, String config) {
    assertArrayEquals(sample.expected(), with(sample, config).values(), config);
  }

  @Test
  void plainCheckpointsStayAsTheyAre() {
    Made made =
        new Made()
            .floats("a.weight", shape(2), 1, 2)
            .bytes("a.mask", ElementType.I8, shape(1), (byte) 1)
            .bytes("b.weight", ElementType.F8_E4M3, shape(1), (byte) 1);
    assertSame(made, PackedFormats.unpack(made, null));
    assertSame(made, PackedFormats.unpack(made, Sample.json("{}")));
    try (Weights same = PackedFormats.unpack(made, Sample.json(GPTQ))) {
      assertEquals(made.tensors(), same.tensors());
    }
  }

  /** Lists of modules that are not quantized need not be read: tensors tell it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"lm_head\":false}",
        "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"modules_to_not_convert\":null}",
        "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"ignore\":[\"lm_head\"]}"
      })
  void weightsStandWhereTheirFirstPartStood(String config) {
    Made made = new Made().halves("embed.weight", shape(2), 1, 2);
    Made packed = gptq().made();
    made.tensors().put("layer.g_idx", packed.tensors().get("layer.g_idx"));
    made.halves("layer.bias", shape(32), new float[32]);
    made.tensors().putAll(packed.tensors());
    made.halves("lm_head.weight", shape(2), 3, 4);
    try (Weights weights = PackedFormats.unpack(made, Sample.json(config))) {
      assertEquals(
          List.of("embed.weight", "layer.weight", "layer.bias", "lm_head.weight"),
          List.copyOf(weights.tensors().keySet()));
      assertSame(made.tensors().get("lm_head.weight"), weights.tensors().get("lm_head.weight"));
      assertEquals(ElementType.F32, weights.tensors().get("layer.weight").type());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"checkpoint_format\":null}",
        "{\"quant_method\":\"GPTQ\",\"bits\":4,\"group_size\":40,\"format\":\"gptq\"}",
        "{\"method\":\"gptq\",\"bits\":4,\"group_size\":40,\"format\":\"gptq\"}",
        "{\"bits\":4,\"group_size\":40,\"desc_act\":true,\"sym\":false,\"damp_percent\":0.01}",
        "{\"quant_method\":\"gptq\",\"bits\":8,\"group_size\":128,"
            + "\"dynamic\":{\"-:other\":{},\"+:lay.*\":{\"bits\":4,\"group_size\":40}}}",
        "{\"quant_method\":\"gptq\",\"bits\":8,\"group_size\":40,\"dynamic\":{\"^layer$\":{\"bits\":4}}}",
        "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"dynamic\":{\"-:^layer\":{\"bits\":3}}}",
        "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"dynamic\":{}}",
        "null"
      })
  void gptqIsTold(String config) {
    fits(gptq(), config);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":20,\"version\":\"gemm\"}",
        "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":20,\"checkpoint_format\":\"gemm\"}",
        "{\"w_bit\":4,\"q_group_size\":20,\"zero_point\":true,\"version\":\"GEMM\"}",
        "{\"quant_method\":\"awq\"}",
        "null"
      })
  void awqIsTold(String config) {
    fits(Samples.awqGemm(24, 60, 20), config);
  }

  @Test
  void groupsOfCompressedTensorsDiffer() {
    Sample four = Samples.integers(4, true, 5, 45, 20, true, false);
    String group =
        "\"%s\":{\"targets\":[\"%s\"],\"format\":\"%s\",\"weights\":{\"num_bits\":%d,\"group_size\":%d}}";
    for (String target : List.of("layer", "re:^la.*", "re:.*yer")) {
      fits(
          four,
          "{\"quant_method\":\"compressed-tensors\",\"format\":\"mixed-precision\",\"config_groups\":{"
              + group.formatted("group_0", "Linear", "float-quantized", 8, 64)
              + ","
              + group.formatted("group_1", target, "pack-quantized", 4, 20)
              + "}}");
    }
  }

  @Test
  void fakeQuantizedWeightsAreFloats() {
    Made made =
        new Made()
            .halves("a.weight", shape(1, 2), 1, 2)
            .halves("a.weight_scale", shape(1, 1), 1)
            .halves("a.weight_zero_point", shape(1, 1), 0);
    try (Weights weights =
        PackedFormats.unpack(
            made, Sample.json("{\"quant_method\":\"compressed-tensors\",\"format\":\"dense\"}"))) {
      assertEquals(List.of("a.weight"), List.copyOf(weights.tensors().keySet()));
    }
  }

  @Test
  void zeroPointsOfFloatsAreTaken() {
    Sample sample =
        Samples.fp8(ElementType.F8_E4M3, "weight_scale", shape(7, 5), shape(7, 1), 0, 0);
    sample.made().bytes("layer.weight_zero_point", ElementType.F8_E4M3, shape(7, 1), new byte[7]);
    fits(sample, "{\"quant_method\":\"compressed-tensors\",\"format\":\"float-quantized\"}");
    fits(sample, null);
  }

  /** Experts have no name that ends in weight. */
  @Test
  void expertsOfFp8HaveScalesUnderTheirName() {
    Made made =
        new Made()
            .bytes("experts.up", ElementType.F8_E5M2, shape(2, 1, 2), new byte[] {60, 64, 60, 64})
            .floats("experts.up_scale_inv", shape(2, 1, 1), 3, 5);
    try (Weights weights = PackedFormats.unpack(made, null);
        Arena arena = Arena.ofConfined()) {
      assertEquals(List.of("experts.up"), List.copyOf(weights.tensors().keySet()));
      assertArrayEquals(
          new float[] {3, 6, 5, 10},
          PackedGoldenTest.values(weights.tensors().get("experts.up"), arena));
    }
  }

  @Test
  void blocksOfMxfp4StayBlocks() {
    Sample sample = Samples.mxfp4("layer.up", shape(2, 3, 64));
    try (Weights weights = PackedFormats.unpack(sample.made(), null)) {
      assertEquals(ElementType.MXFP4, weights.tensors().get("layer.up").type());
    }
  }

  @Test
  void outputsOfExl2MayBeToldByEmbeddings() {
    Sample sample = Samples.exl2(false);
    Made made = new Made();
    for (var tensor : sample.made().tensors().values()) {
      if (!tensor.name().endsWith("bias")) {
        MemorySegment bytes = tensor.read(null);
        made.bytes(
            tensor.name().replace("layer", "lm_head"),
            tensor.type(),
            tensor.shape(),
            bytes.toArray(ValueLayout.JAVA_BYTE));
      }
    }
    try (Weights weights = PackedFormats.unpack(made, null)) {
      assertArrayEquals(shape(64, 136), weights.tensors().get("lm_head.weight").shape());
    }
    made.halves("model.embed_tokens.weight", shape(37, 1), new float[37]);
    try (Weights weights = PackedFormats.unpack(made, null)) {
      assertArrayEquals(shape(37, 136), weights.tensors().get("lm_head.weight").shape());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "exl3", "marlin", "bitnet", "aqlm", "quip", "torchao", "eetq", "quanto", "vptq", "''"
  })
  void otherMethodsAreNamed(String method) {
    String message = fault(gptq().made(), "{\"quant_method\":\"%s\"}".formatted(method));
    assertTrue(message.contains("quant_method is " + method), message);
    assertTrue(message.contains("take an unquantized repository"), message);
    assertFalse(message.contains("\n"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "marlin | {\"quant_method\":\"gptq\",\"bits\":4,\"checkpoint_format\":\"marlin\"}",
        "bitblas | {\"quant_method\":\"gptq\",\"bits\":4,\"format\":\"bitblas\"}",
        "marlin | {\"quant_method\":\"gptq\",\"bits\":4,\"is_marlin_format\":true}",
        "5 bits | {\"quant_method\":\"gptq\",\"bits\":5,\"group_size\":40}",
        "-3 bits | {\"quant_method\":\"gptq\",\"bits\":-3,\"group_size\":40}",
        "bits is \"four\" | {\"quant_method\":\"gptq\",\"bits\":\"four\"}",
        "bits is 4.5 | {\"quant_method\":\"gptq\",\"bits\":4.5}",
        "group_size is 0 | {\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":0}",
        "quant_method is 7 | {\"quant_method\":7}",
        "quantization_config is [1] | [1]",
        "is_marlin_format is 3 | {\"quant_method\":\"gptq\",\"bits\":4,\"is_marlin_format\":3}",
        "marlin | {\"quant_method\":\"awq\",\"bits\":4,\"version\":\"marlin\"}",
        "bits is 8 | {\"quant_method\":\"awq\",\"bits\":8}",
        "W4A8_AWQ | {\"quant_method\":\"modelopt\",\"quant_algo\":\"W4A8_AWQ\"}",
        "marlin-24 | {\"quant_method\":\"compressed-tensors\",\"format\":\"marlin-24\"}",
        "sparse-24 |"
            + " {\"quant_method\":\"compressed-tensors\",\"format\":\"dense\",\"sparsity_config\":{\"format\":\"sparse-24\"}}",
        "weight_block_size is [128] | {\"quant_method\":\"fp8\",\"weight_block_size\":[128]}",
        "weight_block_size is [128,0] | {\"quant_method\":\"fp8\",\"weight_block_size\":[128,0]}",
        "no regular expression |"
            + " {\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"dynamic\":{\"(\":{}}}",
        "dynamic.layer is 3 |"
            + " {\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"dynamic\":{\"layer\":3}}"
      })
  void settingsThatCannotBe(String part, String config) {
    String message = fault(gptq().made(), config);
    assertTrue(message.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)), message);
  }

  @Test
  void settingsOfOthersDoNotFit() {
    for (String method : List.of("awq", "exl2", "fp8", "bitsandbytes", "hqq", "mxfp4")) {
      fault(gptq().made(), "{\"quant_method\":\"%s\"}".formatted(method));
    }
    String message = fault(gptq().made(), "{\"quant_method\":\"exl2\"}");
    assertTrue(message.contains("layer.qweight is packed as GPTQ"), message);
  }

  @Test
  void formatsAreRefusedByTheirTensors() {
    Made exl3 = new Made().shorts("layer.trellis", shape(1), 1);
    assertTrue(fault(exl3, null).contains("EXL3"));
    Made marlin = new Made().ints("layer.B", shape(1), 1).halves("layer.s", shape(1), 1);
    assertTrue(fault(marlin, null).contains("Marlin"));
    Made mlx =
        new Made()
            .bytes("layer.weight", ElementType.U32, shape(1), new byte[4])
            .halves("layer.scales", shape(1), 1);
    assertTrue(fault(mlx, null).contains("MLX"));
    Made unknown = new Made().bytes("layer.weight", ElementType.U8, shape(4), new byte[4]);
    assertTrue(fault(unknown, null).contains("layer.weight has type U8"));
  }

  @Test
  void aWeightMayNotBeThereTwice() {
    Made made = gptq().made().copy().halves("layer.weight", shape(1), 1);
    assertTrue(fault(made, GPTQ).contains("both packed and unpacked"));
  }

  @Test
  void groupsThatAreNotThere() {
    int[] index = new int[96];
    index[7] = 3;
    String message = fault(gptq().made().copy().ints("layer.g_idx", shape(96), index), GPTQ);
    assertEquals(
        "tensor layer.g_idx: expected groups 0 to 2, found 3 for input 7; download the file again",
        message);
    index[7] = -1;
    assertTrue(
        fault(gptq().made().copy().ints("layer.g_idx", shape(96), index), GPTQ)
            .contains("found -1"));
  }

  @Test
  void theOrderOfInputsIsNeeded() {
    Made made = Samples.gptq(4, 1, 32, 96, 40, false).made();
    String message =
        fault(made, "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":40,\"desc_act\":true}");
    assertTrue(message.contains("layer.g_idx is missing"), message);
    assertTrue(
        fault(made, "{\"quant_method\":\"gptq\",\"group_size\":40}").contains("bits is missing"));
  }

  @Test
  void contentsOfExl2() {
    Made made = Samples.exl2(true).made();
    String config = "{\"quant_method\":\"exl2\"}";
    int[] order = new int[136];
    assertTrue(
        fault(made.copy().ints("layer.q_perm", shape(136), order), config)
            .contains("expected each of 0 to 135 once, found 0 at 1"));
    order[0] = 136;
    fault(made.copy().ints("layer.q_perm", shape(136), order), config);
    order[0] = -1;
    fault(made.copy().ints("layer.q_perm", shape(136), order), config);
    int[][] wrong = {
      {7, 0, 6, 8, 5, 11, 4, 16, 3, 17, 2, 20}, // bits
      {8, 1, 6, 8, 5, 11, 4, 16, 3, 17, 2, 20}, // does not begin at 0
      {8, 0, 6, 8, 5, 8, 4, 16, 3, 17, 2, 20}, // an empty group
      {8, 0, 6, 8, 5, 11, 4, 9, 3, 17, 2, 20}, // backwards
      {8, 0, 6, 8, 5, 11, 4, 16, 3, 17, 2, 900}, // behind the end
      {8, 0, 6, 8, 5, 11, 4, 16, 3, 18, 2, 21} // more inputs than there are
    };
    for (int[] groups : wrong) {
      String message = fault(made.copy().shorts("layer.q_groups", shape(12), groups), config);
      assertTrue(message.contains("layer.q_"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{}",
        "{\"blocksize\":8,\"shape\":[5,-13]}",
        "{\"blocksize\":0,\"shape\":[5,13]}",
        "{\"blocksize\":8,\"shape\":[5,13.5]}",
        "{\"blocksize\":8,\"shape\":\"5\"}",
        "{\"blocksize\":8,\"shape\":[2147483647,2147483647,2147483647]}",
        "{\"blocksize\":8,\"shape\":[5,14]}",
        "{\"blocksize\":9,\"shape\":[5,13]}"
      })
  void statesOfBitsAndBytes(String state) {
    Made made = Samples.bnb(false, "nf4", ElementType.U8).made().copy();
    fault(
        made.text("layer.weight.quant_state.bitsandbytes__nf4", state),
        "{\"quant_method\":\"bitsandbytes\"}");
  }

  @Test
  void ordersForGpusAreRefused() {
    Made made =
        Samples.bnbBytes()
            .made()
            .copy()
            .bytes("layer.weight_format", ElementType.U8, shape(), (byte) 2);
    String message = fault(made, "{\"quant_method\":\"bitsandbytes\",\"load_in_8bit\":true}");
    assertTrue(message.contains("layer.weight_format is 2"), message);
  }

  @Test
  void settingsOfHqq() {
    Made made = Samples.hqq(4, 1).made();
    String config = "{\"quant_method\":\"hqq\"}";
    fault(made.copy().ints("layer.nbits", shape(), 5), config);
    fault(made.copy().ints("layer.axis", shape(), 2), config);
    fault(made.copy().ints("layer.group_size", shape(), -16), config);
    fault(made.copy().ints("layer.group_size", shape(), 5), config);
    fault(made.copy().longs("layer.shape", shape(2), 8, -48), config);
    fault(made.copy().longs("layer.shape", shape(2), Long.MAX_VALUE, Long.MAX_VALUE), config);
    fault(made.copy().longs("layer.shape", shape(2), 2147483647, 2147483647), config);
    String message =
        fault(made.copy().bytes("layer.quant_zero", ElementType.U8, shape(), (byte) 1), config);
    assertTrue(message.contains("layer.quant_zero"), message);
  }

  @Test
  void shapesOfPackedIntegers() {
    Sample sample = Samples.integers(4, true, 5, 45, 20, true, false);
    for (long[] wrong :
        new long[][] {{6, 45}, {5, 100}, {5, 0}, {5, -45}, {5, 4_000_000_000L}, {-5, 45}}) {
      fault(sample.made().copy().longs("layer.weight_shape", shape(2), wrong), sample.config());
    }
  }

  /** A pattern that Java's engine would try for ages on a name. */
  @Test
  void patternsDoNotTakeForEver() {
    String evil = "(x?)(a|aa)+\\1$";
    String name = "a".repeat(80) + "b";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThrows(SourceException.class, () -> NamePattern.begins("key", evil, name)));
    assertTrue(NamePattern.begins("key", "model\\.layers\\.[0-3]\\.", "model.layers.2.mlp"));
    assertFalse(NamePattern.begins("key", "layers", "model.layers.2.mlp"));
  }

  @Test
  void configurationsAreFound() {
    assertEquals(
        4,
        PackedFormats.configuration(Sample.json("{\"quantization_config\":{\"bits\":4}}"))
            .get("bits")
            .intValue());
    assertEquals(
        4,
        PackedFormats.configuration(
                Sample.json("{\"text_config\":{\"quantization_config\":{\"bits\":4}}}"))
            .get("bits")
            .intValue());
    assertEquals(
        4,
        PackedFormats.configuration(Sample.json("{\"compression_config\":{\"bits\":4}}"))
            .get("bits")
            .intValue());
    assertNull(PackedFormats.configuration(Sample.json("{\"quantization_config\":null}")));
  }
}
