package dev.jora.gguf;

import java.util.Set;

/** What a GGUF file may be besides a model, and how such a file is known. */
public enum FileKind {
  IMATRIX(
      Set.of("imatrix"),
      "imatrix.chunk_count",
      "an importance matrix: give the model it was measured on"),
  ADAPTER(
      Set.of("adapter"),
      "adapter.type",
      "a LoRA adapter: give the model that it was trained for, and it beside that"),
  MMPROJ(
      Set.of("mmproj", "clip", "clip-vision"),
      "clip.projector_type",
      "a projector of images or sound: give the language model that it belongs to"),
  CONTROL_VECTOR(
      Set.of("controlvector"),
      "controlvector.layer_count",
      "a control vector: give the model that it steers");

  private static final String TYPE = "general.type";
  private static final String ARCHITECTURE = "general.architecture";
  private static final String MODEL = "model";

  private final Set<String> names;
  private final String mark;
  private final String words;

  /**
   * @param names values of {@code general.type} or {@code general.architecture}
   * @param mark a key of its files, for those that name neither
   * @param words what it is, and what to give instead
   */
  FileKind(Set<String> names, String mark, String words) {
    this.names = names;
    this.mark = mark;
    this.words = words;
  }

  /**
   * Refuses what is no model. The word of {@code general.type} alone is no reason to: a file with
   * an architecture and a type that is not in this table passes.
   *
   * @throws GgufException that says what the file is
   */
  public static void requireModel(GgufMetadata metadata) {
    boolean nameless = !metadata.contains(ARCHITECTURE);
    for (FileKind kind : values()) {
      for (String key : new String[] {TYPE, ARCHITECTURE}) {
        String name = metadata.description(key);
        if (kind.names.contains(name)) {
          throw metadata.fault(key, "that of a model", name + ", " + kind.words);
        }
      }
      if (nameless && metadata.contains(kind.mark)) {
        throw metadata.fault(ARCHITECTURE, "that of a model", kind.words);
      }
    }
    String type = metadata.description(TYPE);
    if (nameless && !type.isEmpty() && !type.equals(MODEL)) {
      throw metadata.fault(TYPE, "that of a model", type);
    }
  }
}
