package dev.jora.convert.card;

import dev.jora.gguf.GgufValue;
import java.util.Locale;
import java.util.Map;

/** Names of model files by GGUF's naming convention: {@code Qwen2.5-0.5B-Instruct-F16.gguf}. */
public final class FileNames {
  private static final String FALLBACK = "ggml-model";

  /** With the extension and the numbers of a split file a name stays below 255 bytes. */
  private static final int MAX_BYTES = 220;

  private FileNames() {}

  /**
   * The name of a file for a model of these keys, with extension. It is a plain name on every
   * system: what a path is made of stands in it as {@code -}.
   *
   * @param general keys of a model, as {@link GeneralKeys} has them
   * @param type the type of most tensors: {@code F16}, {@code Q8_0}
   */
  public static String of(Map<String, GgufValue> general, String type) {
    String name = part(general, "basename");
    if (name.isEmpty()) {
      name = part(general, "name");
    }
    StringBuilder file = new StringBuilder(name.isEmpty() ? FALLBACK : name);
    for (String key : new String[] {"size_label", "finetune", "version"}) {
      String part = part(general, key);
      file.append(part.isEmpty() ? "" : "-").append(part);
    }
    String end =
        "-"
            + plain(type).toUpperCase(Locale.ROOT)
            + (part(general, "type").equals("adapter") ? "-LoRA" : "");
    return cut(file.toString(), MAX_BYTES - end.length()) + end + ".gguf";
  }

  private static String part(Map<String, GgufValue> general, String key) {
    return general.get("general." + key) instanceof GgufValue.Str text ? plain(text.value()) : "";
  }

  private static String plain(String text) {
    return text.strip().replaceAll("[ \\p{Cntrl}/\\\\:*?\"<>|]", "-");
  }

  /** The start of {@code text} that has at most so many bytes of UTF-8. */
  private static String cut(String text, int bytes) {
    int end = 0;
    int used = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      used += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (used > bytes) {
        break;
      }
      end += Character.charCount(c);
    }
    return text.substring(0, end);
  }
}
