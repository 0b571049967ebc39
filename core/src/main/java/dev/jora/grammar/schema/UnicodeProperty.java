package dev.jora.grammar.schema;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Properties of characters by the names of ECMA-262, from the tables of the Java runtime. */
final class UnicodeProperty {
  /** General categories: short name, long names, and Java's numbers. */
  private static final Map<String, int[]> CATEGORIES = new HashMap<>();

  static {
    category("Lu Uppercase_Letter", Character.UPPERCASE_LETTER);
    category("Ll Lowercase_Letter", Character.LOWERCASE_LETTER);
    category("Lt Titlecase_Letter", Character.TITLECASE_LETTER);
    category("LC Cased_Letter", "Lu", "Ll", "Lt");
    category("Lm Modifier_Letter", Character.MODIFIER_LETTER);
    category("Lo Other_Letter", Character.OTHER_LETTER);
    category("L Letter", "Lu", "Ll", "Lt", "Lm", "Lo");
    category("Mn Nonspacing_Mark", Character.NON_SPACING_MARK);
    category("Mc Spacing_Mark", Character.COMBINING_SPACING_MARK);
    category("Me Enclosing_Mark", Character.ENCLOSING_MARK);
    category("M Mark Combining_Mark", "Mn", "Mc", "Me");
    category("Nd Decimal_Number digit", Character.DECIMAL_DIGIT_NUMBER);
    category("Nl Letter_Number", Character.LETTER_NUMBER);
    category("No Other_Number", Character.OTHER_NUMBER);
    category("N Number", "Nd", "Nl", "No");
    category("Pc Connector_Punctuation", Character.CONNECTOR_PUNCTUATION);
    category("Pd Dash_Punctuation", Character.DASH_PUNCTUATION);
    category("Ps Open_Punctuation", Character.START_PUNCTUATION);
    category("Pe Close_Punctuation", Character.END_PUNCTUATION);
    category("Pi Initial_Punctuation", Character.INITIAL_QUOTE_PUNCTUATION);
    category("Pf Final_Punctuation", Character.FINAL_QUOTE_PUNCTUATION);
    category("Po Other_Punctuation", Character.OTHER_PUNCTUATION);
    category("P Punctuation punct", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po");
    category("Sm Math_Symbol", Character.MATH_SYMBOL);
    category("Sc Currency_Symbol", Character.CURRENCY_SYMBOL);
    category("Sk Modifier_Symbol", Character.MODIFIER_SYMBOL);
    category("So Other_Symbol", Character.OTHER_SYMBOL);
    category("S Symbol", "Sm", "Sc", "Sk", "So");
    category("Zs Space_Separator", Character.SPACE_SEPARATOR);
    category("Zl Line_Separator", Character.LINE_SEPARATOR);
    category("Zp Paragraph_Separator", Character.PARAGRAPH_SEPARATOR);
    category("Z Separator", "Zs", "Zl", "Zp");
    category("Cc Control cntrl", Character.CONTROL);
    category("Cf Format", Character.FORMAT);
    category("Cs Surrogate", Character.SURROGATE);
    category("Co Private_Use", Character.PRIVATE_USE);
    category("Cn Unassigned", Character.UNASSIGNED);
    category("C Other", "Cc", "Cf", "Cs", "Co", "Cn");
  }

  private static final Map<String, IntPredicate> BINARY =
      Map.ofEntries(
          Map.entry("Any", c -> true),
          Map.entry("ASCII", c -> c < 0x80),
          Map.entry("Assigned", Character::isDefined),
          Map.entry("ASCII_Hex_Digit", c -> c < 0x80 && Character.digit(c, 16) >= 0),
          Map.entry("Alphabetic", Character::isAlphabetic),
          Map.entry("Uppercase", Character::isUpperCase),
          Map.entry("Lowercase", Character::isLowerCase),
          Map.entry("White_Space", UnicodeProperty::isWhiteSpace),
          Map.entry("Ideographic", Character::isIdeographic),
          Map.entry("ID_Start", Character::isUnicodeIdentifierStart),
          Map.entry("Emoji", Character::isEmoji),
          Map.entry("Emoji_Presentation", Character::isEmojiPresentation),
          Map.entry("Emoji_Modifier", Character::isEmojiModifier),
          Map.entry("Emoji_Modifier_Base", Character::isEmojiModifierBase),
          Map.entry("Emoji_Component", Character::isEmojiComponent),
          Map.entry("Extended_Pictographic", Character::isExtendedPictographic));

  private static final Map<String, String> SHORT_NAMES =
      Map.of(
          "Alpha", "Alphabetic",
          "Upper", "Uppercase",
          "Lower", "Lowercase",
          "space", "White_Space",
          "AHex", "ASCII_Hex_Digit",
          "Ideo", "Ideographic",
          "IDS", "ID_Start");

  private UnicodeProperty() {}

  private static void category(String names, int type) {
    for (String name : names.split(" ")) {
      CATEGORIES.put(name, new int[] {type});
    }
  }

  private static void category(String names, String... parts) {
    int[] types =
        Arrays.stream(parts).flatMapToInt(p -> Arrays.stream(CATEGORIES.get(p))).toArray();
    for (String name : names.split(" ")) {
      CATEGORIES.put(name, types);
    }
  }

  private static boolean isWhiteSpace(int c) {
    return c >= 9 && c <= 13 || c == 0x85 || Character.isSpaceChar(c);
  }

  /** The characters that have a property, written as between the braces; null if unknown. */
  static CharSet of(String property) {
    int sign = property.indexOf('=');
    String name = property.substring(0, Math.max(sign, 0));
    String value = property.substring(sign + 1);
    if (List.of("Script", "sc").contains(name)) {
      return script(value);
    }
    boolean category = sign < 0 || List.of("General_Category", "gc").contains(name);
    if (category && CATEGORIES.containsKey(value)) {
      long types = 0;
      for (int type : CATEGORIES.get(value)) {
        types |= 1L << type;
      }
      long wanted = types;
      return CharSet.where(c -> (wanted >> Character.getType(c) & 1) == 1);
    }
    IntPredicate test = BINARY.get(SHORT_NAMES.getOrDefault(value, value));
    return sign >= 0 || test == null ? null : CharSet.where(test);
  }

  private static CharSet script(String name) {
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(name);
      return CharSet.where(c -> Character.UnicodeScript.of(c) == script);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
