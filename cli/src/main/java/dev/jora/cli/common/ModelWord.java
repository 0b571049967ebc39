package dev.jora.cli.common;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code -m} is given: a file, or a model that a store has: {@code ollama:NAME}.
 *
 * @param store its name, or null for a file
 * @param name what the store calls the model
 * @param file the file, or null
 */
record ModelWord(String store, String name, Path file) {
  private static final List<String> STORES = List.of("hf", "ollama", "lmstudio");

  /**
   * Reads a word.
   *
   * @throws IllegalArgumentException if it can be no file's name, with a sentence that says why
   */
  static ModelWord of(String text) {
    for (String store : STORES) {
      if (text.startsWith(store + ":") && !text.startsWith(store + "://")) {
        return new ModelWord(store, text.substring(store.length() + 1), null);
      }
    }
    return new ModelWord(null, null, FilePath.of(text));
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<ModelWord> {
    @Override
    public ModelWord convert(String text) {
      try {
        return of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
