package dev.jora.bench;

import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.model.Model;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of a real shape with random weights, made in memory: for speed, not for text. It has no
 * tokenizer. The memory lives until {@link #close}.
 */
public final class SyntheticModel implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  /** Pieces of a tensor that threads fill one by one. */
  private static final long PIECE_BYTES = 1 << 22;

  /** About 1 / √inputs: what keeps activations at the same size from layer to layer. */
  private static final double MAGNITUDE = 1.0 / 48;

  private final Arena arena;
  private final Model model;

  private SyntheticModel(Arena arena, Model model) {
    this.arena = arena;
    this.model = model;
  }

  /** A tensor to be made. */
  private record Plan(String name, GgmlType type, Shape shape) {
    long bytes() {
      return type.rowBytes(shape.ne0()) * shape.rows();
    }

    long padded() {
      return (bytes() + ALIGNMENT - 1) & -ALIGNMENT;
    }
  }

  /** A run of whole blocks of a tensor. */
  private record Piece(Tensor tensor, MemorySegment data) {}

  /** Bytes that the weights of a model take. */
  public static long bytes(SyntheticSpec spec) {
    return plan(spec).stream().mapToLong(Plan::padded).sum();
  }

  /** Makes a model; all threads of the pool fill it. */
  public static SyntheticModel of(SyntheticSpec spec, WorkPool pool) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory = NativeMemory.allocate(arena, bytes(spec));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      long at = 0;
      for (Plan plan : plan(spec)) {
        MemorySegment data = memory.asSlice(at, plan.bytes());
        tensors.put(plan.name(), new Tensor(plan.name(), plan.type(), plan.shape(), data));
        at += plan.padded();
      }
      fill(tensors, pool);
      return new SyntheticModel(arena, Model.of(metadata(spec), tensors));
    } catch (Throwable t) {
      arena.close();
      throw t;
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

  private static void fill(Map<String, Tensor> tensors, WorkPool pool) {
    Map<GgmlType, RandomBlocks> stocks = new EnumMap<>(GgmlType.class);
    List<Piece> pieces = new ArrayList<>();
    for (Tensor tensor : tensors.values()) {
      if (tensor.shape().dims() == 1) { // norms
        for (long i = 0; i < tensor.shape().ne0(); i++) {
          tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
        }
        continue;
      }
      stocks.computeIfAbsent(tensor.type(), type -> new RandomBlocks(type, MAGNITUDE, 1));
      long step = PIECE_BYTES / tensor.type().blockBytes() * tensor.type().blockBytes();
      for (long at = 0; at < tensor.bytes(); at += step) {
        long n = Math.min(step, tensor.bytes() - at);
        pieces.add(new Piece(tensor, tensor.data().asSlice(at, n)));
      }
    }
    pool.run(
        pieces.size(),
        1,
        (begin, end, worker) -> {
          for (int i = begin; i < end; i++) {
            Piece piece = pieces.get(i);
            stocks.get(piece.tensor().type()).fill(piece.data(), i);
          }
        });
  }

  private static List<Plan> plan(SyntheticSpec spec) {
    SyntheticShape s = spec.shape();
    long dim = s.embedding();
    long q = (long) s.heads() * s.headDim();
    long kv = (long) s.kvHeads() * s.headDim();
    List<Plan> plan = new ArrayList<>();
    plan.add(matrix("token_embd", dim, s.vocabulary(), s.tied() ? spec.better() : spec.base()));
    plan.add(norm("output_norm", dim));
    if (!s.tied()) {
      plan.add(matrix("output", dim, s.vocabulary(), spec.better()));
    }
    for (int il = 0; il < s.layers(); il++) {
      String blk = "blk." + il + ".";
      GgmlType mixed = spec.isBetter(il) ? spec.better() : spec.base();
      plan.add(norm(blk + "attn_norm", dim));
      plan.add(matrix(blk + "attn_q", dim, q, spec.base()));
      plan.add(matrix(blk + "attn_k", dim, kv, spec.base()));
      plan.add(matrix(blk + "attn_v", dim, kv, mixed));
      plan.add(matrix(blk + "attn_output", q, dim, spec.base()));
      plan.add(norm(blk + "ffn_norm", dim));
      plan.add(matrix(blk + "ffn_gate", dim, s.feedForward(), spec.base()));
      plan.add(matrix(blk + "ffn_up", dim, s.feedForward(), spec.base()));
      plan.add(matrix(blk + "ffn_down", s.feedForward(), dim, mixed));
    }
    return plan;
  }

  /** Rows that blocks of the type do not fill evenly are Q8_0, as quantizers have it. */
  private static Plan matrix(String name, long inputs, long outputs, GgmlType type) {
    GgmlType fitting = inputs % type.blockSize() == 0 ? type : GgmlType.Q8_0;
    return new Plan(name + ".weight", fitting, Shape.of(inputs, outputs));
  }

  private static Plan norm(String name, long n) {
    return new Plan(name + ".weight", GgmlType.F32, Shape.of(n));
  }

  private static GgufMetadata metadata(SyntheticSpec spec) {
    SyntheticShape s = spec.shape();
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str("llama"));
    values.put("general.name", new GgufValue.Str("random " + spec));
    values.put("general.size_label", new GgufValue.Str(s.label()));
    values.put("general.file_type", integer(spec.fileType().id()));
    values.put("llama.context_length", integer(s.context()));
    values.put("llama.embedding_length", integer(s.embedding()));
    values.put("llama.block_count", integer(s.layers()));
    values.put("llama.feed_forward_length", integer(s.feedForward()));
    values.put("llama.attention.head_count", integer(s.heads()));
    values.put("llama.attention.head_count_kv", integer(s.kvHeads()));
    values.put("llama.attention.layer_norm_rms_epsilon", new GgufValue.F32(1e-5f));
    values.put("llama.rope.dimension_count", integer(s.headDim()));
    values.put("llama.rope.freq_base", new GgufValue.F32(500000));
    String name = spec.toString().replace(':', '-'); // a colon is no file name everywhere
    return new GgufMetadata(Path.of(name), values);
  }

  private static GgufValue integer(int value) {
    return new GgufValue.Int(GgufType.UINT32, value);
  }
}
