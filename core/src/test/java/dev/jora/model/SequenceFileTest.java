package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sequences that go to disk and come back, and files that are refused. */
class SequenceFileTest {
  private static final List<ContextShift> SHIFTS =
      List.of(new ContextShift(4, 30), new ContextShift(4, 1));

  @TempDir Path folder;

  private static TestModel open(String name, GgmlType type, int context) {
    Path file = Shared.testdata("architectures/" + name + "/model.gguf");
    return new TestModel(file, KernelSelector.best().kernels(), 2, type, 64, context);
  }

  private static int[] text(int n, int seed) {
    return new Random(seed).ints(n, 0, 384).toArray();
  }

  private static float[][] read(TestModel m, Sequence s, int[] tokens) {
    float[][] logits = new float[tokens.length][m.model.vocabularySize()];
    m.read(s, tokens, 64, logits);
    return logits;
  }

  @ParameterizedTest
  @CsvSource({
    "llama, F16, 150",
    "llama, F32, 64",
    "llama, BF16, 1",
    "gemma2, Q8_0, 300",
    "gemma2, F16, 40",
    "gpt2, F16, 100",
    "mixtral, F32, 0",
    "gptoss, Q8_0, 90",
    "deepseek2, F16, 100",
    "mamba, F16, 100",
    "mamba, F16, 0"
  })
  void whatIsLoadedGoesOnAsWhatWasSaved(String name, GgmlType type, int length) throws IOException {
    Path file = folder.resolve("state.kv");
    try (TestModel m = open(name, type, 512);
        TestModel other = open(name, type, 400);
        Sequence s = m.decoder.newSequence();
        Sequence loaded = other.decoder.newSequence()) {
      read(m, s, text(length, 1));
      SequenceFile.save(file, m.decoder, s, SHIFTS);
      read(other, loaded, text(70, 2));
      assertEquals(Optional.of(SHIFTS), SequenceFile.load(file, other.decoder, loaded));
      assertArrayEquals(s.tokens(), loaded.tokens());
      float[][] expected = read(m, s, text(80, 3));
      float[][] found = read(other, loaded, text(80, 3));
      assertArrayEquals(expected, found);
      assertTrue(Files.notExists(folder.resolve("state.kv.part")));
    }
  }

  @Test
  void aShiftedWindowIsSavedAsItStands() throws IOException {
    Path file = folder.resolve("state.kv");
    try (TestModel m = open("gemma2", GgmlType.F16, 512);
        Sequence s = m.decoder.newSequence();
        Sequence loaded = m.decoder.newSequence()) {
      read(m, s, text(300, 1));
      s.shift(4, 101);
      SequenceFile.save(file, m.decoder, s, List.of());
      SequenceFile.load(file, m.decoder, loaded);
      assertArrayEquals(read(m, s, text(100, 3)), read(m, loaded, text(100, 3)));
    }
  }

  @Test
  void aFileThatIsNotThereIsNothingToLoad() throws IOException {
    try (TestModel m = open("llama", GgmlType.F16, 512);
        Sequence s = m.decoder.newSequence()) {
      read(m, s, text(20, 1));
      Path file = folder.resolve("none.kv");
      assertEquals(Optional.empty(), SequenceFile.load(file, m.decoder, s));
      assertEquals(Optional.empty(), SequenceFile.load(Files.createFile(file), m.decoder, s));
      assertEquals(20, s.length());
    }
  }

