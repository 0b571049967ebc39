package dev.jora.quantize;

import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file to be written.
 *
 * @param path its final name
 * @param metadata pairs in order
 * @param jobs tensors in order
 */
record OutputFile(Path path, Map<String, GgufValue> metadata, List<TensorJob> jobs) {
  List<TensorInfo> infos() {
    return jobs.stream()
        .map(job -> new TensorInfo(job.name(), job.type(), job.source().shape(), 0))
        .toList();
  }

  /** Bytes of tensor data. */
  long bytes() {
    return jobs.stream().mapToLong(TensorJob::bytes).sum();
  }
}
