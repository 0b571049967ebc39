package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.Embedder;
import dev.jora.engine.Engine;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.TextStream;
import dev.jora.model.Decoder;
import dev.jora.model.Pooling;
import dev.jora.model.Sequence;
import dev.jora.sampling.Penalties;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * jora as a library: the examples of docs/library.md and the README, which stand here so that they
 * compile and run.
 */
final class LibraryTest {
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");

  /** An example: what stands between its marks. */
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^ +// example: begin\\n(.*?)^ +// example: end$");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  private static String answer(Path file, String question) {
    // example: begin
    try (LoadedModel model = LoadedModel.open(file, LoadOptions.DEFAULT);
        Chat chat = Chat.with(model)) {
      SamplerChain sampler = model.sampler(SamplingParams.GREEDY);
      List<Message> messages = List.of(Message.user(question));
      Reply reply = chat.answer(messages, sampler, Chat.Options.DEFAULT, new ChatListener() {});
      return reply.message().content();
    }
    // example: end
  }

  private static void stream(LoadedModel model, Chat chat, String question, StringBuilder screen) {
    // example: begin
    SamplingParams params =
        SamplingParams.builder()
            .seed(42)
            .temperature(0.7f)
            .penalties(new Penalties.Params(64, 1.1f, 0, 0))
            .build();
    ChatListener listener =
        new ChatListener() {
          @Override
          public void text(String piece) {
            screen.append(piece);
          }
        };
    Chat.Options options = new Chat.Options(40, List.of("\n\n"), false, -1); // 40 tokens at most
    chat.answer(List.of(Message.user(question)), model.sampler(params), options, listener);
    // example: end
  }

  private static String guided(LoadedModel model, Chat chat, String question) {
    // example: begin
    chat.guide(1.5f, "You are a bored clerk."); // 1 is off
    List<Message> messages =
        List.of(Message.system("You are a cheerful host."), Message.user(question));
    SamplerChain sampler = model.sampler(SamplingParams.GREEDY);
    return chat.answer(messages, sampler, Chat.Options.DEFAULT, new ChatListener() {})
        .message()
        .content();
    // example: end
  }

  private static String continued(LoadedModel model, String text) {
    // example: begin
    try (Decoder decoder = model.decoder();
        Sequence sequence = decoder.newSequence()) {
      Generator generator = new Generator(decoder, model.tokenizer());
      int[] prompt = model.tokenizer().encode(text, true, false);
      SamplerChain sampler = model.sampler(SamplingParams.GREEDY);
      Generator.Options options = new Generator.Options(20, List.of("."), false);
      Generation generation =
          generator.generate(sequence, prompt, sampler, options, new GenerationListener() {});
      return generation.text();
    }
    // example: end
  }

  private static List<String> together(LoadedModel model, List<String> texts) {
    // example: begin
    try (Decoder decoder = model.decoder()) {
      Engine engine = new Engine(decoder);
      List<TextStream> streams = new ArrayList<>();
      for (String text : texts) { // any number, at any time between two steps
        int[] prompt = model.tokenizer().encode(text, true, false);
        SamplerChain sampler = model.sampler(SamplingParams.GREEDY);
        Generator.Options options = new Generator.Options(20, List.of("."), false);
        GenerationListener listener = new GenerationListener() {};
        Sequence sequence = decoder.newSequence(); // the decoder's close frees it, if nobody did
        TextStream stream =
            new TextStream(sequence, model.tokenizer(), prompt, sampler, options, listener);
        engine.add(stream);
        streams.add(stream);
      }
      while (engine.step()) {} // a pass for all of them
      return streams.stream().map(stream -> stream.result().text()).toList();
    }
    // example: end
  }

  /** Texts as vectors. */
  private static List<float[]> vectors(LoadedModel model, List<String> texts) {
    // example: begin
    try (Embedder embedder = new Embedder(model, Pooling.MEAN)) { // null: the file's pooling
      List<int[]> ids =
          texts.stream().map(text -> model.tokenizer().encode(text, true, true)).toList();
      List<float[]> vectors = new ArrayList<>(); // not normalised
      embedder.embed(ids, (text, rows) -> vectors.add(rows[0]), () -> false);
      return vectors;
    }
    // example: end
  }

  @Test
  void textsBecomeVectors() {
    Path bert = Shared.testdata("embeddings/bert-mean/model.gguf");
    try (LoadedModel model = LoadedModel.open(bert, LoadOptions.DEFAULT)) {
      List<float[]> vectors = vectors(model, List.of("a", "The cat sat on the mat."));
      assertEquals(2, vectors.size());
      assertEquals(model.model().hyperparameters().embeddingLength(), vectors.get(1).length);
    }
  }

  @Test
  void textsTogetherAreThoseOfEachAlone() {
    try (LoadedModel model = LoadedModel.open(DEMO, LoadOptions.DEFAULT.withContextSize(64))) {
      List<String> texts = List.of("Once upon a time", "Who are you?", "The moon");
      List<String> alone = texts.stream().map(text -> continued(model, text)).toList();
      assertEquals(alone, together(model, texts));
    }
  }

  @Test
  void answersInTenLines() {
    String answer = answer(DEMO, "Who are you?");
    assertFalse(answer.isBlank());
    assertEquals(answer, answer(DEMO, "Who are you?"));
  }

  @Test
  void answersComePieceByPiece() {
    try (LoadedModel model = LoadedModel.open(DEMO, LoadOptions.DEFAULT.withThreads(1));
        Chat chat = Chat.with(model)) {
      StringBuilder screen = new StringBuilder();
      stream(model, chat, "Who are you?", screen);
      assertFalse(guided(model, chat, "Who are you?").isEmpty());
      chat.guide(1, "");
      assertFalse(screen.toString().isBlank());
    }
  }

  @Test
  void textsGoOn() {
    try (LoadedModel model = LoadedModel.open(DEMO, LoadOptions.DEFAULT.withContextSize(64))) {
      String text = continued(model, "Once upon a time");
      assertTrue(!text.isBlank() && !text.contains("."), text);
    }
  }

  @Test
  void thePagesHaveTheExamplesThatRun() throws IOException {
    List<String> examples =
        EXAMPLE
            .matcher(read("core/src/test/java/dev/jora/chat/LibraryTest.java"))
            .results()
            .map((MatchResult match) -> match.group(1).stripTrailing().stripIndent() + "\n")
            .toList();
    assertEquals(6, examples.size());
    List<String> blocks =
        BLOCK.matcher(read("docs/library.md")).results().map(match -> match.group(1)).toList();
    assertEquals(examples, blocks, "docs/library.md");
    assertTrue(read("README.md").contains(examples.getFirst()), "README.md lacks the first");
  }

  @Test
  void thePageNamesTheVersion() throws IOException {
    Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(read("pom.xml"));
    assertTrue(version.find());
    assertTrue(read("docs/library.md").contains(version.group()), version.group());
  }

  private static String read(String file) throws IOException {
    return Files.readString(Shared.testdata("../" + file)).replace("\r\n", "\n");
  }
}
