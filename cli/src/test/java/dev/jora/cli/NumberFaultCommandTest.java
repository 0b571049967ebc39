package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.BrokenModel;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that compute no numbers, as users of every command meet them. */
class NumberFaultCommandTest {
  /** The token of the letter g, which comes late in the text below. */
  private static final int LATE = 72;

  private static final String TEXT =
      "Once upon a time there was a cat. ".repeat(20) + "dog" + " A cat sat on it.".repeat(20);

  private static final Pattern NO_NUMBER = Pattern.compile("\\b(NaN|Infinity|nan|inf)\\b(?![/.])");

  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Path model(String name) {
    return Shared.testdata("architectures/" + name + "/model.gguf");
  }

  private void broken(String model, String tensor, int row, int column, float value)
      throws IOException {
    BrokenModel place = new BrokenModel(tensor, row, column, value);
    place.copy(model(model), folder.resolve("broken.gguf"));
  }

  private JoraProcess.Result run(String words) throws Exception {
    Files.writeString(folder.resolve("text"), TEXT);
    String[] args =
        Stream.of(words.split(" "))
            .map(word -> word.replace("FOLDER/", folder + "/"))
            .map(word -> word.startsWith("MODEL:") ? "" + model(word.substring(6)) : word)
            .toArray(String[]::new);
    return JoraWorker.run(args);
  }

  /** The last line of stderr is the only one that tells of a fault. */
  private static void assertOneSentence(JoraProcess.Result result, String... parts) {
    assertEquals(1, result.code(), result.err());
    List<String> faults =
        result.messages().lines().filter(line -> line.startsWith("jora: ")).toList();
    assertEquals(1, faults.size(), result.err());
    assertEquals(faults.getFirst(), result.messages().lines().toList().getLast(), result.err());
    for (String part : parts) {
      assertTrue(faults.getFirst().contains(part), faults.getFirst());
    }
    assertFalse(result.err().contains("(a bug?)"), result.err());
    assertFalse(NO_NUMBER.matcher(result.text()).find(), result.text());
  }

