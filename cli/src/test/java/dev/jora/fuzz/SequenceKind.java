package dev.jora.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** Prompt caches; most with a length and a checksum that are right for what was damaged. */
record SequenceKind(Sources sources) implements Kind {
  /** Behind the magic of eight bytes and a version of four. */
  private static final int LENGTH_AT = 12;

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path sound = sources.made("sequence", this::command);
    Path file = folder.resolve("sequence");
    byte[] bytes = Files.readAllBytes(sound);
    if (random.nextInt(8) > 0) { // the others show that sound ones open
      bytes = Damage.bytes(bytes, random);
    }
    if (random.nextInt(4) > 0 && bytes.length > LENGTH_AT + 12) {
      sealed(bytes);
    }
    Files.write(file, bytes);
    return commands(file, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) {
    return List.of(command(input), command(input));
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

  /** Makes length and checksum right, so that what was damaged is looked at. */
  private static void sealed(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(LENGTH_AT, bytes.length);
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, bytes.length - 4);
    buffer.putInt(bytes.length - 4, (int) sum.getValue());
  }
}
