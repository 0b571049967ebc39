package dev.jora.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files: equal to llama-quantize's to the last byte, and safe whatever goes wrong. */
class QuantizationTest {
  private static final QuantizeListener SILENT = new QuantizeListener() {};

  @TempDir Path folder;

  private Path output() {
    return folder.resolve("out.gguf");
  }

  private static RecipeOptions options(boolean pure, GgmlType embedding, boolean matrix) {
    return new RecipeOptions(
        pure, false, Optional.empty(), Optional.ofNullable(embedding), List.of(), matrix);
  }

  private QuantizeRequest request(Recipe recipe, RecipeOptions options) {
    return request(recipe, options, Optional.empty());
  }

  private QuantizeRequest request(
      Recipe recipe, RecipeOptions options, Optional<QuantizeRequest.Matrix> matrix) {
    return new QuantizeRequest(
        output(), recipe, options, matrix, false, false, false, Optional.empty(), Map.of());
  }

  private static List<TensorResult> write(GgufFile source, QuantizeRequest request, int threads)
      throws IOException {
    Quantization quantization = Quantization.of(source, request);
    quantization.checkTensors();
    quantization.checkFiles();
    try (WorkPool pool = new WorkPool(threads);
        Quantizer quantizer = new Quantizer(pool)) {
      return quantization.write(quantizer, SILENT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"F16", "Q8_0", "Q4_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_XS"})
  void mixturesAreLlamaCppsFiles(String recipe) throws IOException {
    Path golden = Shared.path("golden/architectures/llama-k256-quantized/" + recipe + ".gguf");
    try (GgufFile source =
        GgufFile.open(Shared.path("golden/architectures/llama-k256/model.gguf"))) {
      write(source, request(Recipe.parse(recipe), RecipeOptions.DEFAULTS), 3);
    }
    assertArrayEquals(Files.readAllBytes(golden), Files.readAllBytes(output()));
  }

  @Test
  void pureFilesAreLlamaCppsFiles() throws IOException {
    Path golden = Shared.path("golden/quantize");
    ImportanceMatrix matrix = ImportanceMatrix.read(golden.resolve("tiny-imatrix.gguf"));
    int compared = 0;
    try (GgufFile source = GgufFile.open(golden.resolve("tiny-f16.gguf"));
        Stream<Path> files = Files.list(golden)) {
      for (Path file : files.filter(QuantizationTest::isQuantized).sorted().toList()) {
        String name = file.getFileName().toString().replaceAll("^tiny-(imatrix-)?|\\.gguf$", "");
        boolean important = file.getFileName().toString().startsWith("tiny-imatrix-");
        boolean low = important && name.matches("IQ[123].*");
        Recipe recipe =
            switch (name) {
              case "IQ2_S" -> Recipe.IQ2_M;
              case "MXFP4" -> Recipe.MXFP4_MOE;
              default -> Recipe.parse(name);
            };
        QuantizeRequest request =
            request(
                recipe,
                options(true, low ? GgmlType.F16 : null, important),
                important
                    ? Optional.of(new QuantizeRequest.Matrix("tiny-imatrix.gguf", matrix))
                    : Optional.empty());
        write(source, request, 2);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(output()), name);
        Files.delete(output());
        compared++;
      }
    }
    assertTrue(compared > 30, compared + " files compared");
  }

  private static boolean isQuantized(Path file) {
    String name = file.getFileName().toString();
    return name.matches("tiny-.*\\.gguf")
        && !name.equals("tiny-f16.gguf")
        && !name.equals("tiny-imatrix.gguf");
  }

  @Test
  void anyNumberOfThreadsWritesTheSameAndTellsTheSame() throws IOException {
    try (GgufFile source = model(GgmlType.F32, 1)) {
      List<TensorResult> one = write(source, request(Recipe.Q4_0, RecipeOptions.DEFAULTS), 1);
      byte[] bytes = Files.readAllBytes(output());
      Files.delete(output());
      List<TensorResult> four = write(source, request(Recipe.Q4_0, RecipeOptions.DEFAULTS), 4);
      assertArrayEquals(bytes, Files.readAllBytes(output()));
      for (int i = 0; i < one.size(); i++) {
        assertEquals(one.get(i).rmse(), four.get(i).rmse());
        assertEquals(one.get(i).maxError(), four.get(i).maxError());
      }
      TensorResult worst = one.get(2);
      assertTrue(worst.rmse() > 0 && worst.rmse() < worst.maxError(), worst.toString());
      assertEquals(0.09, worst.relativeError(), 0.03, "4 bits of a uniform distribution");
    }
  }