  /** Whatever is asked of the model, and what of it may stand on stdout: the prompt, at most. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run -m FOLDER/broken.gguf -q --raw --prompt-ids 5,6 -n 4",
        "run -m FOLDER/broken.gguf -q --raw --prompt-ids 5,6 -n 4 --temp 0 --no-display-prompt",
        "run -m FOLDER/broken.gguf -q --raw --prompt-ids 5,6 -n 4 --json --logprobs 3",
        "run -m FOLDER/broken.gguf -q --raw --prompt-ids 5,6 --next-token 5",
        "run -m FOLDER/broken.gguf -q --raw --prompt-ids 5,6 -n 4 --prompt-cache FOLDER/cache",
        "chat -m FOLDER/broken.gguf -q --chat-template chatml -st -p hi -n 4",
        "bench -m FOLDER/broken.gguf -p 8 -n 0 -r 1",
        "bench -m FOLDER/broken.gguf -p 0 -n 2 -r 1 -o json",
        "bench -m FOLDER/broken.gguf -p 0 -n 2 -r 1 -d 8 -o csv",
        "bench -m FOLDER/broken.gguf -p 8 -n 0 -r 1 -o sql -oe jsonl",
        "perplexity -m FOLDER/broken.gguf -f FOLDER/text -c 64",
        "perplexity -m FOLDER/broken.gguf -f FOLDER/text -c 64 --save-all-logits FOLDER/base",
        "perplexity -m FOLDER/broken.gguf -f FOLDER/text -c 64 --per-token FOLDER/tokens.csv",
        "imatrix -m FOLDER/broken.gguf -f FOLDER/text -c 64 -o FOLDER/imatrix.gguf",
        "imatrix -m FOLDER/broken.gguf -f FOLDER/text -c 64 --no-ppl -o FOLDER/imatrix.gguf",
        "quantize --target-size 200000 FOLDER/broken.gguf FOLDER/out.gguf"
      })
  void everyCommandSaysSo(String words) throws Exception {
    broken("mixtral", "blk.1.ffn_gate_inp.weight", -1, 3, Float.NaN);
    JoraProcess.Result result = run(words);
    assertOneSentence(
        result, "broken.gguf: what", "first in layer 1: tensor blk.1.ffn_gate_inp.weight has NaN");
    boolean shown = words.endsWith(" -n 4") || words.contains("--prompt-cache");
    assertTrue(result.text().strip().length() <= (shown ? 2 : 0), result.text());
    assertEquals(List.of("broken.gguf", "text"), names());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Of every kind of tensor one, by the way of a user. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, blk.1.ffn_up.bias, 0, NaN, 'first in layer 1'",
    "gpt2, output_norm.bias, 0, Infinity, 'first after the output norm'",
    "llama, blk.0.attn_norm.weight, 0, Infinity, 'first in layer 0'",
    "llama, output.weight, -1, -Infinity, 'first in the logits'",
    "mixtral, blk.0.ffn_down_exps.weight, -1, NaN, 'first in layer 0'"
  })
  void everyTensorIsNamed(String model, String tensor, int row, float value, String place)
      throws Exception {
    broken(model, tensor, row, 2, value);
    for (String words :
        List.of(
            "run -m FOLDER/broken.gguf -q --raw --prompt-ids 5,6,7 -n 4 --temp 0",
            "perplexity -m FOLDER/broken.gguf -f FOLDER/text -c 64")) {
      assertOneSentence(run(words), place + ": tensor " + tensor + " has " + value + " in row 0");
    }
  }

  /** What was right until then is there; the fault is that of a token that came late. */
  @Test
  void aTokenThatComesLate() throws Exception {
    String place = "tensor token_embd.weight has NaN in row " + LATE + ", column 2";
    broken("llama", "token_embd.weight", LATE, 2, Float.NaN);
    JoraProcess.Result result = run("perplexity -m FOLDER/broken.gguf -f FOLDER/text -c 64 -b 64");
    assertOneSentence(result, "first in the embeddings: " + place);
    assertTrue(result.text().startsWith("[1]"), result.text());
    assertFalse(result.text().contains("Final"), result.text());
    assertOneSentence(
        run("imatrix -m FOLDER/broken.gguf -f FOLDER/text -c 64 -o FOLDER/i.gguf -ofreq 1000"),
        "first in the embeddings: " + place);
    assertFalse(Files.exists(folder.resolve("i.gguf")));
    // Read in a pass that nothing is asked of, and met by the next.
    assertOneSentence(
        run("run -m FOLDER/broken.gguf -q --raw --prompt-ids 69,80,72,260,70,85 -n 4 -ub 2"),
        place);
    assertOneSentence(
        run("chat -m FOLDER/broken.gguf -q --chat-template chatml -st -p dog -n 4"), place);
    JoraProcess.Result unread = run("run -m FOLDER/broken.gguf -q --raw -p a -n 1 --temp 0");
    assertEquals(0, unread.code(), unread.err());
  }

  /** In a pipe the conversation ends; what was answered stands. */
  @Test
  void aConversationEndsWhereItCannotGoOn() throws Exception {
    broken("llama", "token_embd.weight", LATE, 2, Float.NaN);
    JoraProcess.Result result =
        JoraWorker.run(
            "a\ndog\na\n".getBytes(),
            "chat",
            "-m",
            path("broken.gguf"),
            "-q",
            "--chat-template",
            "chatml",
            "-n",
            "1",
            "--temp",
            "0");
    assertOneSentence(result, "tensor token_embd.weight has NaN");
  }

