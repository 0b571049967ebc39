package dev.jora.quantize.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Base files: every byte where the format says, read back, and refused where broken. */
class BaseFileTest {
  private static final int VOCABULARY = 5; // odd: rows are padded

  @TempDir Path folder;

  private Path write(Chunks chunks, float[][] rows) throws IOException {
    Path file = folder.resolve("base.kld");
    try (BaseWriter writer = new BaseWriter(file, chunks, rows[0].length)) {
      for (float[] row : rows) {
        assertFalse(Files.exists(file), "not before it is whole");
        writer.write(BaseWriter.row(row, LogSoftmax.of(row)));
      }
      assertTrue(writer.isComplete());
    }
    return file;
  }

  @Test
  void bytesAreWhereLlamaCppHasThem() throws IOException {
    // Two chunks of 4 tokens, one of each is scored; the third is not whole.
    Chunks chunks = Chunks.halves(new int[] {1, 2, 3, 4, 0, 1, 2, 3, 4, 0}, 4, -1);
    float[] wide = {2, 1, -30, 2 - 8, 2};
    float[] flat = {7, 7, 7, 7, 7};
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(write(chunks, new float[][] {wide, flat})))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(8 + 12 + 8 * 4 + 2 * (8 + 2 * 6), bytes.capacity());
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertEquals("_logits_", new String(magic, StandardCharsets.US_ASCII));
    int[] head = new int[11];
    bytes.asIntBuffer().get(head);
    assertArrayEquals(new int[] {4, 5, 2, 1, 2, 3, 4, 0, 1, 2, 3}, head);
    bytes.position(20 + 32);
    float scale = 16f / 65535;
    double logSum = Math.log(2 + Math.exp(-1) + Math.exp(-8) + Math.exp(-32));
    assertEquals(scale, bytes.getFloat());
    assertEquals(-16 - logSum, bytes.getFloat(), 2e-6);
    int[] q = new int[6];
    Arrays.setAll(q, i -> Short.toUnsignedInt(bytes.getShort()));
    // Rounded to the nearest, to even in the middle: 65535 · 15/16 = 61439.06, · 8/16 = 32767.5
    assertArrayEquals(new int[] {65535, 61439, 0, 32768, 65535, 0}, q);
    assertEquals(0, bytes.getFloat(), "all alike");
    assertEquals(-Math.log(5), bytes.getFloat(), 1e-6);
    assertEquals(0, bytes.getShort());
  }

  @Test
  void rowsComeBack() throws IOException {
    Random random = new Random(1);
    int vocabulary = 3000;
    float[][] rows = new float[3 * 3][vocabulary];
    for (float[] row : rows) {
      for (int i = 0; i < vocabulary; i++) {
        row[i] = (float) (3 * random.nextGaussian());
      }
    }
    int[] tokens = random.ints(24, 0, vocabulary).toArray();
    Path file = write(Chunks.halves(tokens, 8, 3), rows);
    try (BaseFile base = BaseFile.open(file)) {
      assertEquals(new BaseHeader(8, vocabulary, 3), base.header());
      assertArrayEquals(tokens, base.chunks(-1).tokens());
      float[] found = new float[vocabulary];
      for (int r = 0; r < rows.length; r++) {
        base.read(r / 3, r % 3, found);
        LogSoftmax softmax = LogSoftmax.of(rows[r]);
        for (int i = 0; i < vocabulary; i++) {
          double exact = -softmax.surprise(Math.max(rows[r][i], softmax.max() - 16));
          assertEquals(exact, found[i], 16.0 / 65535 / 2 + 2e-6);
        }
      }
      base.requireVocabulary(vocabulary);
      fails(() -> base.requireVocabulary(VOCABULARY), "vocabulary of 3000", "the model has 5");
    }
  }

  @Test
  void whatIsNotWholeIsNotLeft() throws IOException {
    Chunks chunks = Chunks.halves(new int[8], 4, -1);
    Path file = folder.resolve("base.kld");
    try (BaseWriter writer = new BaseWriter(file, chunks, VOCABULARY)) {
      writer.write(BaseWriter.row(new float[VOCABULARY], new LogSoftmax(0, 0)));
    }
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void brokenFilesAreRefused() throws IOException {
    Path file = write(Chunks.halves(new int[8], 4, -1), new float[2][VOCABULARY]);
    byte[] whole = Files.readAllBytes(file);
    refuses(new byte[0], "_logits_");
    refuses("GGUF and more of the same".getBytes(StandardCharsets.US_ASCII), "_logits_");
    refuses(Arrays.copyOf(whole, 15), "_logits_");
    refuses(Arrays.copyOf(whole, whole.length - 1), "not whole", "2 chunks", "" + whole.length);
    refuses(Arrays.copyOf(whole, whole.length + 4), "not whole");
    refuses(with(whole, 8, 0), "broken header");
    refuses(with(whole, 8, Integer.MAX_VALUE), "not whole");
    refuses(with(whole, 12, -1), "broken header");
    refuses(with(whole, 12, Integer.MAX_VALUE), "broken header");
    refuses(with(whole, 16, Integer.MAX_VALUE), "not whole");
    refuses(with(whole, 24, VOCABULARY), "token 5");
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return copy;
  }

  private void refuses(byte[] bytes, String... parts) throws IOException {
    Path file = Files.write(folder.resolve("broken.kld"), bytes);
    fails(() -> BaseFile.open(file).close(), parts);
  }

  private static void fails(org.junit.jupiter.api.function.Executable work, String... parts) {
    String message = assertThrows(EvaluateException.class, work).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), part + " in: " + message);
    }
  }
}
