package dev.jora.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.gguf.GgufFile;
import dev.jora.testing.Shared;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Words as the normalizer and pre-tokenizer that BERT was trained with (Hugging Face's) cut them.
 */
final class WpmWordsTest {
  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of(
            "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902"
                + " \u0928\u092e\u0938\u094d\u0924\u0947",
            "\u0939\u093f\u0928\u0926\u0940|\u092e|\u0928\u092e\u0938\u0924"),
        Arguments.of(
            "\u09ac\u09be\u0982\u09b2\u09be \u0995\u09bf",
            "\u09ac\u09be\u0982\u09b2\u09be|\u0995\u09bf"),
        Arguments.of(
            "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd \u0bae\u0bca\u0bb4\u0bbf",
            "\u0ba4\u0bae\u0bbf\u0bb4|\u0bae\u0bc6\u0bbe\u0bb4\u0bbf"),
        Arguments.of("\u0c95\u0ca8\u0ccd\u0ca8\u0ca1", "\u0c95\u0ca8\u0ca8\u0ca1"),
        Arguments.of(
            "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22\u0e01\u0e47",
            "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22\u0e01"),
        Arguments.of("\u1019\u103c\u1014\u103a\u1019\u102c", "\u1019\u103c\u1014\u1019\u102c"),
        Arguments.of("\u1781\u17d2\u1798\u17c2\u179a", "\u1781\u1798\u17c2\u179a"),
        Arguments.of(
            "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd"
                + " \u05e2\u05b2\u05dc\u05b5\u05d9\u05db\u05b6\u05dd",
            "\u05e9\u05dc\u05d5\u05dd|\u05e2\u05dc\u05d9\u05db\u05dd"),
        Arguments.of(
            "\u0627\u064e\u0644\u0652\u0639\u064e\u0631\u064e\u0628\u0650\u064a\u064e\u0651\u0629\u064f",
            "\u0627\u0644\u0639\u0631\u0628\u064a\u0629"),
        Arguments.of("Ti\u1ebfng Vi\u1ec7t \u0110\u1eb8P", "tieng|viet|\u0111ep"),
        Arguments.of(
            "\u00c5ngstr\u00f6m \u0130stanbul \u039f\u0394\u039f\u03a3 \u1e9e",
            "angstrom|istanbul|\u03bf\u03b4\u03bf\u03c3|\u00df"),
        Arguments.of("\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165"),
        Arguments.of("\u304c\u3071 \u30f4", "\u304b\u306f|\u30a6"),
        Arguments.of("\u4e2d\u6587English\u6f22\u5b57", "\u4e2d|\u6587|english|\u6f22|\u5b57"),
        Arguments.of("a\u0001b\u200bc\u00add\ufeffe", "abcde"),
        Arguments.of("a\u000bb\u000cc\u0085d\u0009e\r\nf\u00a0g\u2028h\u3000i", "abcd|e|f|g|h|i"),
        Arguments.of(
            "don't $5+3=8 \u00bfqu\u00e9? \u00abx\u00bb \u20ac",
            "don|'|t|$|5|+|3|=|8|\u00bf|que|?|\u00ab|x|\u00bb|\u20ac"),
        Arguments.of("x\u20ddy\u0903z", "x\u20ddy\u0903z"),
        Arguments.of("e\u0301\u0327 \u01c4 \ufb01", "e|\u01c6|\ufb01"),
        Arguments.of(
            "\ud83d\ude00\ud83c\udffd\ufe0f\ud83d\udc69\u200d\ud83d\udd2c",
            "\ud83d\ude00\ud83c\udffd\ud83d\udc69\ud83d\udd2c"),
        Arguments.of(
            "\u0f68\u0f7c\u0f7e\u0f0b\u0f58\u0f0b\u0f4e\u0f72",
            "\u0f68|\u0f0b|\u0f58|\u0f0b|\u0f4e"),
        Arguments.of("\u0dc3\u0dd2\u0d82\u0dc4\u0dbd", "\u0dc3\u0d82\u0dc4\u0dbd"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void words(String text, String words) {
    WpmTokenizer tokenizer = (WpmTokenizer) Tokenizer.from(TinyVocabularies.wpm());
    assertEquals(words, String.join("|", tokenizer.words(text)));
  }

  @Test
  void vowelSignsStay() {
    Tokenizer tokenizer =
        Tokenizer.from(GgufFile.readMetadata(Shared.golden("tokenizers/ggml-vocab-bert-bge.gguf")));
    assertArrayEquals(
        new int[] {101, 1327, 29867, 29874, 29859, 1325, 29863, 29877, 29868, 29876, 102},
        tokenizer.encode(
            "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
            true,
            false));
  }
}
