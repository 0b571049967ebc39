package dev.jora.convert.source;

import dev.jora.convert.source.PickleValue.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Weights as PyTorch writes them: a zip archive of a pickle and the storages that it names. */
final class TorchZip {
  private static final String PICKLE = "data.pkl";
  private static final int MAX_WORD = 16;

  private final SourceFile file;
  private final ZipDirectory zip;
  private final Map<String, ZipDirectory.Entry> entries;
  private final String root;

  private TorchZip(SourceFile file) {
    this.file = file;
    this.zip = new ZipDirectory(file);
    this.entries = zip.entries();
    this.root = root();
  }

  /**
   * The tensors, in the order of the dict.
   *
   * @throws SourceException if the file breaks a rule of the format
   */
  static List<SourceTensor> read(SourceFile file) {
    return new TorchZip(file).tensors();
  }

  private List<SourceTensor> tensors() {
    boolean swapped = bigEndian();
    MemorySegment pickle = zip.checked(entries.get(root + PICKLE));
    PickleValue value = Unpickler.read(new PickleCursor(file, pickle));
    return TorchDict.tensors(file, value, this::storage, swapped);
  }

  /** The one folder that all entries are in, with its slash. */
  private String root() {
    if (entries.isEmpty()) {
      throw file.fault("an empty zip archive: expected weights of PyTorch");
    }
    String first = entries.keySet().iterator().next();
    String folder = first.substring(0, first.indexOf('/') + 1);
    for (String name : entries.keySet()) {
      if (folder.isEmpty() || !name.startsWith(folder)) {
        throw file.fault(
            "a zip archive, but not of PyTorch: expected one folder that all is in, found %s and"
                + " %s",
            first, name);
      }
      if (name.startsWith(folder + "code/") || name.equals(folder + "constants.pkl")) {
        throw file.fault(
            "a program of TorchScript, which holds code: save the state dict of its model with"
                + " torch.save");
      }
    }
    if (!entries.containsKey(folder + PICKLE)) {
      throw file.fault("a zip archive, but not of PyTorch: it has no %s%s", folder, PICKLE);
    }
    for (ZipDirectory.Entry entry : entries.values()) {
      if (!entry.stored()) {
        throw file.fault(
            "%s is compressed or encrypted, which PyTorch never does: unpack it, and save it anew"
                + " with torch.save",
            entry.name());
      }
    }
    return folder;
  }

  private boolean bigEndian() {
    ZipDirectory.Entry entry = entries.get(root + "byteorder");
    if (entry == null) {
      return false;
    }
    MemorySegment bytes = entry.bytes();
    String word =
        new String(
            bytes.asSlice(0, Math.min(MAX_WORD, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.ISO_8859_1);
    return switch (word) {
      case "little" -> false;
      case "big" -> true;
      default -> throw file.fault("byteorder: expected little or big, found %s", word);
    };
  }

  private MemorySegment storage(Storage storage) {
    ZipDirectory.Entry entry = entries.get(root + "data/" + storage.key());
    if (entry == null) {
      throw file.fault("it has no storage %sdata/%s", root, storage.key());
    }
    if (entry.bytes().byteSize() != storage.bytes()) {
      throw file.fault(
          "storage %s: expected %,d bytes, found %,d",
          entry.name(), storage.bytes(), entry.bytes().byteSize());
    }
    return entry.bytes();
  }
}
