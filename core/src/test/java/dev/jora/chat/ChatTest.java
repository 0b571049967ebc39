package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.BannedPhrases;
import dev.jora.engine.Generation;
import dev.jora.engine.Generator;
import dev.jora.engine.PromptCache;
import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;
import dev.jora.engine.VocabularyTexts;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.template.Template;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The demo model answers; greedy, so every way to the same prompt gives the same words. */
final class ChatTest {
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");
  private static final GgufMetadata METADATA = GgufFile.readMetadata(DEMO);
  private static final Tokenizer TOKENIZER = Tokenizer.from(METADATA);
  private static final TestModel MODEL =
      new TestModel(DEMO, KernelSelector.best().kernels(), 2, GgmlType.F32, 64, 512);
  private static final Chat.Options OPTIONS = new Chat.Options(60, List.of(), false, -1);
  private static final ChatListener QUIET = new ChatListener() {};

  private final PromptCache cache = new PromptCache(MODEL.decoder, -1);
  private final Chat chat = chat(ChatTemplates.of(METADATA, false), cache);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  private static Chat chat(Template template, PromptCache cache) {
    return chat(MODEL, template, cache);
  }

  private static Chat chat(TestModel model, Template template, PromptCache cache) {
    return new Chat(model.decoder, TOKENIZER, format(template), cache);
  }

  private static ChatFormat format(Template template) {
    return new ChatFormat(
        template, TOKENIZER, Map.of(), () -> LocalDateTime.of(2025, 7, 26, 12, 0));
  }

  private static SamplerChain greedy() {
    return new SamplerChain(
        SamplingParams.GREEDY, new VocabularyTexts(TOKENIZER, MODEL.model.vocabularySize()));
  }

  private Reply answer(List<Message> messages) {
    return chat.answer(messages, greedy(), OPTIONS, QUIET);
  }

  @Test
  void aSecondTurnReadsOnlyWhatIsNew() {
    Message question = Message.user("Who is Bruno?");
    Reply first = answer(List.of(question));
    assertEquals(StopReason.EOS, first.stop());
    assertTrue(first.message().content().contains("Bruno"), first.message().content());
    List<Message> all = List.of(question, first.message(), Message.user("What is 3 + 4?"));
    Reply second = answer(all);
    int fresh = second.promptTokens() - second.timings().cachedTokens();
    assertEquals(fresh, second.timings().promptTokens());
    // All of the first turn but the token that ended it, which is in the prompt of the second.
    int known = first.promptTokens() + first.ids().length - 1;
    assertEquals(known, second.timings().cachedTokens());
    try (PromptCache empty = new PromptCache(MODEL.decoder, -1)) {
      Reply anew =
          chat(ChatTemplates.of(METADATA, false), empty).answer(all, greedy(), OPTIONS, QUIET);
      assertEquals(anew.message(), second.message());
      assertEquals(0, anew.timings().cachedTokens());
    }
  }

  @Test
  void anAnswerGoesOnAsIfItHadNotBeenCut() {
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    Reply whole = answer(messages);
    Chat.Options few = new Chat.Options(7, List.of(), false, -1);
    Reply begun = chat.answer(messages, greedy(), few, QUIET);
    assertEquals(StopReason.LIMIT, begun.stop());
    Chat.Options rest = new Chat.Options(60 - 7, List.of(), false, -1);
    Reply end = chat.goOn(List.of(messages.getFirst(), begun.message()), greedy(), rest, QUIET);
    assertEquals(whole.message(), end.message());
    assertTrue(whole.message().content().startsWith(begun.message().content()));
    assertArrayEquals(
        chat.openPrompt(List.of(messages.getFirst(), whole.message())),
        chat.openPrompt(List.of(messages.getFirst(), Message.assistant(whole.message().content()))),
        "an answer that was loaded has the same tokens");
  }

  @Test
  void thinkingEndsWithItsBudget() {
    Template thinks =
        Template.parse(
            "{% for m in messages %}<|im_start|>{{ m.role }}\n"
                + "{{ m.content.split('</think>')[-1] }}<|im_end|>\n"
                + "{% endfor %}<|im_start|>assistant\n<think>\n");
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    for (int budget : new int[] {0, 5}) {
      try (PromptCache own = new PromptCache(MODEL.decoder, -1)) {
        StringBuilder thought = new StringBuilder();
        StringBuilder said = new StringBuilder();
        ChatListener listener =
            new ChatListener() {
              @Override
              public void thinking(String piece) {
                thought.append(piece);
              }

              @Override
              public void text(String piece) {
                said.append(piece);
              }
            };
        Chat.Options options = new Chat.Options(30, List.of(), false, budget);
        Reply reply = chat(thinks, own).answer(messages, greedy(), options, listener);
        assertFalse(reply.message().content().isBlank());
        assertEquals(said.toString().strip(), reply.message().content().strip());
        if (budget == 0) {
          assertNull(reply.message().reasoning());
        } else {
          assertNotNull(reply.message().reasoning());
          assertEquals(thought.toString().strip(), reply.message().reasoning().strip());
          assertTrue(TOKENIZER.encode(thought.toString(), false, false).length <= budget + 1);
        }
        assertFalse(reply.message().content().contains("think>"));
      }
    }
  }

