package dev.jora.gguf;

import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model file holds, in figures: the head of what {@code jora info} prints.
 *
 * @param architecture {@code general.architecture}, or an empty string
 * @param name {@code general.name}, or an empty string
 * @param shards number of files
 * @param fileBytes bytes on disk, all shards together
 * @param tensorBytes bytes of tensor data, without padding
 * @param parameters values in all tensors
 * @param types share of each tensor type that occurs, by type number
 */
public record GgufSummary(
    String architecture,
    String name,
    int version,
    int shards,
    long fileBytes,
    long tensorBytes,
    long parameters,
    List<TypeShare> types) {

  /** The tensors of one type. */
  public record TypeShare(GgmlType type, int tensors, long parameters, long bytes) {
    private TypeShare plus(TypeShare other) {
      return new TypeShare(
          type,
          tensors + other.tensors,
          Math.addExact(parameters, other.parameters),
          Math.addExact(bytes, other.bytes));
    }
  }

  /** The figures of a file; reads its header only. */
  public static GgufSummary of(GgufFile file) {
    Map<GgmlType, TypeShare> shares = new TreeMap<>();
    for (TensorInfo info : file.infos()) {
      TypeShare share = new TypeShare(info.type(), 1, info.shape().elements(), info.bytes());
      shares.merge(info.type(), share, TypeShare::plus);
    }
    List<TypeShare> types = List.copyOf(shares.values());
    return new GgufSummary(
        file.metadata().description("general.architecture"),
        file.metadata().description("general.name"),
        file.version(),
        file.shards().size(),
        file.fileBytes(),
        types.stream().mapToLong(TypeShare::bytes).reduce(0, Math::addExact),
        types.stream().mapToLong(TypeShare::parameters).reduce(0, Math::addExact),
        types);
  }

  /** Bits of tensor data per parameter; 0 for a file without tensors. */
  public double bitsPerWeight() {
    return parameters == 0 ? 0 : 8.0 * tensorBytes / parameters;
  }
}
