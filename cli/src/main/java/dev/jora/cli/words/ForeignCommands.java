package dev.jora.cli.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands by the names they have elsewhere. */
public final class ForeignCommands {
  private static final String NO_DOWNLOADS = "is jora pull here";
  private static final String CONVERSION = "is jora convert here";

  /** What is said of a name. */
  private static final Map<String, String> SENTENCES =
      Map.ofEntries(
          Map.entry("server", "is jora serve here"),
          Map.entry("download", NO_DOWNLOADS),
          Map.entry("get", NO_DOWNLOADS),
          Map.entry("convert_hf_to_gguf.py", CONVERSION),
          Map.entry("cli", "is jora run here, and jora chat for conversations"),
          Map.entry("main", "is jora run here, and jora chat for conversations"),
          Map.entry("completion", "is jora run here"),
          Map.entry("complete", "is jora run here"),
          Map.entry("simple", "is jora run here"),
          Map.entry("gguf-hash", "is not there: jora info shows a file"),
          Map.entry("show", "is jora info here"),
          Map.entry("embedding", "is jora embed here"),
          Map.entry("embeddings", "is jora embed here"),
          Map.entry("reranking", "is jora rerank here"),
          Map.entry("reranker", "is jora rerank here"),
          Map.entry("export-lora", "is jora merge-lora here"),
          Map.entry("convert_lora_to_gguf.py", "is jora convert ADAPTER --base MODEL here"),
          Map.entry("batched-bench", "is not there: jora bench measures one text at a time"),
          Map.entry("fit-params", "is not there: jora info -c N shows the memory a model takes"));

  /** llama.cpp's programs begin so. */
  private static final String PREFIX = "llama-";

  private ForeignCommands() {}

  /** A command line in jora's words: help and version as options, splitting as it was elsewhere. */
  public static String[] translated(String[] args) {
    if (args.length == 0) {
      return args;
    }
    List<String> rest = List.of(args).subList(1, args.length);
    return switch (args[0]) {
      case "version" -> with("--version", rest);
      case "help" -> help(rest).toArray(String[]::new);
      case "gguf-split" -> split(rest);
      case "gguf" -> isSplit(rest) ? split(rest) : args;
      default -> args;
    };
  }

  private static String[] with(String word, List<String> rest) {
    List<String> words = new ArrayList<>(List.of(word));
    words.addAll(rest);
    return words.toArray(String[]::new);
  }

  private static List<String> help(List<String> rest) {
    List<String> words = new ArrayList<>(rest);
    words.removeIf(word -> word.startsWith("-"));
    words.add("--help");
    return words;
  }

  private static boolean isSplit(List<String> rest) {
    boolean old = rest.contains("--split") || rest.contains("--merge");
    return old && rest.getFirst().startsWith("-");
  }

  private static String[] split(List<String> rest) {
    List<String> words = new ArrayList<>(rest);
    boolean merges = words.remove("--merge");
    words.removeIf("--split"::equals);
    words.add(0, merges ? "merge" : "split");
    return with("gguf", words);
  }

  /**
   * What is said of a command that is none.
   *
   * @param name as typed
   * @param own the commands there are
   * @return a sentence that begins with the name, or null
   */
  public static String sentence(String name, List<String> own) {
    if (name.endsWith(".gguf")) {
      return "'"
          + name
          + "' is a model: jora chat MODEL talks with it, jora run MODEL \"TEXT\" answers";
    }
    boolean isProgram = name.startsWith(PREFIX);
    String bare = isProgram ? name.substring(PREFIX.length()) : name;
    if (isProgram && (own.contains(bare) || bare.equals("gguf-split"))) {
      return "'" + name + "' is jora " + bare + " here";
    }
    String said = SENTENCES.get(bare);
    return said == null ? null : "'" + name + "' " + said;
  }
}
