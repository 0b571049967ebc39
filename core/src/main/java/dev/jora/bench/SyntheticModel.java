package dev.jora.bench;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.Model;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of a real shape with random weights, made in memory or as a file: for speed, not for
 * text. It has no tokenizer. The memory lives until {@link #close}.
 */
public final class SyntheticModel implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final Arena arena;
  private final Model model;

  private SyntheticModel(Arena arena, Model model) {
    this.arena = arena;
    this.model = model;
  }

  /** Bytes that the weights of a model take. */
  public static long bytes(SyntheticSpec spec) {
    return spec.tensors().stream().mapToLong(SyntheticModel::padded).sum();
  }

  private static long padded(TensorInfo info) {
    return (info.bytes() + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Makes a model; all threads of the pool fill it. */
  public static SyntheticModel of(SyntheticSpec spec, WorkPool pool) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory = NativeMemory.allocate(arena, bytes(spec));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      List<Tensor> inOrder = new ArrayList<>();
      long at = 0;
      for (TensorInfo info : spec.tensors()) {
        MemorySegment data = memory.asSlice(at, info.bytes());
        inOrder.add(new Tensor(info.name(), info.type(), info.shape(), data));
        tensors.put(info.name(), inOrder.getLast());
        at += padded(info);
      }
      SyntheticWeights weights = new SyntheticWeights(spec);
      pool.run(
          weights.pieces().size(),
          1,
          (begin, end, worker) -> {
            for (SyntheticWeights.Piece piece : weights.pieces().subList(begin, end)) {
              MemorySegment data = inOrder.get(piece.tensor()).data();
              weights.fill(piece, data.asSlice(piece.offset(), piece.bytes()));
            }
          });
      String name = spec.toString().replace(':', '-'); // a colon is no file name everywhere
      GgufMetadata metadata = new GgufMetadata(Path.of(name), metadata(spec));
      return new SyntheticModel(arena, Model.of(metadata, tensors));
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** Writes the file that the model in memory would be read from, in little memory. */
  public static void write(SyntheticSpec spec, Path target) throws IOException {
    try (Arena scratch = Arena.ofConfined();
        GgufWriter out = GgufWriter.create(target, metadata(spec), spec.tensors())) {
      SyntheticWeights weights = new SyntheticWeights(spec);
      long most =
          weights.pieces().stream().mapToLong(SyntheticWeights.Piece::bytes).max().orElse(0);
      MemorySegment memory = scratch.allocate(most, ALIGNMENT);
      for (SyntheticWeights.Piece piece : weights.pieces()) {
        MemorySegment data = memory.asSlice(0, piece.bytes());
        weights.fill(piece, data);
        out.append(data);
      }
      out.finish();
    }
  }

  /** The model. */
  public Model model() {
    return model;
  }

  /** Frees the memory. */
  @Override
  public void close() {
    arena.close();
  }

  static Map<String, GgufValue> metadata(SyntheticSpec spec) {
    SyntheticShape s = spec.shape();
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str(s.architecture()));
    values.put("general.name", new GgufValue.Str("random " + spec));
    values.put("general.size_label", new GgufValue.Str(s.label()));
    values.put("general.file_type", integer(spec.fileType().id()));
    values.put("general.quantization_version", integer(2));
    values.putAll(s.keys());
    values.put("tokenizer.ggml.model", new GgufValue.Str("no_vocab"));
    return values;
  }

  private static GgufValue integer(int value) {
    return new GgufValue.Int(GgufType.UINT32, value);
  }
}