  private static Template thinks() {
    return Template.parse(
        "{% for m in messages %}<|im_start|>{{ m.role }}\n"
            + "{{ m.content.split('</think>')[-1] }}<|im_end|>\n"
            + "{% endfor %}<|im_start|>assistant\n<think>\n");
  }

  @Test
  void whatEndsThinkingIsReadAndCountedAsPartOfTheAnswer() {
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    try (PromptCache own = new PromptCache(MODEL.decoder, -1)) {
      Chat chat = chat(thinks(), own);
      Chat.Options options = new Chat.Options(40, List.of("</think>"), false, 5);
      Reply reply = chat.answer(messages, greedy(), options, QUIET);
      int[] closing = TOKENIZER.encode(format(thinks()).reasoning().closing(), false, true);
      int thought = indexOf(closing, reply.ids());
      assertEquals(5, thought);
      assertFalse(reply.message().content().isBlank());
      Timings t = reply.timings();
      assertEquals(reply.ids().length - closing.length, t.sampledTokens());
      assertEquals(reply.promptTokens() + 1 + closing.length, t.promptTokens());
      assertEquals(t.sampledTokens() - 2, t.evalRuns());
      assertEquals(0, t.cachedTokens());
      // Another cache reads the same tokens as a prompt, and the answer goes on as it did.
      int[] begun = Arrays.copyOf(reply.ids(), thought + closing.length);
      int[] whole = join(chat.lastPrompt(), begun);
      assertArrayEquals(whole, Arrays.copyOf(own.sequence().tokens(), whole.length));
      try (PromptCache other = new PromptCache(MODEL.decoder, -1)) {
        Generator.Options rest = new Generator.Options(40 - begun.length, List.of(), false);
        Generation anew =
            new Generator(MODEL.decoder, TOKENIZER).generate(other, whole, greedy(), rest, QUIET);
        assertArrayEquals(join(begun, anew.ids()), reply.ids());
        assertEquals(anew.stop(), reply.stop());
      }
    }
  }

  /** What was taken back was not thought. */
  @Test
  void bannedPhrasesAreInNoThoughtAndCountForNoBudget() {
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    try (PromptCache own = new PromptCache(MODEL.decoder, -1)) {
      Chat chat = chat(thinks(), own);
      Chat.Options free = new Chat.Options(40, List.of(), false, 12);
      String thought = chat.answer(messages, greedy(), free, QUIET).message().reasoning();
      int[] taken = new int[1];
      ChatListener listener =
          new ChatListener() {
            @Override
            public void taken(int count) {
              taken[0] += count;
            }
          };
      int[] closing = TOKENIZER.encode(format(thinks()).reasoning().closing(), false, true);
      for (int from = 0; from < 12; from++) {
        String phrase = thought.substring(from, from + 8);
        Chat.Options options = free.withBanned(new BannedPhrases(List.of(phrase), false));
        Reply reply = chat.answer(messages, greedy(), options, listener);
        assertFalse((reply.message().reasoning() + reply.message().content()).contains(phrase));
        assertEquals(12, indexOf(closing, reply.ids()), phrase);
        assertArrayEquals(
            join(chat.lastPrompt(), Arrays.copyOf(reply.ids(), reply.ids().length - 1)),
            own.sequence().tokens());
      }
      assertTrue(taken[0] > 3, "taken back " + taken[0]);
    }
  }

  @Test
  void anAnswerWithoutThinkingGoesOnWithoutThinking() {
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    for (int budget : new int[] {0, 3}) {
      try (PromptCache own = new PromptCache(MODEL.decoder, -1)) {
        Chat chat = chat(thinks(), own);
        Chat.Options all = new Chat.Options(40, List.of(), false, budget);
        Message whole = chat.answer(messages, greedy(), all, QUIET).message();
        Chat.Options some = new Chat.Options(12, List.of(), false, budget);
        Reply begun = chat.answer(messages, greedy(), some, QUIET);
        assertEquals(StopReason.LIMIT, begun.stop());
        List<Message> both = List.of(messages.getFirst(), begun.message());
        int[] held = join(chat.lastPrompt(), begun.ids());
        assertEquals(begun.tokens(), held.length, "what ends the thinking is not lost");
        assertArrayEquals(held, chat.openPrompt(both));
        Chat.Options rest = new Chat.Options(40 - 12, List.of(), false, budget);
        Reply end = chat.goOn(both, greedy(), rest, QUIET);
        assertEquals(whole, end.message(), "budget " + budget);
      }
    }
  }

