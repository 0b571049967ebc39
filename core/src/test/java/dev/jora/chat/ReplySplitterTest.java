package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.chat.ReasoningFormat.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thinking and answer come apart, however the reply is cut. */
final class ReplySplitterTest {
  /** What a sink got. */
  private static final class Heard implements ReplySplitter.Sink {
    final StringBuilder thinking = new StringBuilder();
    final StringBuilder content = new StringBuilder();

    @Override
    public void thinking(String text) {
      assertFalse(text.isEmpty());
      thinking.append(text);
    }

    @Override
    public void content(String text) {
      assertFalse(text.isEmpty());
      content.append(text);
    }

    @Override
    public String toString() {
      return "(" + thinking + ")" + content;
    }
  }

  private static ReasoningFormat format(String name) {
    return ReasoningFormats.all().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String split(ReasoningFormat format, Place begin, List<String> pieces) {
    Heard heard = new Heard();
    ReplySplitter splitter = ReplySplitter.of(format, begin, heard);
    for (String piece : pieces) {
      splitter.accept(piece);
    }
    splitter.finish();
    assertEquals(heard.content.toString(), splitter.content());
    assertEquals(heard.thinking.isEmpty() ? null : "" + heard.thinking, splitter.reasoning());
    return heard.toString();
  }

  private static String split(String format, Place begin, String reply) {
    return split(format(format), begin, List.of(reply.replace("\\n", "\n"))).replace("\n", "\\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '·',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "think·START·Hello·()Hello",
        "think·START·  Hello\\n·()  Hello\\n",
        "think·START·<think>\\nhm\\n</think>\\n\\nyes·(hm)yes",
        "think·START·\\n<think>hm</think>yes\\n·(hm)yes\\n",
        "think·START·<think>\\n\\n</think>\\n\\nyes·()yes",
        "think·START·<think>a < b\\n\\n  c</think>\\n\\n    code·(a < b\\n\\n  c)    code",
        "think·START·<think>never closed \\n·(never closed)",
        "think·START·<think>nearly closed</thin·(nearly closed</thin)",
        "think·START·<think>·()",
        "think·START·<thin·()<thin",
        "think·START·<thing>·()<thing>",
        "think·START·The tag <think> opens, </think> closes.·()The tag <think> opens, </think>"
            + " closes.",
        "think·START·<think>x</think>Write <think>a</think>!·(x)Write <think>a</think>!",
        "think·START·<think>x</think>\\n<think>y</think>z·(x\\n\\ny)z",
        "think·START·</think>yes·()yes",
        "think·THINKING·hm\\n</think>\\n\\nyes·(hm)yes",
        "think·THINKING·\\n<think>\\nhm\\n</think>\\n\\nyes·(hm)yes",
        "think·THINKING·all of it is thinking·(all of it is thinking)",
        "think·CLOSED·\\n\\n  yes·()  yes",
        "think·CLOSED·\\n ·()",
        "think·ANSWER·<think> is a tag·()<think> is a tag",
        "think·START·<think> hm </think> <response> yes </response>·(hm) yes",
        "think·START·<think>hm</think><response>a</response> b·(hm)a</response> b",
        "think·START·<think>hm</think>\\n<answer>\\nyes\\n</answer>\\n·(hm)yes",
        "think·START·<response> is a tag</response>·() is a tag",
        "think·START·a </response>·()a </response>",
        "mistral·START·[THINK]hm[/THINK]yes·(hm)yes",
        "mistral·START·[INST]·()[INST]",
        "command-a·START·<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>yes<|END_RESPONSE|>·(hm)yes",
        "command-a·CLOSED·<|START_RESPONSE|>yes<|END_RESPONSE|>·()yes",
        "gemma4·START·<|channel>thought\\nhm\\n<channel|>yes·(hm)yes",
        "kimi-k3·THINKING·hm<|close|>think<|sep|><|open|>response<|sep|>yes<|close|>response<|sep|><|close|>message<|sep|>·(hm)yes",
        "apriel·THINKING·1. hm\\n[BEGIN FINAL RESPONSE]\\nyes\\n[END FINAL RESPONSE]\\n·(1. hm)yes",
        "apriel·THINKING·hm[BEGIN FINAL RESPONSE]yes·(hm)yes",
        "harmony·START·<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>yes·(hm)yes",
        "harmony·START·<|channel|>final<|message|>yes<|return|>·()yes",
        "harmony·START·<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>commentary<|message|>c<|end|><|start|>assistant<|channel|>final<|message|>d·(a\\n"
            + "\\n"
            + "b)c\\n"
            + "\\n"
            + "d",
        "harmony·START·<|channel|>analysis<|message|>hm<|end|><|start|>assis·(hm)",
        "harmony·START·<|channel|>analysis<|message|>hm<|start|>assistant<|channel|>final<|message|>yes·(hm)yes",
        "harmony·START· to=functions.f<|channel|>commentary"
            + " <|constrain|>json<|message|>{}<|call|>·(){}",
        "harmony·START·Hello <b>·()Hello <b>",
        "harmony·START·to=5·()to=5",
        "harmony·START·<|channel|>analysis<|message|><|end|>yes·()yes",
        "harmony·THINKING·hm<|end|><|start|>assistant<|channel|>final<|message|>yes·(hm)yes",
        "harmony·ANSWER·yes<|return|>·()yes",
        "recipient·START· to=self<|message|>hm<|eom|><|start|>assistant"
            + " to=user<|message|>yes·(hm)yes",
        "solar·START·<|think|>hm<|end|><|begin|>assistant<|content|>yes<|end|>·(hm)yes",
        "solar·START·<|content|>yes·()yes"
      })
  void tellsThinkingFromAnswer(String format, Place begin, String reply, String expected) {
    assertEquals(expected, split(format, begin, reply));
  }

  @Test
  void withoutAFormatEverythingIsTheAnswer() {
    String reply = " <think>a</think>[THINK]\n";
    assertEquals("()" + reply, split(ReasoningFormat.NONE, Place.START, List.of(reply)));
  }

  @Test
  void textComesAsSoonAsItIsDecided() {
    Heard heard = new Heard();
    ReplySplitter splitter = ReplySplitter.of(format("think"), Place.START, heard);
    String[] pieces = {
      "\n", "<thi", "nk>\nI", " think ", "so <", "b", "</", "think>\n\nYes", ", <"
    };
    String[] expected = {
      "()",
      "()",
      "(I)",
      "(I think)",
      "(I think so)",
      "(I think so <b)",
      "(I think so <b)",
      "(I think so <b)Yes",
      "(I think so <b)Yes, <"
    };
    for (int i = 0; i < pieces.length; i++) {
      splitter.accept(pieces[i]);
      assertEquals(expected[i], heard.toString());
      assertEquals(heard.content.toString(), splitter.content());
      assertEquals(i >= 2 && i <= 6, splitter.isThinking(), "after piece " + i);
    }
  }

  @Test
  void theClosingTextEndsTheThinking() {
    for (ReasoningFormat format : ReasoningFormats.all()) {
      Heard heard = new Heard();
      ReplySplitter splitter = ReplySplitter.of(format, Place.THINKING, heard);
      splitter.accept("I wonder");
      assertTrue(splitter.isThinking(), format.name());
      splitter.accept(splitter.closingText());
      assertFalse(splitter.isThinking(), format.name());
      splitter.accept("yes");
      splitter.finish();
      assertEquals("(I wonder)yes", heard.toString(), format.name());
    }
  }

  @Test
  void anyCutGivesTheSame() {
    Random random = new Random(7);
    List<ReasoningFormat> formats = new ArrayList<>(ReasoningFormats.all());
    formats.add(ReasoningFormat.NONE);
    int thought = 0;
    for (int round = 0; round < 20_000; round++) {
      ReasoningFormat format = formats.get(round % formats.size());
      String reply = reply(format, random);
      Place begin = Place.values()[random.nextInt(4)];
      String whole = split(format, begin, List.of(reply));
      assertEquals(whole, split(format, begin, cut(reply, random)), format.name() + ": " + reply);
      assertEquals(whole, split(format, begin, cut(reply, 1)), format.name() + ": " + reply);
      thought += whole.startsWith("()") ? 0 : 1;
    }
    assertTrue(thought > 5000, thought + " replies with thinking");
  }

  private static String reply(ReasoningFormat format, Random random) {
    List<String> parts = new ArrayList<>(List.of(" ", "\n", "a", "b c", "<", "|>", "to", "é😀"));
    for (int twice = 0; twice < 2; twice++) {
      parts.addAll(format.opens());
      parts.addAll(format.closes());
      parts.addAll(format.answerOpens());
      parts.addAll(format.answerCloses());
      if (format.channels() != null) {
        parts.addAll(format.channels().headers());
        parts.addAll(format.channels().bodies());
        parts.add("x".repeat(390 + random.nextInt(20)));
      }
    }
    StringBuilder reply = new StringBuilder();
    for (int n = random.nextInt(14); n > 0; n--) {
      String part = parts.get(random.nextInt(parts.size()));
      boolean cut = random.nextInt(6) == 0;
      reply.append(cut ? part.substring(0, random.nextInt(part.length() + 1)) : part);
    }
    return reply.toString();
  }

  private static List<String> cut(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + random.nextInt(12));
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  private static List<String> cut(String text, int size) {
    List<String> pieces = new ArrayList<>();
    for (int from = 0; from < text.length(); from += size) {
      pieces.add(text.substring(from, Math.min(text.length(), from + size)));
    }
    return pieces;
  }

  /** What the splitters take for granted. */
  @Test
  void noMarkerBeginsAnother() {
    for (ReasoningFormat format : ReasoningFormats.all()) {
      List<String> before =
          Stream.of(format.opens(), format.closes(), format.answerOpens())
              .flatMap(List::stream)
              .distinct()
              .toList();
      for (List<String> markers : List.of(before, format.answerCloses())) {
        for (String marker : markers) {
          assertFalse(marker.isBlank() || !marker.equals(marker.strip()), format.name());
          assertEquals(
              1, markers.stream().filter(m -> m.startsWith(marker)).count(), format.name());
        }
      }
    }
  }

  @Test
  void longRepliesTakeNoLongerPerCharacter() {
    String reply =
        "<think>" + "so <b \n".repeat(100_000) + "</think>" + "yes </ \n".repeat(100_000);
    String whole = split(format("think"), Place.START, List.of(reply));
    assertEquals(whole, split(format("think"), Place.START, cut(reply, 5)));
    assertTrue(whole.length() > 1_400_000);
  }
}
