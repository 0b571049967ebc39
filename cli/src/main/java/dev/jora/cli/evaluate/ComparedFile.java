package dev.jora.cli.evaluate;

import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.ByteStrings;
import dev.jora.gguf.FileType;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufSummary;
import dev.jora.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A model to be compared, before it has run.
 *
 * @param type by which recipe it was made: {@code Q4_K_M}; where the file does not say, the type of
 *     most of its bytes
 * @param bytes on disk
 * @param bitsPerWeight of its tensors
 */
record ComparedFile(Path path, String type, long bytes, double bitsPerWeight) {
  /** The tokens of a file. */
  private record Vocabulary(ByteStrings tokens, int rows) {}

  /**
   * Looks into all files, the base first, before any of them works for minutes.
   *
   * @throws UserException if they do not share the base's vocabulary
   */
  static List<ComparedFile> open(List<Path> paths) {
    List<ComparedFile> files = new ArrayList<>();
    Vocabulary base = null;
    for (Path path : paths) {
      try (GgufFile file = GgufFile.open(path)) {
        Vocabulary vocabulary =
            new Vocabulary(
                file.metadata().strings("tokenizer.ggml.tokens"), Model.of(file).vocabularySize());
        if (base == null) {
          base = vocabulary;
        }
        checkSame(paths.getFirst(), base, path, vocabulary);
        GgufSummary summary = GgufSummary.of(file);
        files.add(
            new ComparedFile(
                path, type(file, summary), summary.fileBytes(), summary.bitsPerWeight()));
      }
    }
    return files;
  }

  private static void checkSame(Path base, Vocabulary expected, Path path, Vocabulary found) {
    if (expected.rows != found.rows || expected.tokens.size() != found.tokens.size()) {
      boolean rows = expected.rows != found.rows;
      throw new UserException(
          "%s has a vocabulary of %d tokens, expected the %d of %s: models to compare must share it"
              .formatted(
                  path,
                  rows ? found.rows : found.tokens.size(),
                  rows ? expected.rows : expected.tokens.size(),
                  base));
    }
    for (int i = 0; i < found.tokens.size(); i++) {
      if (!expected.tokens.get(i).equals(found.tokens.get(i))) {
        throw new UserException(
            "%s has another vocabulary than %s: expected %s as token %d, found %s: models to compare must share it"
                .formatted(
                    path,
                    base,
                    Text.quoted(expected.tokens.get(i)),
                    i,
                    Text.quoted(found.tokens.get(i))));
      }
    }
  }

  private static String type(GgufFile file, GgufSummary summary) {
    return file.metadata()
        .fileType()
        .map(FileType::name)
        .orElseGet(
            () ->
                summary.types().stream()
                    .max(Comparator.comparingLong(GgufSummary.TypeShare::bytes))
                    .map(share -> share.type().name())
                    .orElse("?"));
  }

  /** The file's name without its ending. */
  String name() {
    String name = path.getFileName().toString();
    return name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
  }
}
