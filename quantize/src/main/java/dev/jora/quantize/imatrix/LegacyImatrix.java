package dev.jora.quantize.imatrix;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.PartFile;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Importance matrices as llama.cpp wrote them before GGUF, little-endian: i32 number of entries;
 * per entry i32 length of the name, name, i32 ncall, i32 nval, f32[nval]; then, in most files, i32
 * chunks, i32 length of the dataset's name, that name. A value is mean of x² · ncall.
 */
final class LegacyImatrix {
  private static final int MAX_NAME = 63;
  private static final int MAX_DATASET = 1 << 16;

  /** The least an entry takes: three numbers, a byte of name, a value. */
  private static final int MIN_ENTRY = 17;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment in;
  private long position;

  private LegacyImatrix(Path file, MemorySegment in) {
    this.file = file;
    this.in = in;
  }

  static ImportanceMatrix read(Path file) {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new LegacyImatrix(file, all).matrix();
    } catch (InternalError e) {
      throw GgufException.cutWhileMapped(file, -1, "importance matrix", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private ImportanceMatrix matrix() {
    int entries =
        integer(
            "importance matrix: number of entries",
            1,
            Math.clamp(in.byteSize() / MIN_ENTRY, 1, Integer.MAX_VALUE));
    SortedMap<String, Importances> tensors = new TreeMap<>();
    for (int i = 0; i < entries; i++) {
      long start = position;
      String name = text("name of entry " + i, 1, MAX_NAME);
      if (tensors.put(name, entry("entry " + name)) != null) {
        throw fault(start, "entry " + name, "each name once", "it a second time");
      }
    }
    if (position == in.byteSize()) { // the oldest files end here
      long most = tensors.values().stream().mapToLong(Importances::most).max().orElse(0);
      return new ImportanceMatrix(List.of(), (int) most, 0, tensors);
    }
    int chunks = integer("number of chunks", 0, Integer.MAX_VALUE);
    String dataset = text("name of the dataset", 0, MAX_DATASET);
    List<String> datasets = dataset.isEmpty() ? List.of() : List.of(dataset);
    return new ImportanceMatrix(datasets, chunks, 0, tensors);
  }

  private Importances entry(String field) {
    int calls = integer(field + ": ncall", Integer.MIN_VALUE, Integer.MAX_VALUE);
    long start = position;
    int n = integer(field + ": nval", 1, Integer.MAX_VALUE - 8);
    if (n > (in.byteSize() - position) / 4) {
      long rest = (in.byteSize() - position) / 4;
      throw fault(start, field, n + " values", rest + ": the file is cut short or damaged");
    }
    float[] sums = new float[n];
    MemorySegment.copy(in, FLOAT, position, sums, 0, n);
    GgufImatrix.requireSums(file, field, sums);
    position += 4L * n;
    return new Importances(sums, new long[] {Math.max(1, calls)}); // ncall <= 0: the sum itself
  }

  private String text(String field, int min, int max) {
    int length = integer(field + ": length", min, max);
    need(length, field);
    byte[] bytes = in.asSlice(position, length).toArray(ValueLayout.JAVA_BYTE);
    position += length;
    return Utf8.decode(bytes);
  }

  private int integer(String field, int min, long max) {
    need(4, field);
    int value = in.get(INT, position);
    if (value < min || value > max) {
      throw fault(position, field, min + " to " + max, value + ", no importance matrix or damaged");
    }
    position += 4;
    return value;
  }

  private void need(int bytes, String field) {
    if (bytes > in.byteSize() - position) {
      throw fault(
          position,
          field,
          bytes + " bytes",
          in.byteSize() - position + ": the file is cut short or damaged");
    }
  }

  private GgufException fault(long offset, String field, String expected, String found) {
    return new GgufException(file, offset, field, expected, found);
  }

  // ---- writing -----------------------------------------------------------------------------

  /** Tensors of which no matrix has seen a token are left out. */
  static void write(ImportanceMatrix matrix, Path file) throws IOException {
    try (PartFile part = new PartFile(file)) {
      content(matrix, part.stream());
      part.finish();
    }
  }

  private static void content(ImportanceMatrix matrix, OutputStream out) throws IOException {
    SortedMap<String, Importances> tensors = new TreeMap<>(matrix.tensors());
    tensors.values().removeIf(entry -> entry.unseen() == entry.matrices());
    out.write(bytes(4).putInt(tensors.size()).array());
    for (Map.Entry<String, Importances> tensor : tensors.entrySet()) {
      text(tensor.getKey(), out);
      entry(tensor.getValue(), matrix.chunkSize(), out);
    }
    out.write(bytes(4).putInt(matrix.chunks()).array());
    text(matrix.datasets().isEmpty() ? "" : matrix.datasets().getLast(), out);
  }

  private static void text(String text, OutputStream out) throws IOException {
    byte[] utf8 = Utf8.encode(text);
    out.write(bytes(4 + utf8.length).putInt(utf8.length).put(utf8).array());
  }

  private static void entry(Importances entry, int chunkSize, OutputStream out) throws IOException {
    int calls = Math.toIntExact((entry.most() + chunkSize - 1) / chunkSize);
    float[] means = entry.means();
    ByteBuffer bytes = bytes(8 + 4 * means.length).putInt(calls).putInt(means.length);
    for (float mean : means) {
      bytes.putFloat(mean * calls);
    }
    out.write(bytes.array());
  }

  private static ByteBuffer bytes(int n) {
    return ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
  }
}