  @Test
  void oneOfSeveralModelsToCompare() throws Exception {
    broken("llama", "blk.1.attn_v.weight", 3, 3, Float.NaN);
    JoraProcess.Result result =
        run("perplexity --compare MODEL:llama FOLDER/broken.gguf -f FOLDER/text -c 64");
    assertOneSentence(result, "broken.gguf: what", "tensor blk.1.attn_v.weight has NaN in row 3");
    JoraProcess.Result bench = run("bench -p 4 -n 0 -r 1 MODEL:llama FOLDER/broken.gguf");
    assertOneSentence(bench, "broken.gguf: what");
    assertTrue(bench.text().contains(" pp4 |"), bench.text());
    assertTrue(bench.text().contains("build: "), "the table is whole: " + bench.text());
  }

  /** Nothing that does not compute is hindered; what copies weights says where. */
  @Test
  void whatDoesNotCompute() throws Exception {
    broken("llama", "blk.1.attn_v.weight", 3, 3, Float.NaN);
    assertEquals(0, run("tokenize -m FOLDER/broken.gguf -p dog").code());
    assertEquals(0, run("info FOLDER/broken.gguf").code());
    JoraProcess.Result result = run("quantize -q FOLDER/broken.gguf FOLDER/out.gguf Q8_0");
    assertOneSentence(result, "tensor blk.1.attn_v.weight, row 3, column 3", "found NaN");
    assertFalse(Files.exists(folder.resolve("out.gguf")));
  }

  /** An importance matrix that is no number is refused, not spread over the weights. */
  @Test
  void anImportanceMatrixWithoutNumbers() throws Exception {
    JoraProcess.Result made =
        run("imatrix -q -m MODEL:llama -f FOLDER/text -c 64 -o FOLDER/imatrix.gguf");
    assertEquals(0, made.code(), made.err());
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      String name = "blk.1.ffn_up.weight.in_sum2";
      new BrokenModel(name, 0, 3, value)
          .copy(folder.resolve("imatrix.gguf"), folder.resolve("bad.gguf"));
      assertOneSentence(
          run("quantize -q --imatrix FOLDER/bad.gguf MODEL:llama FOLDER/out.gguf Q4_0"),
          "bad.gguf",
          name);
      assertFalse(Files.exists(folder.resolve("out.gguf")));
    }
  }

  /** A bias may forbid; forbidding all leaves nothing to draw. */
  @Test
  void biases() throws Exception {
    String run = "run -q --raw --prompt-ids 5,6 -n 3 --temp 0 --json -m MODEL:llama";
    JoraProcess.Result free = run(run);
    int first = Integer.parseInt(free.text().replaceAll("(?s).*\"ids\":\\[(\\d+).*", "$1"));
    JoraProcess.Result forbidden = run(run + " -l " + first + "-inf");
    assertEquals(0, forbidden.code(), forbidden.err());
    assertFalse(forbidden.text().contains("\"ids\":[" + first), forbidden.text());
    for (String how : List.of("--temp 0", "--temp 1", "--mirostat 2")) {
      List<String> words =
          new ArrayList<>(List.of("run", "-q", "--raw", "-m", "" + model("llama")));
      words.addAll(List.of("--prompt-ids", "5,6", "-n", "3", "--no-display-prompt"));
      words.addAll(Arrays.asList(how.split(" ")));
      IntStream.range(0, 384).forEach(id -> words.addAll(List.of("-l", id + "-inf")));
      JoraProcess.Result all = JoraWorker.run(words.toArray(String[]::new));
      assertOneSentence(all, "no token is left to draw: of 384 every one");
      assertEquals("", all.text().strip());
    }
  }

  /** A logit of −∞ is a token that cannot come: no list of likely ones has it. */
  @Test
  void aTokenThatCannotCome() throws Exception {
    broken("llama", "output.weight", 262, 2, Float.NEGATIVE_INFINITY);
    String run = "run -q --raw --prompt-ids 48,79,371 -n 1 --temp 0 -m FOLDER/broken.gguf";
    for (String how : List.of(" --next-token 384", " --json --logprobs 384")) {
      JoraProcess.Result result = run(run + how);
      assertEquals(0, result.code(), result.err());
      assertFalse(result.text().contains("Infinity"), result.text());
      assertFalse(result.text().contains("\"id\":262,"), result.text());
    }
  }
}
