package dev.jora.cli.words;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Words without an option before them: {@code jora run MODEL.gguf "a prompt"} gets {@code -m} and
 * {@code -p}.
 */
final class Positionals {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  /** Bytes that tell a text from other files. */
  private static final int FRONT = 512;

  /** What a command takes without an option, where that is not the command's own to say. */
  private enum Kind {
    /** A model and a prompt. */
    PROMPT("-p", List.of("-p", "--prompt", "-f", "--file", "-bf", "--binary-file", "--stdin")),
    /** A model and a file with a text. */
    TEXT("-f", List.of("-f", "--file", "-bf", "--binary-file")),
    /** A model and a file with messages. */
    MESSAGES("--messages", List.of("--messages")),
    /** Models. */
    MODELS(null, List.of()),
    /** A model; the rest is the command's own. */
    MODEL(null, List.of()),
    /** A model; a grammar has options of its own. */
    GRAMMAR(null, List.of()),
    /** All of it is the command's own. */
    OWN(null, List.of());

    private final String option;
    private final List<String> sources;

    Kind(String option, List<String> sources) {
      this.option = option;
      this.sources = sources;
    }

    static Kind of(String command) {
      return switch (command) {
        case "run", "chat", "tokenize" -> PROMPT;
        case "perplexity", "imatrix" -> TEXT;
        case "template" -> MESSAGES;
        case "bench" -> MODELS;
        case "detokenize", "embed", "rerank" -> MODEL;
        case "grammar" -> GRAMMAR;
        default -> OWN;
      };
    }
  }

  private final Kind kind;
  private String modelOption;
  private String sourceOption;
  private String model;
  private String source;

  Positionals(String command) {
    this.kind = Kind.of(command);
  }

  /** An option of the command's own stands on the command line. */
  void option(String name) {
    if (name.equals("-m") || name.equals("--model")) {
      modelOption = name;
    } else if (kind.sources.contains(name)) {
      sourceOption = name;
    }
  }

  /** A word without an option: the words it stands for. */
  List<String> word(String word) {
    List<String> words = new ArrayList<>();
    boolean another = model == null || kind == Kind.MODELS;
    if (kind != Kind.OWN && another && source == null && isModel(word)) {
      model = word;
      words.addAll(List.of("-m", word));
    } else if (kind.option != null && source == null) {
      source = word;
      words.addAll(
          word.startsWith("-") ? List.of(kind.option + "=" + word) : List.of(kind.option, word));
    } else if (areOwn()) {
      words.add(word);
    } else {
      throw new IllegalArgumentException(tooMany(word));
    }
    return words;
  }

  /** True if a word that is no model is the command's own to understand. */
  boolean areOwn() {
    return kind == Kind.OWN || kind == Kind.MODEL;
  }

  private String tooMany(String word) {
    String hint =
        switch (kind) {
          case PROMPT ->
              model == null && modelOption == null && isLikeFile(source)
                  ? ": '" + source + "' is no model, whose name would end in .gguf"
                  : ": a prompt of several words stands in quotes";
          case GRAMMAR ->
              ": --grammar-file takes a grammar, --json-schema-file a schema, --text-file a text";
          case MODELS -> ": a model's name ends in .gguf";
          default -> "";
        };
    return "'" + word + "' is not expected here" + hint;
  }

  /** Refuses what was given twice, and a file that cannot be words. */
  void check() {
    if (model != null && modelOption != null) {
      throw new IllegalArgumentException(
          "the model is given twice: '" + model + "' and " + modelOption);
    }
    if (source != null && sourceOption != null) {
      throw new IllegalArgumentException(
          (kind == Kind.PROMPT ? "the prompt" : "the text")
              + " is given twice: '"
              + source
              + "' and "
              + sourceOption);
    }
    if (kind == Kind.PROMPT && source != null && model == null && modelOption == null) {
      refuseFile();
    }
  }

  /** Who names a folder or an archive as the only word means a model, and nobody's words to it. */
  private void refuseFile() {
    Path path = path(source);
    boolean folder = path != null && Files.isDirectory(path);
    if (folder || path != null && isBinary(path)) {
      throw new IllegalArgumentException(
          "'%s' is a %s: give a model's file, whose name ends in .gguf; -p takes the word itself"
              .formatted(source, folder ? "folder" : "file, but no model"));
    }
  }

  /** True for a file that is there and begins with what no text has. */
  private static boolean isBinary(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      for (byte b : in.readNBytes(FRONT)) {
        if (b >= 0 && b < '\t') {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isLikeFile(String word) {
    Path path = path(word);
    return path != null && (word.matches("\\S*(/\\S*|\\.\\w+)") || Files.exists(path));
  }

  /** What a word names, if it can be a name. */
  private static Path path(String word) {
    try {
      return word == null || word.isEmpty() ? null : Path.of(word);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** True for a file's name that ends in .gguf, and for a file that begins as those do. */
  private static boolean isModel(String word) {
    if (word.toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      return true;
    }
    try {
      Path file = Path.of(word);
      if (!Files.isRegularFile(file)) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file)) {
        return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
      }
    } catch (InvalidPathException | IOException e) {
      return false;
    }
  }
}