  @Test
  void answersSideBySideHaveTheirBudgets() {
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    Chat.Options options = new Chat.Options(30, List.of(), false, 4);
    try (PromptCache own = new PromptCache(MODEL.decoder, -1)) {
      Chat chat = chat(thinks(), own);
      List<SamplerChain> samplers = List.of(warm(1), warm(2), warm(3));
      List<Reply> replies =
          chat.alternatives(messages, samplers, options, List.of(QUIET, QUIET, QUIET));
      for (int i = 0; i < 3; i++) {
        Reply alone = chat.answer(messages, warm(i + 1), options, QUIET);
        assertArrayEquals(alone.ids(), replies.get(i).ids());
        assertEquals(alone.message(), replies.get(i).message());
        assertNotNull(alone.message().reasoning());
        assertFalse(alone.message().content().isBlank());
      }
    }
  }

  private static int indexOf(int[] part, int[] ids) {
    int at = 0;
    while (!Arrays.equals(part, 0, part.length, ids, at, at + part.length)) {
      at++;
    }
    return at;
  }

  private static int[] join(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  @Test
  void thinkingThatWasCutGoesOnAsThinking() {
    Template thinks =
        Template.parse(
            "{% for m in messages %}<|im_start|>{{ m.role }}\n"
                + "{{ m.content.split('</think>')[-1] }}<|im_end|>\n"
                + "{% endfor %}<|im_start|>assistant\n<think>\n");
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    try (PromptCache own = new PromptCache(MODEL.decoder, -1)) {
      Chat chat = chat(thinks, own);
      Reply whole =
          chat.answer(messages, greedy(), new Chat.Options(20, List.of(), false, -1), QUIET);
      Reply begun =
          chat.answer(messages, greedy(), new Chat.Options(9, List.of(), false, -1), QUIET);
      assertEquals("", begun.message().content());
      List<Message> both = List.of(messages.getFirst(), begun.message());
      Chat.Options rest = new Chat.Options(11, List.of(), false, -1);
      assertEquals(whole.message(), chat.goOn(both, greedy(), rest, QUIET).message());
      Message other = new Message(Message.ASSISTANT, "", "I think of a cat");
      Reply loaded = chat.goOn(List.of(messages.getFirst(), other), greedy(), rest, QUIET);
      assertTrue(loaded.message().reasoning().startsWith("I think of a cat"));
      assertEquals("", loaded.message().content());
    }
  }

  @Test
  void afterAStopStringTheAnswerGoesOnFromWhatWasShown() {
    List<Message> messages = List.of(Message.user("Who is Bruno?"));
    Chat.Options stop = new Chat.Options(60, List.of(" program"), false, -1);
    Reply cut = chat.answer(messages, greedy(), stop, QUIET);
    assertEquals(StopReason.WORD, cut.stop());
    List<Message> both = List.of(messages.getFirst(), cut.message());
    assertEquals(answer(messages).message(), chat.goOn(both, greedy(), OPTIONS, QUIET).message());
  }

  @Test
  void whoeverStopsAnAnswerKeepsWhatWasSaid() {
    ChatListener listener =
        new ChatListener() {
          private int pieces;

          @Override
          public void text(String piece) {
            pieces++;
          }

          @Override
          public boolean cancelled() {
            return pieces >= 4;
          }
        };
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    Reply cut = chat.answer(messages, greedy(), OPTIONS, listener);
    assertEquals(StopReason.INTERRUPTED, cut.stop());
    assertFalse(cut.message().content().isEmpty());
    assertTrue(answer(messages).message().content().startsWith(cut.message().content()));
  }

  @Test
  void answersSideBySideAreThoseThatWouldComeOneByOne() {
    List<Message> messages = List.of(Message.user("Tell me a story about a cat."));
    List<SamplerChain> samplers = List.of(warm(1), warm(2), warm(3));
    // The only kernels to which it is all the same how many rows a pass has.
    Kernels scalar = new ScalarKernels();
    try (TestModel model = new TestModel(DEMO, scalar, 2, GgmlType.F32, 64, 512);
        PromptCache own = new PromptCache(model.decoder, -1)) {
      Chat plain = chat(model, ChatTemplates.of(METADATA, false), own);
      List<Reply> replies =
          plain.alternatives(messages, samplers, OPTIONS, List.of(QUIET, QUIET, QUIET));
      for (int i = 0; i < 3; i++) {
        Reply alone = plain.answer(messages, warm(i + 1), OPTIONS, QUIET);
        assertEquals(alone.message(), replies.get(i).message());
        assertArrayEquals(alone.ids(), replies.get(i).ids());
        assertEquals(alone.stop(), replies.get(i).stop());
        assertEquals(alone.tokens(), replies.get(i).tokens());
      }
      assertNotEquals(replies.get(0).message(), replies.get(1).message());
    }
  }

  private static SamplerChain warm(int seed) {
    SamplingParams params = SamplingParams.builder().seed(seed).build();
    return new SamplerChain(params, new VocabularyTexts(TOKENIZER, MODEL.model.vocabularySize()));
  }
}
