package dev.jora.hub;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Which files of a repository a model is. */
final class FileChoice {
  private static final Pattern OTHERS =
      Pattern.compile("mmproj|imatrix|mtp-|eagle3-|dflash-|dspark-");
  private static final Pattern PART = Pattern.compile("(.*-)(\\d{5})(-of-)(\\d{5})(\\.[a-z]+)");
  private static final Pattern TEXTS =
      Pattern.compile(
          "[^/]+\\.(?:json|model|jinja|tiktoken)|(?:merges|vocab)\\.txt|[^/]*_Pooling/config\\.json");
  private static final Pattern OTHER_TEXTS =
      Pattern.compile("(?:flax_model|tf_model|pytorch_model|.*onnx).*\\.json");

  private FileChoice() {}

  /**
   * The GGUF file that is asked for, of a set its first part.
   *
   * @param quant what its name has, or null: Q4_K_M, else Q8_0, else the first
   * @return null if there is none
   */
  static String gguf(List<String> paths, String quant) {
    List<String> models = paths.stream().filter(FileChoice::isModel).toList();
    for (String tag : quant != null ? List.of(quant) : List.of("Q4_K_M", "Q8_0")) {
      Pattern tagged = Pattern.compile(Pattern.quote(tag) + "[.-]", Pattern.CASE_INSENSITIVE);
      for (String path : models) {
        if (tagged.matcher(path).find()) {
          return path;
        }
      }
    }
    return quant != null || models.isEmpty() ? null : models.getFirst();
  }

  private static boolean isModel(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    Matcher part = PART.matcher(path);
    return name.endsWith(".gguf")
        && !OTHERS.matcher(name).find()
        && (!part.matches() || part.group(2).equals("00001"));
  }

  /** All parts of the set that a file belongs to; the file alone if it belongs to none. */
  static List<String> parts(String path) {
    Matcher part = PART.matcher(path);
    int count = part.matches() ? Integer.parseInt(part.group(4)) : 0;
    int index = count == 0 ? 0 : Integer.parseInt(part.group(2));
    if (index < 1 || index > count) {
      return List.of(path);
    }
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            i ->
                part.group(1)
                    + String.format(Locale.ROOT, "%05d", i)
                    + part.group(3)
                    + part.group(4)
                    + part.group(5))
        .toList();
  }

  /** The files of a checkpoint: settings, tokenizer, weights; empty if there are no weights. */
  static List<String> checkpoint(List<String> paths) {
    List<String> weights = weights(paths, "model", ".safetensors");
    boolean safe = !weights.isEmpty();
    if (!safe) {
      weights = weights(paths, "pytorch_model", ".bin");
    }
    Set<String> chosen = new HashSet<>(weights);
    return weights.isEmpty()
        ? List.of()
        : paths.stream()
            .filter(
                path ->
                    chosen.contains(path)
                        || !safe && path.equals("pytorch_model.bin.index.json")
                        || TEXTS.matcher(path).matches() && !OTHER_TEXTS.matcher(path).matches())
            .toList();
  }

  /** Those that begin as usual where there are such, else all of the kind. */
  private static List<String> weights(List<String> paths, String usual, String end) {
    List<String> all = paths.stream().filter(p -> !p.contains("/") && p.endsWith(end)).toList();
    List<String> known =
        all.stream()
            .filter(p -> p.equals(usual + end) || p.startsWith(usual) && PART.matcher(p).matches())
            .toList();
    return known.isEmpty() ? all : known;
  }
}
