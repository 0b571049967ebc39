package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.Generation;
import dev.jora.engine.Generator;
import dev.jora.engine.Guidance;
import dev.jora.engine.PromptCache;
import dev.jora.engine.VocabularyTexts;
import dev.jora.fault.ParameterException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.kernel.KernelSelector;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.template.Template;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Answers that are led away from another system text. At a scale of 0 they are those of the
 * conversation with that text, which tells what the second context holds.
 */
final class GuidedChatTest {
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");
  private static final GgufMetadata METADATA = GgufFile.readMetadata(DEMO);
  private static final Tokenizer TOKENIZER = Tokenizer.from(METADATA);
  private static final TestModel MODEL =
      new TestModel(DEMO, KernelSelector.best().kernels(), 2, GgmlType.F32, 512, 512);
  private static final Chat.Options OPTIONS = new Chat.Options(30, List.of(), false, -1);
  private static final ChatListener QUIET = new ChatListener() {};
  private static final String OTHER = "Tell me about a dog.";
  private static final Message CAT = Message.user("Tell me a story about a cat.");

  private static final Template OWN = ChatTemplates.of(METADATA, false);
  private static final Template WITHOUT_SYSTEM =
      Template.parse(
          "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
              + "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
              + "<|im_start|>assistant\n");

  @AfterAll
  static void close() {
    MODEL.close();
  }

  private static ChatFormat format(Template template) {
    return new ChatFormat(
        template, TOKENIZER, Map.of(), () -> LocalDateTime.of(2025, 7, 26, 12, 0));
  }

  private static Chat chat(TestModel model, Template template, int keep) {
    PromptCache cache = new PromptCache(model.decoder, keep);
    return new Chat(model.decoder, TOKENIZER, format(template), cache);
  }

  private static Chat chat(Template template) {
    return chat(MODEL, template, -1);
  }

  private static SamplerChain greedy() {
    return new SamplerChain(
        SamplingParams.GREEDY, new VocabularyTexts(TOKENIZER, MODEL.model.vocabularySize()));
  }

  private static Reply answer(Chat chat, List<Message> messages) {
    return chat.answer(messages, greedy(), OPTIONS, QUIET);
  }

  @Test
  void theSystemTextIsReplacedWhateverTheTemplate() {
    for (Template template : List.of(OWN, WITHOUT_SYSTEM)) {
      for (List<Message> messages :
          List.of(List.of(CAT), List.of(Message.system("Be brief."), CAT))) {
        Chat guided = chat(template);
        guided.guide(0, OTHER);
        Reply expected = answer(chat(template), List.of(Message.system(OTHER), CAT));
        Reply found = answer(guided, messages);
        assertArrayEquals(expected.ids(), found.ids());
        assertEquals(expected.message(), found.message());
      }
    }
  }

  @Test
  void anAnswerIsThatOfBothPrompts() {
    ChatFormat format = format(OWN);
    Chat guided = chat(OWN);
    guided.guide(1.7f, OTHER);
    Reply found = answer(guided, List.of(CAT));
    assertNotEquals(answer(chat(OWN), List.of(CAT)).message(), found.message());
    try (PromptCache cache = new PromptCache(MODEL.decoder, -1);
        PromptCache other = new PromptCache(MODEL.decoder, -1)) {
      int[] prompt = format.prompt(List.of(CAT), true).ids();
      int[] negative = format.prompt(List.of(Message.system(OTHER), CAT), true).ids();
      Generation expected =
          new Generator(MODEL.decoder, TOKENIZER)
              .generate(
                  cache,
                  prompt,
                  new Guidance(1.7f, other, negative),
                  greedy(),
                  new Generator.Options(30, List.of(), false),
                  QUIET);
      assertArrayEquals(expected.ids(), found.ids());
    }
    assertArrayEquals(
        guided.next(List.of(CAT), QUIET).clone(),
        guided.next(List.of(CAT), QUIET),
        "what comes next, twice");
  }

  @Test
  void furtherTurnsAndWhatGoesOnAreToldTheSame() {
    Chat guided = chat(OWN);
    guided.guide(0, OTHER);
    Chat plain = chat(OWN);
    Message told = Message.system(OTHER);
    Chat.Options few = new Chat.Options(7, List.of(), false, -1);
    Reply begun = guided.answer(List.of(CAT), greedy(), few, QUIET);
    assertArrayEquals(plain.answer(List.of(told, CAT), greedy(), few, QUIET).ids(), begun.ids());
    Reply whole = guided.goOn(List.of(CAT, begun.message()), greedy(), OPTIONS, QUIET);
    Reply expected = plain.goOn(List.of(told, CAT, begun.message()), greedy(), OPTIONS, QUIET);
    assertEquals(expected.message(), whole.message());
    Message question = Message.user("Who is Bruno?");
    long bytes = guided.guidanceBytes();
    Reply next = answer(guided, List.of(CAT, whole.message(), question));
    assertEquals(
        answer(plain, List.of(told, CAT, whole.message(), question)).message(), next.message());
    assertTrue(bytes > 0 && guided.guidanceBytes() >= bytes);
    // an answer that was loaded, or given before, goes on after its words
    Chat loaded = chat(OWN);
    loaded.guide(0, OTHER);
    Reply more = loaded.goOn(List.of(CAT, begun.message()), greedy(), OPTIONS, QUIET);
    Chat apart = chat(OWN);
    assertEquals(
        apart.goOn(List.of(told, CAT, begun.message()), greedy(), OPTIONS, QUIET).message(),
        more.message());
  }

