package dev.jora.cli;

import dev.jora.gguf.GgufFile;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora detokenize}: token ids in, text out. */
@Command(
    name = "detokenize",
    description = {
      "Turns token ids back into text, byte for byte. Ids are numbers with anything",
      "between them: 1 2 3, 1,2,3 or [1, 2, 3]."
    },
    customSynopsis = "jora detokenize [OPTIONS] [-m FILE] [IDS...]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora detokenize -m model.gguf 504 3575 282",
      "  jora tokenize -m model.gguf --stdin --ids < a.txt | jora detokenize -m model.gguf"
    })
final class DetokenizeCommand implements Callable<Integer> {
  private static final Pattern NUMBER = Pattern.compile("-?\\d++");

  @Mixin ModelOptions model;

  @Parameters(paramLabel = "IDS", arity = "0..*", description = "Token ids; without them, stdin.")
  List<String> words = new ArrayList<>();

  @Option(names = "--special", description = "Print control tokens too.")
  boolean special;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    String list =
        words.isEmpty()
            ? new String(PromptOptions.stdin(), StandardCharsets.UTF_8)
            : String.join(" ", words);
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(model.path()));
    int size = tokenizer.vocab().size();
    List<Integer> ids = new ArrayList<>();
    Matcher numbers = NUMBER.matcher(list);
    while (numbers.find()) {
      int id = parse(numbers.group());
      if (id < 0 || id >= size) {
        throw new UserException(
            "token id " + numbers.group() + " is outside the vocabulary, 0 to " + (size - 1));
      }
      ids.add(id);
    }
    int[] array = ids.stream().mapToInt(Integer::intValue).toArray();
    Output out = Output.standard();
    out.write(tokenizer.decode(array, special));
    if (Terminal.stdout()) {
      out.println("");
    }
    out.flush();
    return ExitCode.OK;
  }

  private static int parse(String number) {
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
