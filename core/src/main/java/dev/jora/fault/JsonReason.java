package dev.jora.fault;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a text is no JSON, in words for those who wrote it and not for the parser's users. */
public final class JsonReason {
  private static final String VALUE = "expected a value";

  /** What the parser says, as a pattern, and what it means. */
  private record Meaning(Pattern said, String words) {
    static Meaning of(String said, String words) {
      return new Meaning(Pattern.compile(said, Pattern.DOTALL), words);
    }
  }

  private static final List<Meaning> MEANINGS =
      List.of(
          Meaning.of("No content to map.*", "the text is empty"),
          Meaning.of(
              "Unexpected end-of-input: expected close marker for Object.*",
              "unexpected end: an object is not closed"),
          Meaning.of(
              "Unexpected end-of-input: expected close marker for Array.*",
              "unexpected end: an array is not closed"),
          Meaning.of(
              "Unexpected end-of-input.*closing quote.*|Unexpected end-of-input in"
                  + " (?:VALUE_STRING|field name|character escape).*",
              "unexpected end: a string is not closed"),
          Meaning.of("Unexpected end-of-input.*", "unexpected end"),
          Meaning.of("Duplicate field '(.*)'", "the key '$1' comes twice"),
          Meaning.of("Trailing token.*", "something stands behind the end of the value"),
          Meaning.of(
              "Unexpected close marker '(.)': expected '(.)'.*", "unexpected '$1': expected '$2'"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*maybe a \\(non-standard\\) comment.*",
              "unexpected '$1': JSON has no comments"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*to start field name.*",
              "unexpected '$1': expected a key in double quotes"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*comma to separate Object.*",
              "unexpected '$1': expected ',' or '}'"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*comma to separate Array.*",
              "unexpected '$1': expected ',' or ']'"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*a colon.*",
              "unexpected '$1': expected ':' behind a key"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*hex-digit.*",
              "unexpected '$1': \\\\u needs four hexadecimal digits"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*(?:numeric|Decimal|Exponent|digit).*",
              "unexpected '$1' in a number"),
          Meaning.of(
              "Unexpected character \\('(.+)' \\(code \\d+.*valid value.*",
              "unexpected '$1': " + VALUE),
          Meaning.of("Unexpected character \\('(.+)' \\(code \\d+.*", "unexpected '$1'"),
          Meaning.of(
              "(?:Unrecognized|Non-standard) token '(.*?)'.*", "unknown word '$1': " + VALUE),
          Meaning.of(
              "Illegal unquoted character \\(\\(CTRL-CHAR, code (\\d+)\\)\\).*",
              "a control character (code $1) stands in a string: write it as an escape"),
          Meaning.of(
              "Illegal character \\(.*code (\\d+).*",
              "a control character (code $1) stands between values"),
          Meaning.of(
              "Unrecognized character escape '(.+)' \\(code.*", "'\\\\$1' is no escape of JSON"),
          Meaning.of(
              "Invalid numeric value: Leading zeroes.*", "a number begins with a needless 0"),
          Meaning.of(
              ".*nesting depth \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*",
              "values are nested $1 deep, and at most $2 is taken"),
          Meaning.of(
              "Number value length \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*",
              "a number has $1 characters, and at most $2 are taken"));

  private JsonReason() {}

  /** Where a text is no JSON, and why: {@code line 1, column 2: not JSON: unexpected end}. */
  public static String of(JsonProcessingException e) {
    JsonLocation at = e.getLocation(); // none where the text is too deep
    String place = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
    return (place.isEmpty() ? "" : place + ": ") + "not JSON: " + why(e);
  }

  /** Why alone, in one line. */
  public static String why(JsonProcessingException e) {
    return why(e.getOriginalMessage()).replaceAll("\\p{Cntrl}", " ");
  }

  private static String why(String message) {
    for (Meaning meaning : MEANINGS) {
      Matcher matcher = meaning.said().matcher(message);
      if (matcher.matches()) {
        return matcher.replaceFirst(meaning.words());
      }
    }
    return message
        .replaceAll("(?s)[ ;]*\\((?:start marker at|for \\w+ starting at) .*", "")
        .replaceAll(" \\(not recognized as one since Feature [^)]*\\)", "")
        .replaceAll(", from `[^`]*`", "")
        .replaceAll(": enable `[^`]*` to allow", "");
  }
}