  @Test
  void alternativesAreLedAwayToo() {
    Chat guided = chat(OWN);
    guided.guide(1.7f, OTHER);
    List<Reply> replies =
        guided.alternatives(
            List.of(CAT), List.of(greedy(), greedy()), OPTIONS, List.of(QUIET, QUIET));
    guided.chose(List.of(CAT), replies.get(1));
    Chat again = chat(OWN);
    again.guide(1.7f, OTHER);
    Reply expected = answer(again, List.of(CAT));
    for (Reply reply : replies) {
      assertArrayEquals(expected.ids(), reply.ids());
    }
    List<Message> both = List.of(CAT, expected.message());
    assertArrayEquals(
        again.goOn(both, greedy(), OPTIONS, QUIET).ids(),
        guided.goOn(both, greedy(), OPTIONS, QUIET).ids());
  }

  @Test
  void whatIsOffIsAsIfItHadNeverBeen() {
    Reply plain = answer(chat(OWN), List.of(CAT));
    Chat guided = chat(OWN);
    guided.guide(1, OTHER);
    assertArrayEquals(plain.ids(), answer(guided, List.of(CAT)).ids());
    assertEquals(0, guided.guidanceBytes());
    guided.guide(3, OTHER);
    answer(guided, List.of(CAT));
    assertTrue(guided.guidanceBytes() > 0);
    assertThrows(ParameterException.class, () -> guided.guide(Float.NaN, OTHER));
    guided.guide(1, "");
    assertEquals(0, guided.guidanceBytes());
    assertArrayEquals(plain.ids(), answer(guided, List.of(CAT)).ids());
  }

  @Test
  void withoutATextTheLastTokenStandsAlone() {
    Chat guided = chat(OWN);
    guided.guide(0, "");
    int[] prompt = format(OWN).prompt(List.of(CAT), true).ids();
    Reply found = answer(guided, List.of(CAT));
    try (PromptCache cache = new PromptCache(MODEL.decoder, -1)) {
      int[] last = {prompt[prompt.length - 1]};
      Generator.Options options = new Generator.Options(30, List.of(), false);
      Generation expected =
          new Generator(MODEL.decoder, TOKENIZER).generate(cache, last, greedy(), options, QUIET);
      assertArrayEquals(expected.ids(), found.ids());
    }
  }

  /** The second context forgets its oldest as the first does, and not its system text. */
  @Test
  void bothContextsAreShifted() {
    ChatFormat format = format(OWN);
    Message told = Message.system(OTHER);
    try (TestModel small =
        new TestModel(DEMO, KernelSelector.best().kernels(), 2, GgmlType.F32, 512, 128)) {
      Chat guided = chat(small, OWN, format.opening(List.of(CAT)));
      guided.guide(0, OTHER);
      PromptCache cache = new PromptCache(small.decoder, format.opening(List.of(told, CAT)));
      Chat plain = new Chat(small.decoder, TOKENIZER, format, cache);
      List<Message> messages = new ArrayList<>(List.of(CAT));
      for (int turn = 0; turn < 6; turn++) {
        List<Message> other = new ArrayList<>(messages);
        other.addFirst(told);
        Reply expected = answer(plain, other);
        Reply found = answer(guided, messages);
        assertEquals(expected.message(), found.message(), "turn " + turn);
        messages.add(found.message());
        messages.add(Message.user("What is " + turn + " + 4?"));
      }
      assertTrue(cache.discarded() > 0);
    }
  }

  @Test
  void aThoughtThatIsEndedIsEndedInBoth() {
    Template thinks =
        Template.parse(
            "{% for m in messages %}<|im_start|>{{ m.role }}\n"
                + "{{ m.content.split('</think>')[-1] }}<|im_end|>\n"
                + "{% endfor %}<|im_start|>assistant\n<think>\n");
    for (int budget : new int[] {0, 4}) {
      Chat.Options options = new Chat.Options(20, List.of(), false, budget);
      Chat guided = chat(thinks);
      guided.guide(0, OTHER);
      Reply expected =
          chat(thinks).answer(List.of(Message.system(OTHER), CAT), greedy(), options, QUIET);
      Reply found = guided.answer(List.of(CAT), greedy(), options, QUIET);
      assertEquals(expected.message(), found.message(), "budget " + budget);
      assertFalse(found.message().content().isEmpty());
    }
  }
}
