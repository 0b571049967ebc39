package dev.jora.gguf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF file front to back, in little memory, as a {@link PartFile}: only {@link #finish}
 * gives it its name, and closing without it leaves nothing.
 *
 * <pre>{@code
 * try (GgufWriter out = GgufWriter.create(path, metadata, tensors)) {
 *   for (TensorInfo info : out.infos()) {
 *     out.append(data(info));
 *   }
 *   out.finish();
 * }
 * }</pre>
 */
public final class GgufWriter implements AutoCloseable {
  /** The version written unless another is asked for. */
  public static final int VERSION = 3;

  private static final int CHUNK = 1 << 20;

  private final Path target;
  private final List<TensorInfo> infos;
  private final int alignment;
  private final boolean padEnd;
  private ByteBuffer chunk; // while there is something to write
  private final PartFile out;
  private int tensor;
  private long written;

  private GgufWriter(Path target, int version, Content content, boolean padEnd) throws IOException {
    this.target = target;
    this.alignment = content.alignment();
    this.infos = content.placed();
    this.padEnd = padEnd;
    ByteBuffer header = content.header(target, version);
    this.out = new PartFile(target);
    skipEmpty();
    try {
      out.write(header);
      if (padEnd || tensor < infos.size()) {
        pad();
      }
    } catch (Throwable t) {
      close();
      throw t;
    }
  }

  /**
   * Begins a version 3 file.
   *
   * @param metadata pairs in file order; {@code general.alignment} among them is obeyed
   * @param tensors names, types and shapes in file order; their offsets are computed anew
   * @throws GgufException if a reader would refuse the file: a name too long or twice, an alignment
   *     that is no power of two
   * @throws IllegalArgumentException if a row does not divide into the blocks of its type
   */
  public static GgufWriter create(
      Path target, Map<String, GgufValue> metadata, List<TensorInfo> tensors) throws IOException {
    return new GgufWriter(target, VERSION, new Content(metadata, tensors), true);
  }

  /**
   * Copies a file that is no split set, of the same version and, if its padding is zero and nothing
   * follows its data, byte for byte.
   */
  public static void copy(GgufFile source, Path target) throws IOException {
    if (source.shards().size() != 1) {
      throw new IllegalArgumentException("a split set is merged, not copied: " + source.path());
    }
    Content content = new Content(source.metadata().values(), source.infos());
    try (GgufWriter out = new GgufWriter(target, source.version(), content, source.endPadded())) {
      for (TensorInfo info : source.infos()) {
        try {
          out.append(source.tensor(info.name()).data());
        } catch (InternalError e) {
          throw GgufException.cutWhileMapped(source.path(), -1, "tensor " + info.name(), e);
        }
      }
      source.opened().requireUnchanged();
      out.finish();
    }
  }

  /** What a file is to hold. */
  private record Content(Map<String, GgufValue> metadata, List<TensorInfo> tensors) {
    int alignment() {
      return metadata.get(GgufReader.ALIGNMENT_KEY) instanceof GgufValue.Int(var _, long value)
              && Long.bitCount(value) == 1
          ? (int) value
          : GgufReader.DEFAULT_ALIGNMENT;
    }

    /** The tensors with their offsets. */
    List<TensorInfo> placed() {
      List<TensorInfo> placed = new ArrayList<>();
      long next = 0;
      for (TensorInfo info : tensors) {
        placed.add(new TensorInfo(info.name(), info.type(), info.shape(), next));
        next = GgufReader.pad(Math.addExact(next, info.bytes()), alignment());
      }
      return List.copyOf(placed);
    }

    /** The header, proved by reading it back as if all data followed. */
    ByteBuffer header(Path target, int version) {
      ByteBuffer header = HeaderBytes.of(version, metadata, placed());
      GgufReader.header(target, MemorySegment.ofBuffer(header), Long.MAX_VALUE);
      return header;
    }
  }

  /** The tensors with their offsets, in the order in which their data must come. */
  public List<TensorInfo> infos() {
    return infos;
  }

  /**
   * Writes the next bytes of tensor data: tensors in order, each in as many pieces as is
   * convenient, no piece reaching into the next tensor.
   *
   * @throws IllegalStateException if the piece is longer than what its tensor lacks
   */
  public void append(MemorySegment data) throws IOException {
    if (data.byteSize() == 0) {
      return;
    }
    if (tensor == infos.size()) {
      throw new IllegalStateException("all tensors of " + target + " are written");
    }
    TensorInfo info = infos.get(tensor);
    if (data.byteSize() > info.bytes() - written) {
      throw new IllegalStateException(
          "tensor "
              + info.name()
              + " lacks "
              + (info.bytes() - written)
              + " bytes, not "
              + data.byteSize());
    }
    if (chunk == null) {
      chunk = ByteBuffer.allocateDirect(CHUNK);
    }
    for (long from = 0; from < data.byteSize(); from += CHUNK) {
      int length = (int) Math.min(CHUNK, data.byteSize() - from);
      MemorySegment.copy(data, from, MemorySegment.ofBuffer(chunk.clear()), 0, length);
      out.write(chunk.limit(length));
    }
    written += data.byteSize();
    if (written == info.bytes()) {
      tensor++;
      written = 0;
      skipEmpty();
      if (padEnd || tensor < infos.size()) {
        pad();
      }
      if (tensor == infos.size()) {
        chunk = null; // a split has many writers that wait for the last
      }
    }
  }

  /** Passes over tensors that have no bytes. */
  private void skipEmpty() {
    while (tensor < infos.size() && infos.get(tensor).bytes() == 0) {
      tensor++;
    }
  }

  /**
   * Brings the file to the disk and under its final name, in place of whatever stood there.
   *
   * @throws IllegalStateException if data are missing
   */
  public void finish() throws IOException {
    if (tensor < infos.size()) {
      throw new IllegalStateException(
          "tensor "
              + infos.get(tensor).name()
              + " lacks "
              + (infos.get(tensor).bytes() - written)
              + " bytes");
    }
    out.finish();
  }

  /** Removes the part, unless the file is finished. */
  @Override
  public void close() throws IOException {
    out.close();
  }

  private void pad() throws IOException {
    long position = out.written();
    out.write(ByteBuffer.allocate((int) (GgufReader.pad(position, alignment) - position)));
  }
}
