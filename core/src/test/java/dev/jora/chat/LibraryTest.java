package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** jora as a library: the example of the README, which stands here so that it compiles and runs. */
final class LibraryTest {
  private static String answer(Path file, String question) {
    // README: begin
    try (LoadedModel model = LoadedModel.open(file, LoadOptions.DEFAULT);
        Chat chat = Chat.with(model)) {
      SamplerChain sampler = model.sampler(SamplingParams.GREEDY);
      List<Message> messages = List.of(Message.user(question));
      Reply reply = chat.answer(messages, sampler, Chat.Options.DEFAULT, new ChatListener() {});
      return reply.message().content();
    }
    // README: end
  }

  @Test
  void answersInTenLines() {
    String answer = answer(Shared.testdata("jora-demo.gguf"), "Who are you?");
    assertFalse(answer.isBlank());
    assertEquals(answer, answer(Shared.testdata("jora-demo.gguf"), "Who are you?"));
  }

  @Test
  void readmeHasTheExampleThatRuns() throws IOException {
    Path source = Shared.testdata("../core/src/test/java/dev/jora/chat/LibraryTest.java");
    List<String> lines = Files.readAllLines(source);
    List<String> example =
        lines.subList(indexOf(lines, "// README: begin") + 1, indexOf(lines, "// README: end"));
    String expected = String.join("\n", example).stripIndent();
    String readme = Files.readString(Shared.testdata("../README.md"));
    assertTrue(readme.contains(expected), "README.md lacks:\n" + expected);
  }

  private static int indexOf(List<String> lines, String mark) {
    return lines.stream().map(String::strip).toList().indexOf(mark);
  }
}
