package dev.jora.convert.source;

import dev.jora.convert.source.PickleValue.Dict;
import dev.jora.convert.source.PickleValue.Items;
import dev.jora.convert.source.PickleValue.Storage;
import dev.jora.convert.source.PickleValue.Text;
import dev.jora.convert.source.PickleValue.Truth;
import dev.jora.convert.source.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Weights as PyTorch wrote them before version 1.6: pickles, and the storages after them. */
final class TorchLegacy {
  /** The number that such a file begins with. */
  static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  /** Stands for it, since it is the one number of more than 64 bits that means something. */
  static final PickleValue MAGIC_VALUE = new Text(MAGIC.toString());

  private static final long VERSION = 1001;

  private TorchLegacy() {}

  /**
   * The tensors, in the order of the dict.
   *
   * @throws SourceException if the file breaks a rule of the format
   */
  static List<SourceTensor> read(SourceFile file) {
    PickleCursor in = new PickleCursor(file, file.data());
    if (Unpickler.read(in) != MAGIC_VALUE) {
      throw file.fault("a pickle, but not weights as torch.save writes them");
    }
    if (!(Unpickler.read(in) instanceof Whole(long version)) || version != VERSION) {
      throw file.fault("weights of PyTorch of a version other than %d", VERSION);
    }
    if (!(Unpickler.read(in) instanceof Dict system)
        || !(system.get("little_endian") instanceof Truth little)) {
      throw file.fault("expected little_endian, true or false, at byte %,d", in.position());
    }
    Map<String, Storage> storages = new HashMap<>();
    PickleValue root = Unpickler.read(in, storages);
    if (!(Unpickler.read(in) instanceof Items keys)) {
      throw file.fault("expected the list of its storages at byte %,d", in.position());
    }
    Map<String, MemorySegment> bytes = storages(file, keys, storages, in.position());
    return TorchDict.tensors(
        file,
        root,
        storage -> {
          MemorySegment there = bytes.get(storage.key());
          if (there == null) {
            throw file.fault("storage %s is missing", storage.key());
          }
          return there;
        },
        little == Truth.FALSE);
  }

  /** The bytes of the storages, one after the other, each with the number of its elements. */
  private static Map<String, MemorySegment> storages(
      SourceFile file, Items keys, Map<String, Storage> storages, long from) {
    Map<String, MemorySegment> bytes = new HashMap<>();
    long at = from;
    for (PickleValue key : keys.items) {
      if (!(key instanceof Text(String name)) || !storages.containsKey(name)) {
        throw file.fault("expected keys of storages that its tensors have");
      }
      Storage storage = storages.get(name);
      long left = file.data().byteSize() - at - Long.BYTES;
      if (left < 0 || storage.bytes() > left) {
        throw file.fault("storage %s is cut: fetch the file anew", name);
      }
      long elements = file.data().get(SourceFile.LONG, at);
      if (elements != storage.elements()) {
        throw file.fault(
            "storage %s: expected %,d elements, found %,d", name, storage.elements(), elements);
      }
      at += Long.BYTES;
      if (bytes.put(name, file.data().asSlice(at, storage.bytes())) != null) {
        throw file.fault("storage %s is listed twice", name);
      }
      at += storage.bytes();
    }
    return bytes;
  }
}
