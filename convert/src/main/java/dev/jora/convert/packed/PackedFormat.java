package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.util.Map;
import java.util.Set;

/** A way in which checkpoints hold quantized weights. */
interface PackedFormat {
  /** Its name in messages. */
  String name();

  /** What it is called as {@code quant_method}, in lower case. */
  Set<String> methods();

  /** Whether this tensor can only be the heart of a weight that is packed this way. */
  boolean marks(SourceTensor tensor, Map<String, SourceTensor> all);

  /**
   * What unpacks a checkpoint of these settings.
   *
   * @throws dev.jora.convert.source.SourceException if they name a variant that cannot be read
   */
  Unpacker unpacker(PackedConfig config);
}
