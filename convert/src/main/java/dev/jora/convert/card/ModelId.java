package dev.jora.convert.card;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the name of a model says: {@code mistralai/Mixtral-8x7B-Instruct-v0.1} is Mixtral, 8x7B,
 * Instruct, v0.1 of mistralai. The rules are llama.cpp's. What a name does not say is null.
 *
 * @param name all that stands after the organization
 * @param basename the family; null too where the name has no other part, as then it may be anything
 * @param finetune what it was trained for: {@code Instruct}
 * @param sizeLabel number of its weights: {@code 7B}, {@code 8x7B}, {@code 30B-A3B}, or a word
 */
record ModelId(
    String name,
    String organization,
    String basename,
    String finetune,
    String version,
    String sizeLabel) {

  // Repetitions of groups are bounded, as Java recurs for each.
  private static final Pattern VERSION = pattern("(v|iter)?\\d+([.]\\d+){0,99}");
  private static final Pattern TYPE = pattern("i?q\\d(_\\w){0,99}|b?fp?(16|32)");
  private static final Pattern SIZE =
      pattern("((A|\\d+x)?\\d+([._]\\d+)?[KMBT]\\d?|small|mini|medium|large|x?xl)");
  private static final Pattern ACTIVE = pattern("A\\d+([._]\\d+)?[KMBT]\\d?");
  private static final Pattern DECIMAL = pattern("\\d+(\\.\\d+)?");
  private static final Pattern FINETUNE = pattern("chat|instruct|vision|lora");

  /** A word of a title that stays as it is: a version or a size. */
  private static final Pattern FIGURE = Pattern.compile("v\\d+(\\.\\d+){0,99}|\\d.*");

  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final String UNITS = " KMBT";

  private enum Kind {
    BASENAME,
    SIZE,
    FINETUNE,
    VERSION,
    TYPE
  }

  private static final class Part {
    String text;
    final Set<Kind> kinds = EnumSet.noneOf(Kind.class);

    Part(String text) {
      this.text = text;
    }
  }

  /**
   * Takes {@code id} apart.
   *
   * @param parameters number of weights, by which a size is told from the length of a context
   *     ({@code 128k}); 0 if it is not known, below zero for an adapter
   */
  static ModelId of(String id, long parameters) {
    if (id.indexOf(' ') >= 0) {
      return new ModelId(id, null, null, null, null, null);
    }
    int slash = id.indexOf('/');
    String organization = slash < 0 || id.startsWith(".") ? null : id.substring(0, slash);
    String name = id.substring(slash + 1);
    List<Part> parts = new ArrayList<>();
    for (String text : name.split("-")) {
      if (!text.isEmpty()) {
        parts.add(new Part(text));
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      annotate(parts, i, parameters);
    }
    dropWordSizes(parts);
    annotateBasename(parts);
    Set<String> seen = new HashSet<>();
    String size = join(parts, part -> part.kinds.contains(Kind.SIZE) && seen.add(part.text));
    String finetune = join(parts, part -> part.kinds.contains(Kind.FINETUNE));
    String version =
        join(
            parts,
            part -> part.kinds.contains(Kind.VERSION) && !part.kinds.contains(Kind.BASENAME));
    boolean ambiguous = size == null && finetune == null && version == null;
    String basename = ambiguous ? null : join(parts, part -> part.kinds.contains(Kind.BASENAME));
    return new ModelId(name, organization, basename, finetune, version, size);
  }

  private static void annotate(List<Part> parts, int i, long parameters) {
    Part part = parts.get(i);
    if (matches(VERSION, part.text)) {
      part.kinds.add(Kind.VERSION);
    } else if (matches(TYPE, part.text)) {
      part.kinds.add(Kind.TYPE);
      part.text = upper(part.text);
    } else if (i > 0 && matches(SIZE, part.text)) {
      part.text = normalized(part.text);
      String next = i + 1 < parts.size() ? parts.get(i + 1).text : "";
      if (isContextLength(part.text, next, parameters)) {
        part.kinds.add(Kind.FINETUNE);
        int last = part.text.length() - 1;
        part.text = part.text.substring(0, last) + lower(part.text.substring(last));
      } else {
        part.kinds.add(Kind.SIZE);
      }
    } else if (i > 0 && matches(FINETUNE, part.text)) {
      boolean redundant = parameters < 0 && lower(part.text).equals("lora");
      part.kinds.add(redundant ? Kind.TYPE : Kind.FINETUNE);
    }
  }

  /** {@code 7b1} is 7.1B, {@code 0_5b} 0.5B. */
  private static String normalized(String label) {
    String text = label.replace('_', '.');
    int last = text.length() - 1;
    if (Character.isDigit(text.charAt(last))) {
      text = text.substring(0, last - 1) + "." + text.charAt(last) + text.charAt(last - 1);
      last++;
    }
    boolean unit = last > 0 && Character.isDigit(text.charAt(last - 1));
    return unit ? text.substring(0, last) + upper(text.substring(last)) : text;
  }

  /**
   * What is eight times off the number of weights is no size of the model. An adapter need not
   * cover all layers, so for it greater ones are right; and 26B stays before an A4B that fits.
   */
  private static boolean isContextLength(String label, String next, long parameters) {
    double size = figure(label);
    if (parameters == 0 || Double.isNaN(size)) {
      return false;
    }
    long count = Math.abs(parameters);
    long sevenEighths = count - Math.ceilDiv(count, 8);
    if (matches(ACTIVE, next)
        && Math.abs(figure(normalized(next).substring(1)) - count) <= sevenEighths) {
      return false;
    }
    return parameters < 0 ? size < count / 8 : Math.abs(size - count) > sevenEighths;
  }

  /** Number of weights that a label states; NaN for one that is no plain figure. */
  private static double figure(String label) {
    int last = label.length() - 1;
    String digits = label.substring(0, last);
    if (!matches(DECIMAL, digits)) {
      return Double.NaN;
    }
    int power = UNITS.indexOf(label.charAt(last));
    return Double.parseDouble(digits) * Math.pow(1000, power);
  }

  /** Where a figure gives the size, words do not. */
  private static void dropWordSizes(List<Part> parts) {
    List<Part> sizes = parts.stream().filter(part -> part.kinds.contains(Kind.SIZE)).toList();
    if (sizes.stream().anyMatch(part -> part.text.chars().anyMatch(Character::isDigit))) {
      for (Part part : sizes) {
        if (part.text.chars().allMatch(Character::isLetter)) {
          part.kinds.remove(Kind.SIZE);
        }
      }
    }
  }

  /** The first parts, with versions between them, are the basename; what is left, a finetune. */
  private static void annotateBasename(List<Part> parts) {
    boolean atStart = true;
    for (Part part : parts) {
      boolean word = part.kinds.isEmpty() && Character.isLetter(part.text.codePointAt(0));
      if (atStart && (word || part.kinds.contains(Kind.VERSION))) {
        part.kinds.add(Kind.BASENAME);
      } else {
        atStart = false;
        if (part.kinds.isEmpty()) {
          part.kinds.add(Kind.FINETUNE);
        }
      }
    }
    for (Part part : parts.reversed()) {
      if (part.kinds.size() < 2 || !part.kinds.remove(Kind.BASENAME)) {
        break;
      }
    }
  }

  /** The parts that are so; null if there are none. */
  private static String join(List<Part> parts, Predicate<Part> which) {
    String joined =
        parts.stream().filter(which).map(part -> part.text).collect(Collectors.joining("-"));
    return joined.isEmpty() ? null : joined;
  }

  /** The name for people: words that are all in lower case get a capital. */
  static String title(String name) {
    return SPACES
        .splitAsStream(name.replace('-', ' ').strip())
        .map(word -> isLower(word) && !FIGURE.matcher(word).matches() ? capitals(word) : word)
        .collect(Collectors.joining(" "));
  }

  private static boolean isLower(String word) {
    return word.codePoints().anyMatch(Character::isLowerCase)
        && word.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  /** A capital after everything that is no letter: {@code Qwen3Moe}. */
  private static String capitals(String word) {
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (int c : word.codePoints().toArray()) {
      text.appendCodePoint(inside ? c : Character.toTitleCase(c));
      inside = Character.isLowerCase(c);
    }
    return text.toString();
  }

  private static boolean matches(Pattern pattern, String text) {
    return pattern.matcher(text).matches();
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
