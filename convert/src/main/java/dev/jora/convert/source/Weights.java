package dev.jora.convert.source;

import dev.jora.gguf.OpenedFiles;
import java.util.SequencedMap;

/** The tensors of a checkpoint, whatever files they lie in; closing lets go of the files. */
public interface Weights extends AutoCloseable {
  /** Tensors by name, in the order in which a model file has what is made of them. */
  SequencedMap<String, SourceTensor> tensors();

  /**
   * The mapped files as they were when they were opened: what is read from one that somebody has
   * cut or written to is worth nothing.
   */
  default OpenedFiles opened() {
    return OpenedFiles.NONE;
  }

  /** Lets go of memory that holds what was read: mapped files count as resident. */
  default void release() {}

  @Override
  void close();
}
