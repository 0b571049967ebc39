package dev.jora.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Prompt caches; some with a checksum that is right for what was damaged. */
record SequenceKind(Sources sources) implements Kind {
  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path sound = sources.made("sequence", this::command);
    Path file = folder.resolve("sequence");
    byte[] bytes = Damage.bytes(Files.readAllBytes(sound), random);
    if (random.nextBoolean() && bytes.length > 16) {
      sealed(bytes, random.nextBoolean());
    }
    Files.write(file, bytes);
    return List.of(command(file), command(file));
  }

  private List<String> command(Path cache) {
    return List.of(
        "chat",
        "-m",
        sources.llama().toString(),
        "-q",
        "--chat-template",
        "chatml",
        "--prompt-cache",
        cache.toString(),
        "-st",
        "-p",
        "hi there",
        "-n",
        "2",
        "--temp",
        "0",
        "-c",
        "256");
  }

  private static void sealed(byte[] bytes, boolean castagnoli) {
    java.util.zip.Checksum sum = castagnoli ? new CRC32C() : new CRC32();
    sum.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 4, (int) sum.getValue());
  }
}