  @Test
  void quantizedValuesAreQuantizedAgainOnlyIfAllowed() throws IOException {
    try (GgufFile source = model(GgmlType.Q8_0, 1)) {
      QuantizeException e =
          assertThrows(
              QuantizeException.class,
              () -> write(source, request(Recipe.Q4_0, RecipeOptions.DEFAULTS), 1));
      assertTrue(e.getMessage().contains("allow_requantize"), e.getMessage());
      assertNothingWritten();
    }
  }

  @Test
  void anOutputThatIsThereStays() throws IOException {
    Files.writeString(output(), "precious");
    try (GgufFile source = model(GgmlType.F32, 1)) {
      QuantizeException e =
          assertThrows(
              QuantizeException.class,
              () -> write(source, request(Recipe.Q4_0, RecipeOptions.DEFAULTS), 1));
      assertTrue(e.getMessage().contains(" force"), e.getMessage());
    }
    assertEquals("precious", Files.readString(output()));
  }

  @Test
  void inputAndOutputAreNotTheSameFile() throws IOException {
    try (GgufFile source = model(GgmlType.F32, 1)) {
      Files.createLink(output(), source.path());
      QuantizeRequest forced =
          new QuantizeRequest(
              output(),
              Recipe.Q4_0,
              RecipeOptions.DEFAULTS,
              Optional.empty(),
              false,
              false,
              true,
              Optional.empty(),
              Map.of());
      QuantizeException e = assertThrows(QuantizeException.class, () -> write(source, forced, 1));
      assertTrue(e.getMessage().contains("same file"), e.getMessage());
    }
  }

