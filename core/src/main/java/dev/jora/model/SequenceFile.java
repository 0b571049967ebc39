package dev.jora.model;

import dev.jora.backend.KvSpec;
import dev.jora.backend.SequenceState;
import dev.jora.fault.Sentence;
import dev.jora.gguf.PartFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A sequence on disk: its tokens and what the model remembers of them. Little-endian:
 *
 * <pre>
 * byte[8] "jora-kv\n", u32 version = 1, u64 bytes of the file
 * u32 n, byte[n] what it depends on ({@link CacheIdentity}), lines of "name: value"
 * u32 n, u32[n] tokens
 * u32 n, (u32 keep, u32 discard)[n] pieces cut out of the text, in order
 * u32 n, u32[n] the first position that each layer holds
 * of each layer, what {@link SequenceState#save} writes of it
 * u32 CRC32C of all before
 * </pre>
 */
public final class SequenceFile {
  private static final byte[] MAGIC = "jora-kv\n".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED = MAGIC.length + 4 + 8;
  private static final int CHECKSUM = 4;
  private static final int CHUNK = 1 << 28;
  private static final int COPY = 1 << 16;
  private static final String AGAIN = "; delete it to begin anew";

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SequenceFile() {}

  // ---- writing -----------------------------------------------------------------------------

  /**
   * Writes a sequence of {@code decoder}, in place of whatever the file was; a failure leaves that
   * as it was.
   *
   * @param shifts pieces cut out of the text that its tokens are
   */
  public static void save(Path file, Decoder decoder, Sequence sequence, List<ContextShift> shifts)
      throws IOException {
    List<Places.Kept> kept = decoder.kept();
    long[] bytes = new long[kept.size()];
    long all = 0;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = kept.get(i).spec().savedBytes(first(sequence, kept.get(i)), sequence.length());
      all += bytes[i];
    }
    ByteBuffer header = header(decoder, sequence, shifts, all);
    CRC32C crc = new CRC32C();
    try (PartFile out = new PartFile(file)) {
      crc.update(header.duplicate());
      out.write(header);
      for (int i = 0; i < bytes.length; i++) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment rows = arena.allocate(bytes[i]);
          sequence.state(kept.get(i)).save(kept.get(i).state(), rows);
          for (long at = 0; at < bytes[i]; at += CHUNK) {
            ByteBuffer chunk = rows.asSlice(at, Math.min(CHUNK, bytes[i] - at)).asByteBuffer();
            crc.update(chunk.duplicate());
            out.write(chunk);
          }
        }
      }
      ByteBuffer checksum = ByteBuffer.allocate(CHECKSUM).order(ByteOrder.LITTLE_ENDIAN);
      out.write(checksum.putInt((int) crc.getValue()).flip());
      out.finish();
    }
  }

  private static int first(Sequence sequence, Places.Kept kept) {
    return sequence.state(kept).first(kept.state());
  }

  private static ByteBuffer header(
      Decoder decoder, Sequence sequence, List<ContextShift> shifts, long rowBytes) {
    byte[] identity =
        CacheIdentity.encode(
            CacheIdentity.of(decoder.model(), decoder.options(), sequence.adapterScales()));
    int[] tokens = sequence.tokens();
    List<Places.Kept> kept = decoder.kept();
    int layers = kept.size();
    int ints = 4 + tokens.length + 2 * shifts.size() + layers;
    int size = FIXED + identity.length + 4 * ints;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(VERSION).putLong(size + rowBytes + CHECKSUM);
    out.putInt(identity.length).put(identity);
    out.putInt(tokens.length);
    for (int token : tokens) {
      out.putInt(token);
    }
    out.putInt(shifts.size());
    shifts.forEach(shift -> out.putInt(shift.keep()).putInt(shift.discard()));
    out.putInt(layers);
    kept.forEach(layer -> out.putInt(first(sequence, layer)));
    return out.flip();
  }

  // ---- reading -----------------------------------------------------------------------------

  /**
   * Makes {@code sequence} what was saved. A missing or empty file is nothing to load.
   *
   * @return the pieces that were cut out of the text; nothing if there was nothing to load
   * @throws SequenceFileException if the file is of another model, of other options, larger than
   *     the context, or damaged; the sequence is then as it was
   */
  public static Optional<List<ContextShift>> load(Path file, Decoder decoder, Sequence sequence)
      throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      if (channel.size() == 0) {
        return Optional.empty();
      }
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return Optional.of(new Reader(file, all, decoder).load(sequence));
    } catch (InternalError e) {
      throw new SequenceFileException(
          file, Sentence.text("it was cut short while it was read" + AGAIN));
    }
  }

  /** What is left of a file, from field to field. */
  private static final class Reader {
    private final Path file;
    private final MemorySegment all;
    private final Decoder decoder;
    private long at;

    Reader(Path file, MemorySegment all, Decoder decoder) {
      this.file = file;
      this.all = all;
      this.decoder = decoder;
    }

    List<ContextShift> load(Sequence sequence) {
      checkWhole();
      byte[] identity = new byte[count("bytes of identity", 1)];
      MemorySegment.copy(all, ValueLayout.JAVA_BYTE, at, identity, 0, identity.length);
      at += identity.length;
      checkIdentity(CacheIdentity.decode(identity));
      int[] tokens = new int[tokenCount(sequence.capacity())];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = number("token", 0, decoder.model().vocabularySize() - 1);
      }
      List<ContextShift> shifts = new ArrayList<>();
      for (int left = count("pieces cut out", 8); left > 0; left--) {
        int keep = number("tokens kept", 0, Integer.MAX_VALUE);
        shifts.add(new ContextShift(keep, number("tokens cut out", 1, Integer.MAX_VALUE - keep)));
      }
      int[] first = firsts(tokens.length);
      try (Sequence fresh = decoder.newSequence()) {
        for (int i = 0; i < first.length; i++) {
          Places.Kept kept = decoder.kept().get(i);
          long bytes = kept.spec().savedBytes(first[i], tokens.length);
          MemorySegment in = all.asSlice(at, bytes);
          fresh.state(kept).load(kept.state(), first[i], tokens.length, in);
          at += bytes;
        }
        fresh.append(tokens, 0, tokens.length);
        sequence.restore(fresh);
      }
      return List.copyOf(shifts);
    }

    private void checkWhole() {
      if (all.byteSize() < FIXED + CHECKSUM
          || all.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
        throw fault("this is no saved state of jora: name another file");
      }
      at = MAGIC.length;
      int version = all.get(INT, at);
      if (version != VERSION) {
        throw fault("expected version " + VERSION + ", found " + version + AGAIN);
      }
      long bytes = all.get(LONG, at + 4);
      if (bytes != all.byteSize()) {
        throw fault("expected " + bytes + " bytes, found " + all.byteSize() + AGAIN);
      }
      at = FIXED;
      CRC32C crc = new CRC32C();
      long end = all.byteSize() - CHECKSUM;
      // A copy: the virtual machine does not survive a checksum over pages that are no more.
      byte[] copy = new byte[(int) Math.min(COPY, end)];
      for (long from = 0; from < end; from += copy.length) {
        int length = (int) Math.min(copy.length, end - from);
        MemorySegment.copy(all, ValueLayout.JAVA_BYTE, from, copy, 0, length);
        crc.update(copy, 0, length);
      }
      if ((int) crc.getValue() != all.get(INT, end)) {
        throw fault("its checksum is not that of its bytes, it is damaged" + AGAIN);
      }
    }

    private void checkIdentity(Map<String, String> found) {
      CacheIdentity.of(decoder.model(), decoder.options(), decoder.adapterScales())
          .forEach(
              (name, expected) -> {
                if (!expected.equals(found.get(name))) {
                  throw fault(
                      "it was saved with another model or other options: %s: expected %s, found %s%s"
                          .formatted(name, expected, found.getOrDefault(name, "nothing"), AGAIN));
                }
              });
    }

    private int tokenCount(int capacity) {
      int tokens = count("tokens", 4);
      if (tokens > capacity) {
        throw fault(
            Sentence.of(
                "it holds %d tokens, expected at most the %d of the context; %s %d takes it",
                tokens, capacity, DecoderOptions.CONTEXT_SIZE, tokens));
      }
      return tokens;
    }

    /** The first position of every layer, such that the next token finds what it sees. */
    private int[] firsts(int length) {
      List<Places.Kept> kept = decoder.kept();
      int[] first = new int[number("layers", kept.size(), kept.size())];
      long bytes = 0;
      for (int i = 0; i < first.length; i++) {
        int most = length; // a recurrent layer holds what is behind the text
        if (kept.get(i).spec() instanceof KvSpec kv) {
          most = kv.window() == 0 ? 0 : Math.clamp(length + 1L - kv.window(), 0, length);
        }
        first[i] = number("first position", 0, most);
        bytes += kept.get(i).spec().savedBytes(first[i], length);
      }
      if (bytes != all.byteSize() - CHECKSUM - at) {
        throw fault(
            "expected %d bytes of keys and values, found %d%s"
                .formatted(bytes, all.byteSize() - CHECKSUM - at, AGAIN));
      }
      return first;
    }

    /** A count of things of so many bytes each that must be there still. */
    private int count(String what, int bytesEach) {
      long left = (all.byteSize() - CHECKSUM - at - 4) / bytesEach;
      return number(what, 0, Math.clamp(left, 0, Integer.MAX_VALUE));
    }

    private int number(String what, int least, int most) {
      if (at + 4 > all.byteSize() - CHECKSUM) {
        throw fault("it ends before its " + what + AGAIN);
      }
      int value = all.get(INT, at);
      at += 4;
      if (value < least || value > most) {
        throw fault("%s: expected %d to %d, found %d%s".formatted(what, least, most, value, AGAIN));
      }
      return value;
    }

    private SequenceFileException fault(String problem) {
      return fault(Sentence.text(problem));
    }

    private SequenceFileException fault(Sentence problem) {
      return new SequenceFileException(file, problem);
    }
  }
}
