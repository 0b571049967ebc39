package dev.jora.convert.source;

import java.util.SequencedMap;

/** The tensors of a checkpoint, whatever files they lie in; closing lets go of the files. */
public interface Weights extends AutoCloseable {
  /** Tensors by name, in the order in which a model file has what is made of them. */
  SequencedMap<String, SourceTensor> tensors();

  @Override
  void close();
}
