package dev.jora.cli.common;

import java.util.Arrays;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Token ids as people write them and {@code tokenize --ids} prints them. */
public record TokenIds(int[] values) {
  /** A comma at an end of the list, or beside another. */
  private static final Pattern HOLE = Pattern.compile("(^|[\\[,])\\s*,|,\\s*(]|$)");

  /**
   * The ids of a list: numbers with spaces, commas or brackets between them.
   *
   * @throws IllegalArgumentException naming what is no id
   */
  public static TokenIds parse(String list) {
    if (HOLE.matcher(list).find()) {
      throw new IllegalArgumentException(
          "'"
              + Text.plain(list)
              + "' has a comma without a token id on each side: expected numbers, as in 1,2,3");
    }
    return new TokenIds(
        Arrays.stream(list.split("[\\s,\\[\\]]+"))
            .filter(word -> !word.isEmpty())
            .mapToInt(TokenIds::id)
            .toArray());
  }

  private static int id(String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + Text.plain(word) + "' is not a token id: expected numbers, as in 1,2,3", e);
    }
  }

  /** The ids, all of which must have a token. */
  public int[] within(int vocabularySize) {
    for (int id : values) {
      if (id < 0 || id >= vocabularySize) {
        throw new UserException(
            "token id " + id + " is outside the vocabulary, 0 to " + (vocabularySize - 1));
      }
    }
    return values;
  }

  /** For options. */
  static final class Converter implements ITypeConverter<TokenIds> {
    @Override
    public TokenIds convert(String list) {
      try {
        return parse(list);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
