package dev.jora.model.adapter;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A LoRA adapter of a GGUF file: two small matrices for some of a model's. They are copied to
 * memory, so the file may change; blocks of quantized types become float32.
 *
 * @param alpha the user's scale is multiplied with it and divided by the rank; 0: neither
 * @param pairs by the name of the model's tensor
 * @param hash over all of it
 */
public record LoraAdapter(Path file, float alpha, Map<String, Pair> pairs, String hash) {
  /** What the names of the first matrices end in. */
  static final String A = ".lora_a";

  /** And of the second. */
  static final String B = ".lora_b";

  private static final String TYPE = "general.type";
  private static final String ADAPTER_TYPE = "adapter.type";
  private static final String ARCHITECTURE = "general.architecture";
  private static final String ALPHA = "adapter.lora.alpha";

  /**
   * Two matrices, or two stacks of them.
   *
   * @param a [rank, inputs]; of a table [ids, rank]
   * @param b [outputs, rank]
   */
  public record Pair(Tensor a, Tensor b) {
    /** Values between the two. */
    long rank() {
      return b.shape().ne0();
    }
  }

  /**
   * Reads a file; whether its shapes go with the model is seen when they meet.
   *
   * @param architecture of the model
   * @throws GgufException if it is no adapter, or not of such a model; if half of a pair is
   *     missing, or a number is not finite
   */
  public static LoraAdapter read(Path path, String architecture) {
    try (GgufFile file = GgufFile.open(path)) {
      GgufMetadata metadata = file.metadata();
      require(metadata, TYPE, "adapter");
      require(metadata, ADAPTER_TYPE, "lora");
      require(metadata, ARCHITECTURE, architecture);
      float alpha = metadata.floating(ALPHA, 0);
      if (!Float.isFinite(alpha)) {
        throw metadata.fault(ALPHA, "a finite number", "" + alpha);
      }
      Map<String, Pair> pairs = new Reader(path, file.tensors()).pairs();
      file.opened().requireUnchanged();
      Hash hash = new Hash().text("alpha " + alpha);
      pairs.values().forEach(pair -> hash.tensor(pair.a()).tensor(pair.b()));
      return new LoraAdapter(path, alpha, pairs, hash.hex());
    } catch (InternalError e) {
      throw GgufException.cutWhileMapped(path, -1, "tensors", e);
    }
  }

  private static void require(GgufMetadata metadata, String key, String expected) {
    String found = metadata.string(key);
    if (!found.equals(expected)) {
      String why =
          switch (key) {
            case TYPE -> expected + ", as LoRA adapters have it";
            case ARCHITECTURE -> expected + ", the model's";
            default -> expected;
          };
      throw metadata.fault(key, why, found);
    }
  }

  /** A fault in one of its tensors. */
  GgufException fault(Tensor tensor, String expected, String found) {
    return new GgufException(file, -1, "tensor " + tensor.name(), expected, found);
  }

  /** Tensors of a file, paired. */
  private record Reader(Path file, Map<String, Tensor> tensors) {
    Map<String, Pair> pairs() {
      Map<String, Pair> pairs = new LinkedHashMap<>();
      Arena arena = Arena.ofAuto();
      for (Tensor tensor : tensors.values()) {
        String name = tensor.name();
        if (name.endsWith(A)) {
          String of = name.substring(0, name.length() - A.length());
          pairs.put(of, new Pair(copy(tensor, arena), copy(other(of + B, tensor), arena)));
        } else if (name.endsWith(B)) {
          other(name.substring(0, name.length() - B.length()) + A, tensor);
        } else {
          throw fault(name, "a name that ends in " + A + " or " + B, "another");
        }
      }
      if (pairs.isEmpty()) {
        throw new GgufException(file, -1, "tensors", "pairs of " + A + " and " + B, "none");
      }
      return pairs;
    }

    private GgufException fault(String tensor, String expected, String found) {
      return new GgufException(file, -1, "tensor " + tensor, expected, found);
    }

    private Tensor other(String name, Tensor half) {
      Tensor other = tensors.get(name);
      if (other == null) {
        throw fault(name, "it beside " + half.name(), "no such tensor");
      }
      return other;
    }

    /** A copy in memory whose values are numbers. */
    private Tensor copy(Tensor t, Arena arena) {
      Shape s = t.shape();
      if (s.elements() == 0 || s.ne3() != 1) {
        throw fault(t.name(), "a matrix of rank 1 or more, or a stack of them", s.toString());
      }
      BlockFormat format =
          BlockFormats.find(t.type())
              .orElseThrow(
                  () -> fault(t.name(), "a type that jora can compute with", t.type().name()));
      Shape shape = s.ne2() == 1 ? Shape.of(s.ne0(), s.ne1()) : Shape.of(s.ne0(), s.ne1(), s.ne2());
      boolean plain = t.type().blockSize() == 1;
      GgmlType type = plain ? t.type() : GgmlType.F32;
      MemorySegment data = arena.allocate(type.rowBytes(s.ne0()) * s.rows(), 64);
      float[] row = new float[Math.toIntExact(s.ne0())];
      for (long r = 0; r < s.rows(); r++) {
        format.dequantize(t.data(), r * t.rowBytes(), row, 0, row.length);
        for (int c = 0; c < row.length; c++) {
          if (!Float.isFinite(row[c])) {
            String found = row[c] + " in row " + r + ", column " + c;
            throw fault(t.name(), "finite numbers", found);
          }
        }
        if (!plain) {
          MemorySegment.copy(row, 0, data, ValueLayout.JAVA_FLOAT, r * 4 * row.length, row.length);
        }
      }
      if (plain) {
        data.copyFrom(t.data());
      }
      return new Tensor(t.name(), type, shape, data);
    }
  }
}
