package dev.jora.convert;

import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A GGUF file that is to be written: all that can be known of it before the first byte. */
public interface PlannedFile extends AutoCloseable {
  /** Metadata of the file, in its order. */
  Map<String, GgufValue> metadata();

  /** Tensors of the file, in its order. */
  List<TensorInfo> tensors();

  /** What tensors are written as, in a word: {@code BF16}. */
  String type();

  /** A name for it where nobody gives one, with extension. */
  String fileName();

  /** What of the source is passed over or becomes something else, a sentence each. */
  List<String> notes();

  /** Bytes of the tensors that are written. */
  default long bytes() {
    return tensors().stream().mapToLong(TensorInfo::bytes).sum();
  }

  /**
   * Writes the file; whatever goes wrong, nothing stands under its name before it is whole.
   *
   * @throws dev.jora.convert.source.SourceException if the source is broken
   * @throws dev.jora.gguf.GgufException if somebody has written to the source meanwhile
   * @throws dev.jora.quantize.QuantizeException if a value is not finite, or the disk is too small
   * @throws java.util.concurrent.CancellationException if the listener wants an end
   */
  List<TensorResult> write(Path output, Quantizer quantizer, QuantizeListener listener)
      throws IOException;

  /** Lets go of the source's files. */
  @Override
  void close();
}
