package dev.jora.convert;

import dev.jora.convert.source.SourceException;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.Model;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether what will be written can be run, known before the first byte of it is. */
final class ModelCheck {
  /** 1, whatever floats it is read as. */
  private static final int ONE = 0x3F803F80;

  private ModelCheck() {}

  /**
   * Binds the model's tensors, as running it would, without their values.
   *
   * @param file what a fault is told of
   * @throws SourceException if numbers of the configuration are no model's, or other than those of
   *     the tensors
   */
  static void run(Path file, Map<String, GgufValue> metadata, List<TargetTensor> targets) {
    long largest =
        targets.stream().mapToLong(target -> TensorMaker.info(target).bytes()).max().orElse(0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment any = arena.allocate(Math.max(64, largest), 64); // all lie in the same place
      for (long i = 0; i < 16; i++) {
        any.setAtIndex(ValueLayout.JAVA_INT, i, ONE); // scalars are looked at
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (TargetTensor target : targets) {
        tensors.put(target.name(), tensor(target, any, arena));
      }
      Model.of(new GgufMetadata(file, metadata), tensors);
    } catch (GgufException e) {
      throw new SourceException(e.getMessage(), e);
    }
  }

  private static Tensor tensor(TargetTensor target, MemorySegment any, Arena arena) {
    if (target.parts().getFirst().source() instanceof Vector) {
      return TensorMaker.make(target, arena); // factors, which are looked at
    }
    TensorInfo info = TensorMaker.info(target);
    return new Tensor(info.name(), info.type(), info.shape(), any.asSlice(0, info.bytes()));
  }
}
