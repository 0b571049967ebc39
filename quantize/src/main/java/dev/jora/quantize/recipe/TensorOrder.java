package dev.jora.quantize.recipe;

import dev.jora.gguf.TensorInfo;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order in which llama.cpp writes tensors. */
public final class TensorOrder {
  private static final Pattern LAYER = Pattern.compile("^blk\\.(\\d{1,9})\\.");

  private static final Comparator<TensorInfo> ORDER =
      Comparator.<TensorInfo>comparingInt(info -> layer(info.name()))
          .thenComparing(TensorInfo::name);

  private TensorOrder() {}

  /** Tensors outside the layers by name, then layer by layer, each by name. */
  public static List<OutputTensor> sorted(List<TensorInfo> tensors) {
    return tensors.stream().sorted(ORDER).map(info -> new OutputTensor(info.name(), info)).toList();
  }

  /** The layer that a name states, or -1. */
  static int layer(String name) {
    Matcher matcher = LAYER.matcher(name);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }
}
