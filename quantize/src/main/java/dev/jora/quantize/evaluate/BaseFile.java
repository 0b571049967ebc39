package dev.jora.quantize.evaluate;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A base file opened for reading, mapped into memory; any thread may read rows. */
public final class BaseFile implements AutoCloseable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** So that a row has a number of bytes that an int holds. */
  private static final int MOST = 1 << 28;

  private final Arena arena = Arena.ofShared();
  private final Path file;
  private final BaseHeader header;
  private final MemorySegment bytes;
  private final int[] tokens;

  private BaseFile(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (Files.isDirectory(file)) {
        throw new FileSystemException(file.toString(), null, "it is a folder");
      }
      this.bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      this.header = readHeader();
      this.tokens = new int[Math.toIntExact(header.tokens())];
      MemorySegment.copy(bytes, INT, BaseHeader.FIXED, tokens, 0, tokens.length);
      for (int token : tokens) {
        if (token < 0 || token >= header.vocabularySize()) {
          throw fault("has the token %d, outside its vocabulary", token);
        }
      }
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Opens a file.
   *
   * @throws EvaluateException if it is no base file, or not all of one
   */
  public static BaseFile open(Path file) throws IOException {
    return new BaseFile(file);
  }

  private BaseHeader readHeader() {
    long size = bytes.byteSize();
    int n = BaseHeader.MAGIC.length;
    byte[] magic = bytes.asSlice(0, Math.min(n, size)).toArray(ValueLayout.JAVA_BYTE);
    if (!Arrays.equals(magic, BaseHeader.MAGIC) || size < BaseHeader.FIXED) {
      throw fault(
          "is no file of log-probabilities (it does not begin with _logits_): %s without %s writes"
              + " one",
          new Parameter("kl_divergence_base"), new Parameter("kl_divergence"));
    }
    BaseHeader found =
        new BaseHeader(bytes.get(INT, n), bytes.get(INT, n + 4), bytes.get(INT, n + 8));
    if (found.chunkSize() < 3
        || found.chunks() < 1
        || found.vocabularySize() < 1
        || found.vocabularySize() > MOST) {
      throw fault(
          "has a broken header: %d tokens per chunk, %d in the vocabulary, %d chunks",
          found.chunkSize(), found.vocabularySize(), found.chunks());
    }
    if (found.tokens() > size || found.fileBytes() != size) {
      throw fault(
          "is not whole: %d chunks need %d bytes, it has %d: write it again",
          found.chunks(), found.fileBytes(), size);
    }
    return found;
  }

  private EvaluateException fault(String format, Object... args) {
    return new EvaluateException(Sentence.of("%s %s", file, Sentence.of(format, args)));
  }

  /**
   * Checks that it was made with a model of this vocabulary.
   *
   * @throws EvaluateException if not
   */
  public void requireVocabulary(int size) {
    if (header.vocabularySize() != size) {
      throw fault(
          "was made with a vocabulary of %d tokens, the model has %d: both models must have the"
              + " same",
          header.vocabularySize(), size);
    }
  }

  /** Its sizes. */
  public BaseHeader header() {
    return header;
  }

  /** The first {@code most} chunks of its text; −1: all. */
  public Chunks chunks(int most) {
    return Chunks.halves(tokens, header.chunkSize(), most);
  }

  /** The log-probabilities of a scored token: row 0 of a chunk is that of its first one. */
  public void read(int chunk, int row, float[] logProbabilities) {
    MemorySegment slice = bytes.asSlice(header.rowOffset(chunk, row), header.rowBytes());
    try {
      LogProbabilityCode.decode(slice, logProbabilities);
    } catch (InternalError e) {
      throw fault("was cut short while it was read: write it again");
    }
  }

  /** How the model that made it, and one with these logits, see a token. */
  public TokenDivergence compare(ScoredToken token, float[] logits, LogSoftmax softmax) {
    float[] base = new float[logits.length];
    read(token.chunk(), token.place() - 1 - header.chunkSize() / 2, base);
    return TokenDivergence.of(logits, softmax, base, token.id());
  }

  @Override
  public void close() {
    arena.close();
  }
}
