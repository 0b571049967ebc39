package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.FileKind;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.model.arch.Architectures;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are sound GGUF but no model: what is wrong is named. */
class ModelTest {
  private static final Path LLAMA = Shared.testdata("architectures/llama/model.gguf");

  @TempDir Path folder;

  /**
   * The tiny Llama with one text of its header put in place of another of the same length; called
   * again, it goes on with what it made.
   */
  private Path with(String text, String other) throws IOException {
    assertEquals(text.length(), other.length());
    Path file = folder.resolve("model.gguf");
    String bytes = Files.readString(Files.exists(file) ? file : LLAMA, StandardCharsets.ISO_8859_1);
    assertTrue(bytes.contains(text), text);
    return Files.writeString(file, bytes.replace(text, other), StandardCharsets.ISO_8859_1);
  }

  private static void assertRefused(Path file, String... parts) {
    try (GgufFile gguf = GgufFile.open(file)) {
      GgufException e = assertThrows(GgufException.class, () -> Model.of(gguf));
      for (String part : parts) {
        assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
      }
    }
  }

  @Test
  void anUnknownArchitectureIsNamedBesideThoseMostLikeIt() throws IOException {
    Path file = with("llama", "lxama");
    assertRefused(file, "model.gguf", "general.architecture", "found lxama");
    int others = Architectures.names().size() - 8;
    assertRefused(file, "expected one of llama, lfm2, ", "or " + others + " others");
    assertEquals("qwen3next", Architectures.nearest("qwen3next2").getFirst());
    assertEquals(List.of("gemma", "gemma2"), Architectures.nearest("gemma5").subList(0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          general.type=imatrix                            | general.type         | importance matrix
          general.type=adapter,general.architecture=llama | general.type         | LoRA adapter
          general.type=mmproj,general.architecture=clip   | general.type         | projector
          general.type=model,general.architecture=clip    | general.architecture | projector
          general.architecture=clip                       | general.architecture | projector
          general.architecture=controlvector              | general.architecture | control vector
          general.type=vae                                | general.type         | found vae
          adapter.type=lora                               | general.architecture | LoRA adapter
          imatrix.chunk_count=4                           | general.architecture | importance matrix
          """)
  void aFileThatIsNoModelIsCalledWhatItIs(String pairs, String key, String kind) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    for (String pair : pairs.split(",")) {
      values.put(pair.split("=")[0], new GgufValue.Str(pair.split("=")[1]));
    }
    GgufMetadata metadata = new GgufMetadata(Path.of("other.gguf"), values);
    for (Executable use :
        List.<Executable>of(() -> Model.of(metadata, Map.of()), () -> Tokenizer.from(metadata))) {
      String message = assertThrows(GgufException.class, use).getMessage();
      String expected = "other.gguf: key " + key + ": expected that of a model, found ";
      assertTrue(message.startsWith(expected) && message.contains(kind), message);
    }
  }

  @Test
  void aTypeThatNobodyKnowsIsNoReasonToRefuseAModel() {
    Map<String, GgufValue> values = numbers();
    values.put("general.type", new GgufValue.Str("merged"));
    FileKind.requireModel(new GgufMetadata(Path.of("test.gguf"), values));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token_embd.weight",
        "output_norm.weight",
        "blk.0.attn_norm.weight",
        "blk.1.attn_q.weight",
        "blk.1.attn_k.weight",
        "blk.0.attn_output.weight",
        "blk.1.ffn_down.weight"
      })
  void aMissingTensorIsNamedWithItsShape(String name) throws IOException {
    Path file = with(name, name.replace("weight", "WEIGHT"));
    assertRefused(file, "tensor " + name, "expected a tensor [", "llama", "no such tensor");
  }

  @Test
  void aTensorOfTheWrongShapeIsNamed() throws IOException {
    // ffn_gate is [64, 160], ffn_down [160, 64]: they change places.
    with("blk.1.ffn_gate.", "blk.1.ffn_xxxx.");
    with("blk.1.ffn_down.", "blk.1.ffn_gate.");
    Path file = with("blk.1.ffn_xxxx.", "blk.1.ffn_down.");
    assertRefused(file, "tensor blk.1.ffn_gate.weight", "[64, 160]", "found [160, 64]");
  }

  @Test
  void tensorsNobodyUsedAreNamed() throws IOException {
    // A tied model has no output.weight: the tensor under another name is one too many.
    String length = "\r\0\0\0\0\0\0\0"; // so that it is not attn_output.weight
    try (GgufFile gguf = GgufFile.open(with(length + "output.weight", length + "outpux.weight"))) {
      assertEquals(List.of("outpux.weight"), Model.of(gguf).unused());
    }
  }

  @Test
  void layersThatGuessAheadAreNoLayersAndTheirTensorsNotUnused() {
    Path file = Shared.testdata("architectures/glm4moe-ahead/model.gguf");
    try (GgufFile gguf = GgufFile.open(file)) {
      Model model = Model.of(gguf);
      assertEquals(3, model.layers().size());
      assertEquals(1, model.layersAhead());
      assertEquals(List.of(), model.unused());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "block_count, 0",
    "block_count, 513",
    "block_count, -1",
    "context_length, 0",
    "embedding_length, 0",
    "embedding_length, 100",
    "attention.head_count, 0",
    "attention.head_count_kv, 0",
    "attention.head_count_kv, 3",
    "attention.head_count_kv, 64",
    "attention.key_length, 0",
    "attention.value_length, 0",
    "rope.dimension_count, 7",
    "rope.dimension_count, 256",
    "expert_count, 1025",
    "expert_used_count, 9"
  })
  void numbersThatCannotBeAreRefusedByKey(String key, int value) {
    String message =
        assertThrows(
                GgufException.class,
                () ->
                    Architectures.spec(
                        numbers("llama." + key, new GgufValue.Int(GgufType.INT32, value))))
            .getMessage();
    assertTrue(
        message.contains(key) || message.contains("attention.head_count"), key + ": " + message);
    assertTrue(message.contains("expected") && message.contains("found"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block_count",
        "context_length",
        "embedding_length",
        "attention.head_count",
        "expert_used_count" // as there are experts
      })
  void aNumberThatIsMissingIsCalledMissing(String key) {
    Map<String, GgufValue> values = numbers();
    values.remove("llama." + key);
    GgufMetadata metadata = new GgufMetadata(Path.of("test.gguf"), values);
    String message =
        assertThrows(GgufException.class, () -> new Hyperparameters(metadata)).getMessage();
    String expected = "test.gguf: key llama." + key + ": expected an integer, found no such key";
    assertEquals(expected, message);
  }

  /** What a model may lack, it may lack as a whole. */
  @ParameterizedTest
  @ValueSource(strings = {"attention.head_count_kv", "feed_forward_length", "expert_count"})
  void aNumberThatNeedNotBeThereMayBeMissing(String key) {
    Map<String, GgufValue> values = numbers();
    values.remove("llama." + key);
    values.remove("llama.expert_used_count");
    values.put("llama.expert_count", new GgufValue.Int(GgufType.UINT32, 0));
    values.remove("llama." + key);
    assertEquals(
        8, new Hyperparameters(new GgufMetadata(Path.of("test.gguf"), values)).headCount(1));
  }

  /** A dense layer of the tiny Llama has no width without it. */
  @Test
  void theWidthOfADenseLayerIsCalledMissing() throws IOException {
    Path file = with("llama.feed_forward_length", "llama.feed_forward_LENGTH");
    assertRefused(file, "key llama.feed_forward_length", "expected an integer", "no such key");
  }

  @Test
  void oneValuePerLayerOrAFault() {
    GgufValue two = new GgufValue.Ints(GgufType.INT32, new long[] {8, 8});
    assertEquals(8, numbers("llama.attention.head_count_kv", two).headCountKv(1));
    GgufValue three = new GgufValue.Ints(GgufType.INT32, new long[] {8, 8, 8});
    assertThrows(GgufException.class, () -> numbers("llama.attention.head_count_kv", three));
    GgufValue text = new GgufValue.Str("8");
    assertThrows(GgufException.class, () -> numbers("llama.attention.head_count", text));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void epsilonsAndBasesArePositive(float value) {
    Hyperparameters h = numbers("llama.rope.freq_base", new GgufValue.F32(value));
    assertThrows(GgufException.class, () -> RopeOptions.of(h, RopeOptions.Overrides.NONE));
    Hyperparameters eps =
        numbers("llama.attention.layer_norm_rms_epsilon", new GgufValue.F32(value));
    assertThrows(
        GgufException.class, () -> eps.positive("attention.layer_norm_rms_epsilon", 1e-5f));
  }

  /** A model of two layers with one key set otherwise. */
  private static Hyperparameters numbers(String key, GgufValue value) {
    Map<String, GgufValue> values = numbers();
    values.put(key, value);
    return new Hyperparameters(new GgufMetadata(Path.of("test.gguf"), values));
  }

  private static Map<String, GgufValue> numbers() {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str("llama"));
    Map.of(
            "block_count", 2,
            "context_length", 2048,
            "embedding_length", 512,
            "attention.head_count", 8,
            "attention.head_count_kv", 4,
            "feed_forward_length", 1024,
            "expert_count", 8,
            "expert_used_count", 2)
        .forEach((k, v) -> values.put("llama." + k, new GgufValue.Int(GgufType.UINT32, v)));
    values.put("llama.attention.layer_norm_rms_epsilon", new GgufValue.F32(1e-5f));
    return values;
  }
}
