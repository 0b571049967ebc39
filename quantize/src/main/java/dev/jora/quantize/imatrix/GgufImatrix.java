package dev.jora.quantize.imatrix;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Importance matrices as GGUF: per weight {@code NAME.in_sum2} float32[n_mat, ne0] and {@code
 * NAME.counts} float32[n_mat, 1], in order of name.
 */
final class GgufImatrix {
  private static final String TYPE = "general.type";
  private static final String DATASETS = "imatrix.datasets";
  private static final String CHUNKS = "imatrix.chunk_count";
  private static final String CHUNK_SIZE = "imatrix.chunk_size";
  private static final String SUMS = ".in_sum2";
  private static final String COUNTS = ".counts";

  /** Counts up to here are exact in every step from a float to a sum. */
  private static final double MOST = 0x1p53;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private GgufImatrix() {}

  static ImportanceMatrix read(Path path) {
    try (GgufFile file = GgufFile.openAlone(path)) {
      GgufMetadata metadata = file.metadata();
      if (!metadata.contains(CHUNKS)) {
        String type = metadata.string(TYPE, "model");
        throw metadata.fault(CHUNKS, "an importance matrix", "a file of type " + type);
      }
      SortedMap<String, Importances> tensors = new TreeMap<>();
      for (TensorInfo info : file.infos()) {
        String name = info.name();
        if (name.endsWith(SUMS)) {
          String weight = name.substring(0, name.length() - SUMS.length());
          tensors.put(weight, importances(file, name, weight + COUNTS));
        } else if (name.endsWith(COUNTS)) {
          file.tensor(name.substring(0, name.length() - COUNTS.length()) + SUMS); // must be there
        }
      }
      if (tensors.isEmpty()) {
        throw new GgufException(path, -1, "tensors", "at least one NAME" + SUMS, "none");
      }
      return new ImportanceMatrix(
          metadata.strings(DATASETS),
          metadata.integerIn(CHUNKS, 0, Integer.MAX_VALUE),
          metadata.integerIn(CHUNK_SIZE, 1, Integer.MAX_VALUE),
          tensors);
    }
  }

  private static Importances importances(GgufFile file, String sumsName, String countsName) {
    Tensor sums = file.tensor(sumsName);
    Tensor counts = file.tensor(countsName);
    if (counts.shape().elements() != sums.shape().rows()) {
      throw new GgufException(
          file.path(),
          -1,
          "tensor " + countsName,
          "as many values as " + sumsName + " " + sums.shape() + " has rows",
          counts.shape().toString());
    }
    float[] sum = floats(file, sums);
    float[] count = floats(file, counts);
    long[] rounded = new long[count.length];
    for (int i = 0; i < count.length; i++) {
      if (!(Math.abs(count[i]) <= MOST)) {
        throw value(file.path(), countsName, i, "a count of at most 2^53", count[i]);
      }
      rounded[i] = Math.round((double) count[i]);
    }
    requireSums(file.path(), sumsName, sum);
    return new Importances(sum, rounded);
  }

  private static float[] floats(GgufFile file, Tensor tensor) {
    long n = tensor.shape().elements();
    if (tensor.type() != GgmlType.F32 || n > Integer.MAX_VALUE - 8) {
      throw new GgufException(
          file.path(),
          -1,
          "tensor " + tensor.name(),
          "less than 2^31 values of type F32",
          tensor.shape() + " of type " + tensor.type());
    }
    try {
      return tensor.data().toArray(FLOAT);
    } catch (InternalError e) {
      throw GgufException.cutWhileMapped(file.path(), -1, "tensor " + tensor.name(), e);
    }
  }

  /** Sums of squares are finite and not below 0. */
  static void requireSums(Path file, String tensor, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      if (!(sums[i] >= 0 && sums[i] <= Float.MAX_VALUE)) {
        throw value(file, tensor, i, "a finite sum of squares", sums[i]);
      }
    }
  }

  private static GgufException value(Path file, String tensor, int i, String expected, float x) {
    return new GgufException(file, -1, "value " + i + " of " + tensor, expected, "" + x);
  }

  static void write(ImportanceMatrix matrix, Path file) throws IOException {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put(TYPE, new GgufValue.Str("imatrix"));
    metadata.put(DATASETS, new GgufValue.Strs(matrix.datasets()));
    metadata.put(CHUNKS, new GgufValue.Int(GgufType.UINT32, matrix.chunks()));
    metadata.put(CHUNK_SIZE, new GgufValue.Int(GgufType.UINT32, matrix.chunkSize()));
    List<TensorInfo> infos = new ArrayList<>();
    matrix
        .tensors()
        .forEach(
            (name, entry) -> {
              infos.add(info(name + SUMS, entry.columns(), entry.matrices()));
              infos.add(info(name + COUNTS, 1, entry.matrices()));
            });
    try (GgufWriter out = GgufWriter.create(file, metadata, infos)) {
      for (Importances entry : matrix.tensors().values()) {
        append(out, entry.sums());
        float[] counts = new float[entry.matrices()];
        for (int i = 0; i < counts.length; i++) {
          counts[i] = entry.counts()[i];
        }
        append(out, counts);
      }
      out.finish();
    }
  }

  /** A single matrix has one dimension, as ggml leaves out those of extent 1 at the end. */
  private static TensorInfo info(String name, int columns, int matrices) {
    Shape shape = matrices == 1 ? Shape.of(columns) : Shape.of(columns, matrices);
    return new TensorInfo(name, GgmlType.F32, shape, 0);
  }

  private static void append(GgufWriter out, float[] values) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(4, values.length)]);
    MemorySegment.copy(values, 0, bytes, FLOAT, 0, values.length);
    out.append(bytes);
  }
}
