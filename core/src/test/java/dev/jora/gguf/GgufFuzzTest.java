package dev.jora.gguf;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of damaged files, the same in every run: each must open, and every byte of its tensors
 * be there, or be refused by a message that says where and why. Nothing else may be thrown.
 */
class GgufFuzzTest {
  private static final int ROUNDS = 24_000;
  private static final long[] EXTREMES = {
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    12,
    13,
    31,
    32,
    33,
    63,
    64,
    255,
    256,
    65535,
    65536,
    0x7FFF_FFFFL,
    0x8000_0000L,
    0xFFFF_FFFFL,
    0x1_0000_0000L,
    1L << 40,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE - 31,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    -32,
    -2,
    -1
  };

  @TempDir Path folder;

  /** A set of files that belong together; the first is the one to open. */
  private record Seed(List<String> names, List<byte[]> files) {}

  private static List<Seed> seeds() {
    return List.of(
        new Seed(List.of("v3.gguf"), List.of(GgufSamples.v3().bytes())),
        new Seed(List.of("v2.gguf"), List.of(GgufSamples.v2().bytes())),
        new Seed(List.of("odd.gguf"), List.of(GgufSamples.odd().bytes())),
        new Seed(
            List.of("m-00001-of-00002.gguf", "m-00002-of-00002.gguf"),
            GgufSamples.shards().stream().map(RawGguf::bytes).toList()));
  }

  @Test
  void damagedFilesOpenOrAreRefused() {
    int[] outcomes = new int[2];
    assertTimeoutPreemptively(
        Duration.ofSeconds(120),
        () -> {
          Random random = new Random(20_000);
          for (Seed seed : seeds()) {
            for (int i = 0; i < ROUNDS / seeds().size(); i++) {
              outcomes[damageAndOpen(seed, random)]++;
            }
          }
        });
    assertEquals(ROUNDS, outcomes[0] + outcomes[1]);
    assertTrue(outcomes[0] > ROUNDS / 50, "opened: " + outcomes[0]);
    assertTrue(outcomes[1] > ROUNDS / 4, "refused: " + outcomes[1]);
  }

  /** Gives 0 if the damaged file opened, 1 if it was refused. */
  private int damageAndOpen(Seed seed, Random random) throws IOException {
    int victim = random.nextInt(seed.files().size());
    byte[] damaged = seed.files().get(victim);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      damaged = damage(damaged, seed.files().get(0), random);
    }
    for (int i = 0; i < seed.files().size(); i++) {
      byte[] bytes = i == victim ? damaged : seed.files().get(i);
      overwrite(folder.resolve(seed.names().get(i)), bytes);
    }
    Path path = folder.resolve(seed.names().getFirst());
    try (GgufFile file = GgufFile.open(path)) {
      readAll(file);
      return 0;
    } catch (GgufException e) {
      assertUseful(e);
      return 1;
    } catch (Throwable t) {
      return fail(seed.names().get(victim) + " " + HexFormat.of().formatHex(damaged), t);
    }
  }

  /** Never through length 0, which costs some file systems a flush to the disk. */
  private static void overwrite(Path path, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(path, CREATE, WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.truncate(bytes.length);
    }
  }

  private static void readAll(GgufFile file) {
    assertEquals(file.infos().size(), file.tensors().size());
    for (Tensor tensor : file.tensors().values()) {
      for (long i = 0; i < tensor.bytes(); i++) {
        tensor.data().get(ValueLayout.JAVA_BYTE, i);
      }
    }
    assertFalse(file.metadata().values().toString().isEmpty());
  }

  private static void assertUseful(GgufException e) {
    assertFalse(e.field().isBlank());
    assertTrue(e.offset() >= -1);
    assertTrue(e.getMessage().matches("(?s)/.*\\.gguf: .+: expected .+, found .+"), e.getMessage());
    assertTrue(e.getMessage().length() < 1000, "a message without end");
  }

  private static byte[] damage(byte[] file, byte[] other, Random random) {
    byte[] bytes = file.clone();
    if (bytes.length < 32) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> put(bytes, 8 + 8 * random.nextInt(2), 8, random); // counts
      case 4 -> put(bytes, at, 4, random);
      case 5 -> put(bytes, lengthField(bytes, at), 8, random);
      default -> bytes = splice(bytes, at, other, random);
    }
    return bytes;
  }

  private static void put(byte[] bytes, int at, int width, Random random) {
    long value = EXTREMES[random.nextInt(EXTREMES.length)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int from = Math.min(at, bytes.length - width);
    if (width == 8) {
      buffer.putLong(from, value);
    } else {
      buffer.putInt(from, (int) value);
    }
  }

  /** The next place from {@code at} on that looks like a 64-bit length, extent or count. */
  private static int lengthField(byte[] bytes, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = at; i <= bytes.length - 8; i++) {
      long value = buffer.getLong(i);
      if (value > 0 && value <= bytes.length) {
        return i;
      }
    }
    return at;
  }

  /** Replaces a few bytes at {@code at} by a few from anywhere in {@code other}. */
  private static byte[] splice(byte[] bytes, int at, byte[] other, Random random) {
    int cut = Math.min(random.nextInt(24), bytes.length - at);
    int from = random.nextInt(other.length);
    int length = Math.min(random.nextInt(24), other.length - from);
    return ByteBuffer.allocate(bytes.length - cut + length)
        .put(bytes, 0, at)
        .put(other, from, length)
        .put(bytes, at + cut, bytes.length - at - cut)
        .array();
  }
}
