package dev.jora.convert.source;

import dev.jora.convert.source.PickleValue.Dict;
import dev.jora.convert.source.PickleValue.Text;
import dev.jora.convert.source.PickleValue.View;
import dev.jora.gguf.Utf8;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tensors in what a file of PyTorch holds. */
final class TorchDict {
  /** Where training programs put the weights beside their own numbers. */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model", "module", "model_state_dict");

  private static final int MAX_WRAPPED = 3;

  private TorchDict() {}

  /**
   * The tensors, in the order of the dict.
   *
   * @param storages finds the bytes of a storage
   * @param swapped they are big-endian
   * @throws SourceException if there are none
   */
  static List<SourceTensor> tensors(
      SourceFile file,
      PickleValue root,
      Function<PickleValue.Storage, MemorySegment> storages,
      boolean swapped) {
    Dict weights = weights(root);
    if (weights == null) {
      throw file.fault(
          "expected a dict of tensors (a state dict), at its root or under one of %s, found none",
          String.join(", ", WRAPPERS));
    }
    List<SourceTensor> tensors = new ArrayList<>();
    for (Map.Entry<PickleValue, PickleValue> entry : weights.items.entrySet()) {
      if (!(entry.getValue() instanceof View view)) {
        continue;
      }
      if (!(entry.getKey() instanceof Text(String name)) || Utf8.isEscaped(name)) {
        throw file.fault("expected texts as names of its tensors, found another key");
      }
      tensors.add(
          new MappedTensor(
              file,
              name,
              view.type(),
              view.shape(),
              view.strides(),
              storages.apply(view.storage()),
              view.offset(),
              swapped));
    }
    return tensors;
  }

  private static Dict weights(PickleValue root) {
    PickleValue at = root;
    for (int i = 0; i < MAX_WRAPPED && at instanceof Dict dict; i++) {
      Dict inner = wrapped(dict);
      if (inner == null) {
        return hasTensors(dict) ? dict : null;
      }
      at = inner;
    }
    return at instanceof Dict dict && hasTensors(dict) ? dict : null;
  }

  private static Dict wrapped(Dict dict) {
    for (String name : WRAPPERS) {
      if (dict.get(name) instanceof Dict inner && (hasTensors(inner) || hasWrapper(inner))) {
        return inner;
      }
    }
    return null;
  }

  private static boolean hasWrapper(Dict dict) {
    return WRAPPERS.stream().anyMatch(name -> dict.get(name) instanceof Dict);
  }

  private static boolean hasTensors(Dict dict) {
    return dict.items.values().stream().anyMatch(View.class::isInstance);
  }
}
