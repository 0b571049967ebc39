package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.HeadedCall;
import dev.jora.chat.tools.CallSyntax.JsonCall;
import dev.jora.chat.tools.CallSyntax.TaggedCall;
import dev.jora.tokenizer.Vocab;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How a family of models calls tools.
 *
 * @param name how the family, or the form, is called
 * @param marks texts that give the format away: a template has all of them
 * @param opens what a section of calls begins with, the usual one first; none where calls stand by
 *     themselves
 * @param close what ends it; may be empty
 * @param several how calls of one answer stand together
 * @param call how each is written
 * @param traits what else is special
 */
public record ToolFormat(
    String name,
    List<String> marks,
    List<String> opens,
    String close,
    Several several,
    CallSyntax call,
    Traits traits) {
  /** How several calls stand together. */
  public enum Several {
    /** There is only one. */
    NONE,
    /** Each in a section of its own. */
    SECTIONS,
    /** One behind the other in one section. */
    SEQUENCE,
    /** As elements of a JSON array, even if there is only one. */
    ARRAY
  }

  /**
   * What is special.
   *
   * @param bare true: what stands in a section may also stand without
   * @param leads what may stand before the first call, of several one
   * @param text the name under which there is no call but the answer's text; or empty
   * @param idLength characters that ids of calls must have, letters and digits; 0 for any
   * @param idText the id as it follows from the values of a head; or empty
   */
  public record Traits(boolean bare, List<String> leads, String text, int idLength, String idText) {
    static final Traits NONE = new Traits(false, List.of(), "", 0, "");
    static final Traits BARE = new Traits(true, List.of(), "", 0, "");
    static final Traits NINE = new Traits(false, List.of(), "", 9, "");

    static Traits leads(String... leads) {
      return new Traits(false, List.of(leads), "", 0, "");
    }

    static Traits text(String name) {
      return new Traits(false, List.of(), name, 0, "");
    }

    static Traits id(String text) {
      return new Traits(false, List.of(), "", 0, text);
    }
  }

  public ToolFormat {
    marks = List.copyOf(marks);
    opens = List.copyOf(opens);
  }

  /** The same with marks that give it away. */
  ToolFormat marked(String... marks) {
    return new ToolFormat(name, List.of(marks), opens, close, several, call, traits);
  }

  ToolFormat with(Traits traits) {
    return new ToolFormat(name, marks, opens, close, several, call, traits);
  }

  boolean isIn(String template) {
    return !marks.isEmpty() && marks.stream().allMatch(template::contains);
  }

  /** Texts that calls begin with: no other text of an answer may hold them. */
  List<String> triggers() {
    return opens.isEmpty() ? List.of(head().literal()) : opens.stream().map(String::strip).toList();
  }

  /** What a call begins with; nothing where that is a brace. */
  Marker head() {
    return switch (call) {
      case JsonCall json -> Marker.EMPTY;
      case HeadedCall headed -> headed.head();
      case TaggedCall tagged -> tagged.head();
    };
  }

  /** An id as calls of this format must have it: itself, or one that follows from it. */
  public String fittedId(String id) {
    return ToolIds.fitted(id, traits.idLength());
  }

  /** What begins the first call and stands at the end of such a prompt already; else nothing. */
  public String begunBy(String prompt) {
    String text = prompt.stripTrailing();
    boolean begun = !traits.text().isEmpty() && text.endsWith(head().literal());
    return begun ? head().literal() : "";
  }

  /**
   * The control tokens that a {@link ToolSplitter} must see as text.
   *
   * @return ids
   */
  public BitSet shownControlTokens(Vocab vocab) {
    return vocab.hiddenPartsOf(literals().toList());
  }

  private Stream<String> literals() {
    Stream<Marker> markers =
        switch (call) {
          case JsonCall json -> Stream.of();
          case HeadedCall headed -> Stream.of(headed.head(), headed.tail());
          case TaggedCall tagged ->
              Stream.of(tagged.head(), tagged.key(), tagged.end(), tagged.tail());
        };
    Predicate<String> place = Marker::isPlace;
    return Stream.concat(
        Stream.concat(opens.stream(), Stream.of(close)),
        markers.flatMap(m -> m.parts().stream()).filter(place.negate()));
  }
}
