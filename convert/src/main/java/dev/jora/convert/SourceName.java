package dev.jora.convert;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a tensor of a checkpoint, taken apart.
 *
 * @param whole with {@code *} for the number of the layer and {@code #} for that of the expert
 * @param base the same without its ending
 * @param ending {@code .weight}, {@code .bias} or nothing
 * @param layer −1 if there is none
 * @param expert −1 if there is none
 */
record SourceName(String whole, String base, String ending, int layer, int expert) {
  private static final Pattern NUMBER = Pattern.compile("(?<=\\.)\\d{1,6}(?=\\.|$)");

  /** Where models of several parts have the part that reads and writes. */
  private static final Pattern TEXT_PART =
      Pattern.compile(
          "(?:thinker\\.)?(?:(model\\.)?(?:language_model|text_model)\\.(model\\.)?)?(.*)");

  static SourceName of(String name) {
    String plain =
        text(name)
            .replace("e_score_correction_bias", "e_score_correction.bias")
            .replace(".parametrizations.weight.original", ".weight")
            .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
            .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
    Matcher numbers = NUMBER.matcher(plain);
    int[] found = {-1, -1};
    int[] count = {0};
    String whole =
        numbers.replaceAll(
            (MatchResult number) -> {
              if (count[0] == 2) {
                return number.group();
              }
              found[count[0]] = Integer.parseInt(number.group());
              return count[0]++ == 0 ? "*" : "#";
            });
    String ending = whole.endsWith(".weight") ? ".weight" : whole.endsWith(".bias") ? ".bias" : "";
    return new SourceName(
        whole, whole.substring(0, whole.length() - ending.length()), ending, found[0], found[1]);
  }

  /** The name within the text part; {@code model.} once before it, if it was there. */
  private static String text(String name) {
    Matcher parts = TEXT_PART.matcher(name);
    if (!parts.matches()) {
      return name;
    }
    return (parts.group(1) != null || parts.group(2) != null ? "model." : "") + parts.group(3);
  }

  /** The same tensor, where a base model's names lack what stands before those of others. */
  SourceName behind(String beginning) {
    return new SourceName(beginning + whole, beginning + base, ending, layer, expert);
  }
}
