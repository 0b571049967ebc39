package dev.jora.cli.terminal;

import java.lang.Character.UnicodeScript;

/**
 * Where a line may end without a space. A small part of the Unicode line breaking algorithm
 * (Standard Annex 14): between ideographs, kana and emoji, but not before what closes nor after
 * what opens; after a dash and a zero-width space.
 */
final class Breaks {
  private static final String NEVER_FIRST =
      ")]}>.,;:!?%'\"’”»…、。，．・：；？！゛゜ヽヾゝゞ々ー—～）］｝〕〉》」』】〙〗〟％‰℃" + "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ";
  private static final String NEVER_LAST = "([{<'\"‘“«（［｛〔〈《「『【〘〖〝￥＄$#@+-";

  private Breaks() {}

  /** True if a line may end between clusters that begin with these characters. */
  static boolean between(int before, int after) {
    if (before < 0x80 && after < 0x80) {
      return false;
    }
    if (before == 0x200b || before == '—' && !isIn(NEVER_FIRST, after)) {
      return true;
    }
    return (isBreakable(before) || isBreakable(after))
        && !isIn(NEVER_FIRST, after)
        && !isIn(NEVER_LAST, before)
        && !isGlue(before)
        && !isGlue(after);
  }

  private static boolean isIn(String characters, int c) {
    return characters.indexOf(c) >= 0;
  }

  private static boolean isGlue(int c) {
    return c == 0xa0 || c == 0x202f || c == 0x2060 || c == 0xfeff;
  }

  /** Wide characters but Hangul, whose words have spaces between them. */
  private static boolean isBreakable(int c) {
    return c >= 0x1100
        && Columns.ofCharacter(c) == 2
        && UnicodeScript.of(c) != UnicodeScript.HANGUL;
  }
}