  @Test
  void otherModelsTypesAndOptionsAreRefused() throws IOException {
    Path file = folder.resolve("state.kv");
    try (TestModel m = open("llama", GgmlType.F16, 512);
        Sequence s = m.decoder.newSequence()) {
      read(m, s, text(100, 1));
      SequenceFile.save(file, m.decoder, s, List.of());
    }
    assertRefused(file, "llama", GgmlType.F32, 512, "type of cached keys: expected F32, found F16");
    assertRefused(file, "mixtral", GgmlType.F16, 512, "RoPE: expected ");
    byte[] trained = Files.readAllBytes(Shared.testdata("architectures/llama/model.gguf"));
    for (int i = trained.length / 2; i < trained.length; i++) {
      trained[i] ^= 1;
    }
    Path tuned = Files.write(folder.resolve("tuned.gguf"), trained);
    try (TestModel m =
            new TestModel(tuned, KernelSelector.best().kernels(), 1, GgmlType.F16, 64, 512);
        Sequence s = m.decoder.newSequence()) {
      assertRefused(file, m, s, "weights: expected ");
    }
    assertRefused(file, "gpt2", GgmlType.F16, 512, "architecture: expected gpt2, found llama");
    assertRefused(
        file, "llama", GgmlType.F16, 99, "holds 100 tokens", "at most the 99", "ctx_size 100");
    try (GgufFile gguf = GgufFile.open(Shared.testdata("architectures/llama/model.gguf"));
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool)) {
      Model model = Model.of(gguf);
      RopeOptions.Overrides rope =
          new RopeOptions.Overrides(null, 0.5, null, null, null, null, null, null, null);
      DecoderOptions options = new DecoderOptions(512, 64, GgmlType.F16, GgmlType.F16, rope);
      Decoder decoder = new Decoder(model, Placement.all(cpu, model), options);
      Sequence s = decoder.newSequence();
      SequenceFileException e =
          assertThrows(SequenceFileException.class, () -> SequenceFile.load(file, decoder, s));
      assertTrue(e.getMessage().contains("RoPE: expected "), e.getMessage());
    }
  }

  private static void assertRefused(
      Path file, String model, GgmlType type, int context, String... parts) {
    try (TestModel m = open(model, type, context);
        Sequence s = m.decoder.newSequence()) {
      assertRefused(file, m, s, parts);
    }
  }

  private static void assertRefused(Path file, TestModel m, Sequence s, String... parts) {
    int[] before = s.tokens();
    SequenceFileException e =
        assertThrows(
            SequenceFileException.class,
            () -> SequenceFile.load(file, m.decoder, s),
            () -> Arrays.toString(parts));
    assertEquals(file, e.file());
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
    }
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertArrayEquals(before, s.tokens());
  }

  @Test
  void damageOfAnyByteAndAnyLengthIsSeen() throws IOException {
    Path file = folder.resolve("state.kv");
    try (TestModel m = open("llama", GgmlType.F16, 512);
        Sequence s = m.decoder.newSequence()) {
      read(m, s, text(10, 1));
      SequenceFile.save(file, m.decoder, s, SHIFTS);
      byte[] whole = Files.readAllBytes(file);
      Path bad = folder.resolve("bad.kv");
      int step = Math.max(1, whole.length / 300);
      for (int at = 0; at < whole.length; at += at < 600 ? 1 : step) {
        byte[] bytes = whole.clone();
        bytes[at] ^= 0x10;
        Files.write(bad, bytes);
        assertRefused(bad, m, s);
        if (at > 0) {
          Files.write(bad, Arrays.copyOf(whole, at));
          assertRefused(bad, m, s);
        }
      }
      Files.write(bad, Arrays.copyOf(whole, whole.length + 1));
      assertRefused(bad, m, s, "expected " + whole.length + " bytes");
      Files.writeString(bad, "GGUF and other text that is no state of a conversation");
      assertRefused(bad, m, s, "no saved state");
    }
  }

  @Test
  void fieldsThatCannotBeAreRefusedThoughTheChecksumIsRight() throws IOException {
    Path file = folder.resolve("state.kv");
    try (TestModel m = open("gemma2", GgmlType.F16, 512);
        Sequence s = m.decoder.newSequence()) {
      read(m, s, text(10, 1));
      SequenceFile.save(file, m.decoder, s, SHIFTS);
      byte[] whole = Files.readAllBytes(file);
      int tokens = 20 + 4 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
      int shifts = tokens + 4 + 4 * 10;
      int layers = shifts + 4 + 8 * SHIFTS.size();
      assertForged(whole, m, s, b -> b.putInt(8, 2), "version 1, found 2");
      assertForged(whole, m, s, b -> b.putInt(20, -1), "bytes of identity");
      assertForged(whole, m, s, b -> b.putInt(20, Integer.MAX_VALUE), "bytes of identity");
      assertForged(whole, m, s, b -> b.putInt(tokens, Integer.MAX_VALUE), "tokens");
      assertForged(whole, m, s, b -> b.putInt(tokens, 11), "");
      assertForged(whole, m, s, b -> b.putInt(tokens, 9), "");
      assertForged(whole, m, s, b -> b.putInt(tokens + 4, 384), "token: expected 0 to 383");
      assertForged(whole, m, s, b -> b.putInt(tokens + 4, -1), "token: expected 0 to 383");
      assertForged(whole, m, s, b -> b.putInt(shifts, 1 << 29), "pieces cut out");
      assertForged(whole, m, s, b -> b.putInt(shifts + 8, 0), "tokens cut out");
      assertForged(whole, m, s, b -> b.putInt(shifts + 4, -4), "tokens kept");
      assertForged(whole, m, s, b -> b.putInt(shifts + 4, Integer.MAX_VALUE), "tokens cut out");
      assertForged(whole, m, s, b -> b.putInt(layers, 3), "layers: expected 4 to 4, found 3");
      assertForged(whole, m, s, b -> b.putInt(layers + 4, 1), "first position");
      assertForged(whole, m, s, b -> b.putInt(layers + 8, -1), "first position");
    }
  }

  private void assertForged(
      byte[] whole, TestModel m, Sequence s, Consumer<ByteBuffer> change, String part)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
    change.accept(bytes);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, whole.length - 4);
    bytes.putInt(whole.length - 4, (int) crc.getValue());
    assertRefused(Files.write(folder.resolve("forged.kv"), bytes.array()), m, s, part);
  }

  @Test
  void aFailureLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("state.kv");
    Files.writeString(file, "old", StandardCharsets.UTF_8);
    Files.createDirectory(folder.resolve("state.kv.part"));
    try (TestModel m = open("llama", GgmlType.F16, 512);
        Sequence s = m.decoder.newSequence()) {
      read(m, s, text(10, 1));
      assertThrows(IOException.class, () -> SequenceFile.save(file, m.decoder, s, List.of()));
    }
    assertEquals("old", Files.readString(file));
  }
}
