package dev.jora.chat;

import dev.jora.tokenizer.Vocab;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How a model marks what it thinks before it answers. No marker of a list begins another of it.
 *
 * @param name how the family calls it
 * @param opens markers that open thinking, at the beginning of a reply
 * @param closes markers that end it
 * @param answerOpens markers that may stand before the answer and are no part of it
 * @param answerCloses markers that may end such an answer
 * @param closing what a model would write to come to its answer
 * @param marks texts that give the format away: a template has all of them, or a vocabulary has
 * @param channels where every message has a header, how; else null
 */
public record ReasoningFormat(
    String name,
    List<String> opens,
    List<String> closes,
    List<String> answerOpens,
    List<String> answerCloses,
    String closing,
    List<String> marks,
    Channels channels) {
  /** Where a reply begins, or goes on. */
  public enum Place {
    /** At its beginning: it may open its thinking. */
    START,
    /** Within its thinking. */
    THINKING,
    /** Between thinking that is closed and the answer. */
    CLOSED,
    /** Within its answer. */
    ANSWER
  }

  /**
   * A reply of several messages, each with a header that says whom it is for.
   *
   * @param headers how headers begin
   * @param bodies markers that end a header
   * @param thinking a text within a header, or one that ends it, of messages that are thinking
   * @param calls a text within a header of messages that call tools; may be empty
   */
  public record Channels(
      List<String> headers, List<String> bodies, String thinking, String calls) {}

  /** Nothing is marked: everything is the answer. */
  public static final ReasoningFormat NONE =
      new ReasoningFormat("none", List.of(), List.of(), List.of(), List.of(), "", List.of(), null);

  /** The same where the answer may stand between markers, too. */
  ReasoningFormat answering(String open, String close) {
    List<String> moreOpens = Stream.concat(answerOpens.stream(), Stream.of(open)).toList();
    List<String> moreCloses = Stream.concat(answerCloses.stream(), Stream.of(close)).toList();
    return new ReasoningFormat(
        name, opens, closes, moreOpens, moreCloses, closing, marks, channels);
  }

  /** True if the template has the marks. */
  boolean isIn(String template) {
    return !marks.isEmpty() && marks.stream().allMatch(template::contains);
  }

  /** True if the vocabulary has the marks as tokens. */
  boolean isIn(Predicate<String> hasToken) {
    return !marks.isEmpty() && marks.stream().allMatch(hasToken);
  }

  /**
   * Where the reply to a prompt begins: templates may open the thinking, or close it at once where
   * nobody wants any.
   *
   * @param prompt as the template rendered it
   */
  public Place placeAfter(String prompt) {
    String text = prompt.stripTrailing();
    if (opens.stream().anyMatch(text::endsWith)) {
      return Place.THINKING;
    }
    if (channels != null) {
      return channels.bodies().stream().anyMatch(text::endsWith) ? Place.ANSWER : Place.START;
    }
    return closes.stream().anyMatch(text::endsWith) ? Place.CLOSED : Place.START;
  }

  /**
   * The control tokens that a {@link ReplySplitter} must see as text. All others stay hidden.
   *
   * @return ids
   */
  public BitSet shownControlTokens(Vocab vocab) {
    return vocab.hiddenPartsOf(markers().toList());
  }

  private Stream<String> markers() {
    Stream<List<String>> lists = Stream.of(opens, closes, answerOpens, answerCloses);
    if (channels != null) {
      lists = Stream.concat(lists, Stream.of(channels.headers(), channels.bodies()));
    }
    return lists.flatMap(List::stream);
  }
}
