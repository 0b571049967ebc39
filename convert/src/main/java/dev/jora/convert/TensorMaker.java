package dev.jora.convert;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.checkpoint.Change;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes a tensor of a model file of what it has its elements from. */
final class TensorMaker {
  /** Types that are taken over as they are; all others become F32, which holds them. */
  private static final Set<ElementType> KEPT =
      EnumSet.of(
          ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.MXFP4, ElementType.NVFP4);

  private TensorMaker() {}

  /** Name, type and shape of the tensor that {@link #make} makes; its offset is 0. */
  static TensorInfo info(TargetTensor target) {
    Elements first = null;
    for (TargetTensor.Part part : target.parts()) {
      Elements each =
          Elements.unread(part.source().name(), type(part), part.source().shape().clone());
      for (Change change : part.changes()) {
        each = each.shaped(change);
      }
      first = first == null ? each : same(target, first, each);
    }
    return new TensorInfo(target.name(), ggml(first), shape(target, first), 0);
  }

  /** The tensor; what of it has to be made is in {@code arena}. */
  static Tensor make(TargetTensor target, Arena arena) {
    List<TargetTensor.Part> parts = target.parts();
    TensorInfo info = info(target);
    if (!target.isStacked()) {
      return new Tensor(
          info.name(), info.type(), info.shape(), read(parts.getFirst(), arena).data());
    }
    MemorySegment all = arena.allocate(info.bytes(), 64);
    long at = 0;
    for (TargetTensor.Part part : parts) {
      try (Arena own = Arena.ofShared()) { // some are made by many threads
        MemorySegment data = read(part, own).data();
        MemorySegment.copy(data, 0, all, at, data.byteSize());
        at += data.byteSize();
      }
    }
    return new Tensor(info.name(), info.type(), info.shape(), all);
  }

  private static Elements read(TargetTensor.Part part, Arena arena) {
    SourceTensor source = part.source();
    ElementType type = type(part);
    MemorySegment data = type == source.type() ? source.read(arena) : Values.floats(source, arena);
    Elements elements = new Elements(source.name(), type, source.shape().clone(), data);
    for (Change change : part.changes()) {
      elements = elements.with(change, arena);
    }
    return elements;
  }

  /** The type its elements have while they are changed, and in the end. */
  private static ElementType type(TargetTensor.Part part) {
    boolean computed =
        part.changes().stream()
            .anyMatch(
                change ->
                    change instanceof Change.Add
                        || change instanceof Change.Scale
                        || change instanceof Change.NegativeExp);
    ElementType type = part.source().type();
    return KEPT.contains(type) && !computed ? type : ElementType.F32;
  }

  private static Elements same(TargetTensor target, Elements first, Elements other) {
    if (!Arrays.equals(first.shape(), other.shape()) || first.type() != other.type()) {
      throw new SourceException(
          "tensor %s: expected %s of shape %s as that of the first expert, found %s of %s"
              .formatted(
                  other.name(),
                  first.type(),
                  Arrays.toString(first.shape()),
                  other.type(),
                  Arrays.toString(other.shape())));
    }
    return first;
  }

  private static GgmlType ggml(Elements elements) {
    return elements.type().ggml().orElseThrow();
  }

  private static Shape shape(TargetTensor target, Elements elements) {
    long[] from = elements.shape();
    int extra = target.isStacked() ? 1 : 0;
    long[] ne = new long[from.length + extra];
    for (int i = 0; i < from.length; i++) {
      ne[i] = from[from.length - 1 - i];
    }
    if (extra > 0) {
      ne[from.length] = target.parts().size();
    }
    if (ne.length > 4) {
      throw new SourceException(
          "tensor %s: expected at most 4 dimensions, found %s"
              .formatted(elements.name(), Arrays.toString(from)));
    }
    return Shape.of(ne);
  }
}