  @Test
  void brokenValuesAreFoundAndNothingIsLeft() throws IOException {
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e9f}) {
      try (GgufFile source = model(GgmlType.F32, broken)) {
        QuantizeException e =
            assertThrows(
                QuantizeException.class,
                () -> write(source, request(Recipe.Q8_0, RecipeOptions.DEFAULTS), 2));
        String where = "tensor blk.0.attn_q.weight, row 3, column 65: ";
        assertTrue(e.getMessage().contains(where), e.getMessage());
        assertNothingWritten();
      }
    }
  }

  @Test
  void cancellingLeavesNothing() throws IOException {
    try (GgufFile source = model(GgmlType.F32, 1);
        WorkPool pool = new WorkPool(2);
        Quantizer quantizer = new Quantizer(pool)) {
      Quantization quantization =
          Quantization.of(source, request(Recipe.Q4_0, RecipeOptions.DEFAULTS));
      QuantizeListener impatient =
          new QuantizeListener() {
            private int asked;

            @Override
            public boolean cancelled() {
              return ++asked == 3;
            }
          };
      assertThrows(CancellationException.class, () -> quantization.write(quantizer, impatient));
      assertNothingWritten();
    }
  }

  @Test
  void partsStayParts() throws IOException {
    Path parts = Files.createDirectory(folder.resolve("parts"));
    for (int i = 0; i < 2; i++) {
      Map<String, GgufValue> metadata = i == 0 ? metadata() : new LinkedHashMap<>();
      metadata.put("split.no", new GgufValue.Int(GgufType.UINT16, i));
      metadata.put("split.count", new GgufValue.Int(GgufType.UINT16, 2));
      metadata.put("split.tensors.count", new GgufValue.Int(GgufType.INT32, 2));
      Path part = parts.resolve("m-0000" + (i + 1) + "-of-00002.gguf");
      write(part, metadata, List.of(matrix(i == 0 ? "token_embd" : "blk.0.attn_q")), 1);
    }
    try (GgufFile source = GgufFile.open(parts.resolve("m-00001-of-00002.gguf"))) {
      QuantizeRequest request =
          new QuantizeRequest(
              output(),
              Recipe.Q8_0,
              RecipeOptions.DEFAULTS,
              Optional.empty(),
              false,
              true,
              false,
              Optional.empty(),
              Map.of());
      write(source, request, 1);
    }
    try (GgufFile written = GgufFile.open(folder.resolve("out-00001-of-00002.gguf"))) {
      assertEquals(2, written.shards().size());
      assertEquals(
          List.of("token_embd.weight", "blk.0.attn_q.weight"),
          written.infos().stream().map(TensorInfo::name).toList());
      assertEquals(GgmlType.Q8_0, written.infos().getLast().type());
    }
    assertFalse(Files.exists(output()));
  }

  private void assertNothingWritten() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(path -> path.getFileName().toString().toLowerCase(Locale.ROOT))
              .filter(name -> name.startsWith("out"))
              .toList();
      assertEquals(List.of(), names);
    }
  }

  // ---- a model of three matrices -----------------------------------------------------------

  private static Map<String, GgufValue> metadata() {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Str("llama"));
    metadata.put("llama.block_count", new GgufValue.Int(GgufType.UINT32, 1));
    return metadata;
  }

  private static TensorInfo matrix(String name) {
    return new TensorInfo(name + ".weight", GgmlType.F32, Shape.of(512, 700), 0);
  }

  /** A file whose attn_q has {@code special} in row 3, column 65. */
  private GgufFile model(GgmlType type, float special) throws IOException {
    Path file = folder.resolve("in.gguf");
    List<TensorInfo> infos =
        Stream.of("output", "token_embd", "blk.0.attn_q")
            .map(name -> new TensorInfo(name + ".weight", type, Shape.of(512, 700), 0))
            .toList();
    write(file, metadata(), infos, special);
    return GgufFile.open(file);
  }

  private static void write(
      Path file, Map<String, GgufValue> metadata, List<TensorInfo> infos, float special)
      throws IOException {
    try (GgufWriter out = GgufWriter.create(file, metadata, infos)) {
      for (TensorInfo info : out.infos()) {
        MemorySegment data = MemorySegment.ofArray(new byte[(int) info.bytes()]);
        if (info.type() == GgmlType.F32) {
          for (int i = 0; i < info.shape().elements(); i++) {
            float value = (i * 2654435761L >>> 8 & 0xffff) / 32768f - 1;
            boolean here = info.name().contains("attn_q") && i == 3 * 512 + 65;
            data.setAtIndex(
                ValueLayout.JAVA_FLOAT_UNALIGNED, i, here && special != 1 ? special : value);
          }
        }
        out.append(data);
      }
      out.finish();
    }
  }

  /** What is copied is as broken as what is quantized: a norm, a tensor that keeps its type. */
  @ParameterizedTest
  @CsvSource({
    "F32, COPY", "F16, COPY", "BF16, COPY", "Q8_0, COPY", "Q4_K, COPY", "Q6_K, COPY", "MXFP4, COPY",
    "NVFP4, COPY", "IQ1_M, COPY", "F32, F32", "F16, F16", "BF16, BF16", "F32, Q8_0", "Q8_0, Q8_0",
    "MXFP4, F16", "NVFP4, F16", "Q8_0, F16"
  })
  void aBrokenValueIsNotCopied(GgmlType type, Recipe recipe) throws IOException {
    // A norm is always copied; a matrix of the type that is made, too.
    String name = type == GgmlType.F32 ? "blk.0.attn_norm.weight" : "blk.0.ffn_up.weight";
    Shape shape = type == GgmlType.F32 ? Shape.of(512) : Shape.of(256, 2);
    TensorInfo info = new TensorInfo(name, type, shape, 0);
    byte[] bytes = new byte[(int) info.bytes()];
    Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0xff);
    Path path = folder.resolve("broken.gguf");
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Str("llama"));
    metadata.put("llama.block_count", new GgufValue.Int(GgufType.UINT32, 1));
    try (GgufWriter out = GgufWriter.create(path, metadata, List.of(info))) {
      out.append(MemorySegment.ofArray(bytes));
      out.finish();
    }
    String place = type == GgmlType.F32 ? "row 0, column 256" : "row 1, column 0";
    QuantizeRequest asked = request(recipe, options(false, null, false));
    QuantizeRequest request =
        new QuantizeRequest(
            output(),
            recipe,
            asked.options(),
            Optional.empty(),
            true,
            false,
            false,
            Optional.empty(),
            Map.of());
    try (GgufFile source = GgufFile.open(path)) {
      for (int threads : new int[] {1, 2}) {
        QuantizeException e =
            assertThrows(QuantizeException.class, () -> write(source, request, threads));
        String start = "tensor " + name + ", " + place + ": finite values expected, found ";
        assertTrue(e.getMessage().startsWith(start), e.getMessage());
        try (Stream<Path> left = Files.list(folder)) {
          assertEquals(List.of(path), left.toList());
        }
      }
    }
  }
}
