package dev.jora.quantize.evaluate;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.gguf.PartFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a base file row by row, beside its name first: the name belongs to a whole file only. See
 * {@link BaseHeader} for the format.
 */
public final class BaseWriter implements AutoCloseable {
  private final Path file;
  private final PartFile part;
  private final OutputStream out;
  private final int rowBytes;
  private long left;

  /**
   * A file of these chunks, the second half of each scored, whose rows are to come.
   *
   * @throws EvaluateException if it does not fit on its disk
   */
  public BaseWriter(Path file, Chunks chunks, int vocabularySize) throws IOException {
    BaseHeader header = new BaseHeader(chunks.size(), vocabularySize, chunks.count());
    this.file = file;
    this.rowBytes = header.rowBytes();
    this.left = (long) header.chunks() * chunks.scored();
    if (!PartFile.isStream(file)) {
      checkRoom(header.fileBytes());
    }
    this.part = new PartFile(file);
    this.out = new BufferedOutputStream(part.stream(), 1 << 16);
    ByteBuffer head =
        ByteBuffer.allocate(BaseHeader.FIXED + Math.toIntExact(4 * header.tokens()))
            .order(ByteOrder.LITTLE_ENDIAN);
    head.put(BaseHeader.MAGIC).putInt(header.chunkSize());
    head.putInt(header.vocabularySize()).putInt(header.chunks());
    head.asIntBuffer().put(chunks.tokens(), 0, (int) header.tokens());
    out.write(head.array());
  }

  private void checkRoom(long bytes) throws IOException {
    long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
    if (free < bytes) {
      throw new EvaluateException(
          Sentence.of(
              "%s: %d bytes are needed on its disk, found %d free: fewer %s need less",
              file, bytes, free, new Parameter("chunks")));
    }
  }

  /** A row for {@link #write}; any thread may make it. */
  public static byte[] row(float[] logits, LogSoftmax softmax) {
    return LogProbabilityCode.encode(logits, softmax);
  }

  /** Writes the row of the next scored token. The last one gives the file its name. */
  public void write(byte[] row) throws IOException {
    if (left == 0 || row.length != rowBytes) {
      throw new IllegalArgumentException(row.length + " bytes with " + left + " rows to come");
    }
    out.write(row);
    if (--left == 0) {
      out.flush();
      part.finish();
    }
  }

  /** True if all rows are written. */
  public boolean isComplete() {
    return left == 0;
  }

  /** Takes away what is not complete. */
  @Override
  public void close() throws IOException {
    part.close();
  }
}
