package dev.jora.convert.source;

import static dev.jora.convert.source.SourceFile.LONG;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.jora.fault.JsonReason;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The format safetensors: a length of 8 bytes, a header of JSON and the elements. The tensors cover
 * the data without a hole, so that a file that opens is whole.
 */
final class Safetensors {
  /** As of the reference reader. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int LENGTH = Long.BYTES;

  /** Plain string order, which is that of the bytes. */
  private static final Comparator<SourceTensor> BY_NAME =
      Comparator.comparing(
          tensor -> tensor.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private Safetensors() {}

  /**
   * The tensors, by name in plain string order.
   *
   * @throws SourceException if the file breaks a rule of the format
   */
  static List<SourceTensor> read(SourceFile file) {
    long bytes = file.data().byteSize();
    long length = bytes < LENGTH ? 0 : file.data().get(LONG, 0);
    if (length <= 0 || length > Math.min(MAX_HEADER, bytes - LENGTH)) {
      throw file.fault(
          "neither safetensors nor weights of PyTorch, or cut: %s of %,d bytes: fetch it anew",
          bytes < LENGTH ? "a file" : "a header of " + Long.toUnsignedString(length), bytes);
    }
    List<SafetensorsHeader.Entry> entries = header(file, (int) length);
    MemorySegment data = file.data().asSlice(LENGTH + length);
    requireCover(file, entries, data.byteSize());
    List<SourceTensor> tensors = new ArrayList<>();
    for (SafetensorsHeader.Entry entry : entries) {
      MemorySegment storage = data.asSlice(entry.begin(), entry.end() - entry.begin());
      tensors.add(MappedTensor.dense(file, entry.name(), entry.type(), entry.shape(), storage));
    }
    tensors.sort(BY_NAME);
    return tensors;
  }

  private static List<SafetensorsHeader.Entry> header(SourceFile file, int length) {
    byte[] bytes = file.bytes(LENGTH, length);
    if (bytes[0] != '{') {
      throw file.fault(
          "neither safetensors nor weights of PyTorch: no header that begins with { at byte 8");
    }
    try {
      String json = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new SafetensorsHeader(file, json).read();
    } catch (CharacterCodingException e) {
      throw file.fault("its header is no UTF-8: fetch it anew");
    } catch (JsonProcessingException e) {
      throw file.fault("its header is no JSON: %s", JsonReason.why(e));
    } catch (IOException e) {
      throw new IllegalStateException(e); // a text in memory
    }
  }

  /** Tensors lie one after the other from the first byte to the last. */
  private static void requireCover(
      SourceFile file, List<SafetensorsHeader.Entry> entries, long bytes) {
    entries.sort(
        Comparator.comparingLong(SafetensorsHeader.Entry::begin)
            .thenComparingLong(SafetensorsHeader.Entry::end));
    long at = 0;
    for (SafetensorsHeader.Entry entry : entries) {
      if (entry.begin() != at) {
        throw file.fault(
            "tensor %s: expected its data at %,d, where those before end, found %,d",
            entry.name(), at, entry.begin());
      }
      at = entry.end();
    }
    if (at != bytes) {
      throw file.fault(
          "expected %,d bytes of data, found %,d: %s",
          at, bytes, bytes < at ? "it was cut: fetch it anew" : "something was added to it");
    }
  }
}
