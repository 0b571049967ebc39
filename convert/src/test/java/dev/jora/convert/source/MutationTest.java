package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files with bytes changed at random open, or are refused in a sentence: nothing else. */
@Timeout(1200)
final class MutationTest {
  private static final long MAX_MILLIS = 2000;

  /** Of the heap, for a file of a few thousand bytes. */
  private static final long MAX_HEAP = 64L << 20;

  private static final byte[] EXTREMES = {0, 1, -1, 127, -128, '}', ']', '(', ')', 'R', 't', 's'};

  @TempDir private Path folder;

  @Test
  void someMutants() throws IOException {
    mutate(own(), 600, new Random(1));
  }

  @Test
  @Tag("slow")
  void manyMutants() throws IOException {
    mutate(own(), 8_000, new Random(2));
  }

  @Test
  @Tag("slow")
  void manyMutantsOfGoldenFiles() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String group : List.of("pickle", "safetensors")) {
      try (Stream<Path> files = Files.list(Shared.path("golden/formats/packs/" + group))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          seeds.add(Files.readAllBytes(file));
        }
      }
    }
    mutate(seeds, 12_000, new Random(3));
  }

  private static List<byte[]> own() {
    String header =
        """
        {"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},
        "b":{"dtype":"I64","shape":[],"data_offsets":[12,20]}}\
        """;
    return List.of(
        PickleBytes.safetensors(header, new byte[20]),
        PickleBytes.zip(pickle(), new byte[24]),
        PickleBytes.legacy(pickle(), true, 6, new byte[24]),
        pickle());
  }

  private static byte[] pickle() {
    PickleBytes pickle = new PickleBytes().code('}').text("model").code('}');
    for (String name : List.of("a", "b")) {
      pickle.text(name).tensor(6, 0, new long[] {3, 2}, new long[] {1, 3}).code('s');
    }
    return pickle.code('s').bytes();
  }

  private void mutate(List<byte[]> seeds, int n, Random random) throws IOException {
    int opened = 0;
    for (int i = 0; i < n; i++) {
      byte[] seed = seeds.get(i % seeds.size());
      byte[] bytes = mutant(seed, random);
      if (seed[0] == (byte) 0x80 && Arrays.equals(seed, pickle())) {
        // within an archive and the older form, where its sum is right
        bytes =
            random.nextBoolean()
                ? PickleBytes.zip(bytes, new byte[24])
                : PickleBytes.legacy(bytes, true, 6, new byte[24]);
      }
      Path file = Files.write(folder.resolve("model.bin"), bytes);
      long heap = allocated();
      long start = System.nanoTime();
      opened += opens(file, "mutant " + i) ? 1 : 0;
      long millis = (System.nanoTime() - start) / 1_000_000;
      long used = allocated() - heap;
      assertTrue(millis < MAX_MILLIS, "mutant " + i + " took " + millis + " ms");
      assertTrue(used < MAX_HEAP, "mutant " + i + " took " + used + " bytes");
    }
    assertTrue(opened > 0 && opened < n, opened + " of " + n + " opened");
  }

  private static boolean opens(Path file, String which) {
    try (Weights weights = Checkpoints.open(file)) {
      for (SourceTensor tensor : weights.tensors().values()) {
        try (Arena arena = Arena.ofConfined()) {
          Values.floats(tensor, arena);
        }
      }
      return true;
    } catch (SourceException e) {
      assertTrue(
          e.getMessage() != null && e.getMessage().chars().noneMatch(Character::isISOControl),
          which + ": " + e.getMessage());
      return false;
    } catch (Throwable t) {
      throw new AssertionError(which, t);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static byte[] mutant(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(1 + random.nextInt(8), bytes.length - at);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> Arrays.fill(bytes, at, at + length, EXTREMES[random.nextInt(EXTREMES.length)]);
        case 3 -> bytes = spliced(bytes, at, at + length, new byte[0]);
        case 4 -> bytes = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
        default -> {
          int from = random.nextInt(bytes.length);
          byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
          bytes = spliced(bytes, at, Math.min(bytes.length, at + part.length), part);
        }
      }
      if (bytes.length == 0) {
        return new byte[] {0};
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] part) {
    byte[] out = new byte[bytes.length - (to - from) + part.length];
    System.arraycopy(bytes, 0, out, 0, from);
    System.arraycopy(part, 0, out, from, part.length);
    System.arraycopy(bytes, to, out, from + part.length, bytes.length - to);
    return out;
  }
}
