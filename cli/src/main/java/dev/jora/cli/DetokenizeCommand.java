package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.TokenIds;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufFile;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora detokenize}: token ids in, text out. */
@Command(
    name = "detokenize",
    description = {
      "Turns token ids back into text, byte for byte.",
      "Ids are numbers, with spaces, commas or brackets between them: 1 2 3, 1,2,3, [1, 2, 3]."
    },
    customSynopsis = "jora detokenize [OPTIONS] [MODEL.gguf | -m FILE] [IDS...]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora detokenize -m model.gguf 504 3575 282",
      "  jora tokenize -m m.gguf --stdin --ids < a.txt | jora detokenize -m m.gguf"
    })
final class DetokenizeCommand implements Callable<Integer> {
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
    int[] ids = ids(list).within(tokenizer.vocab().size());
    Output out = Output.standard();
    out.write(tokenizer.decode(ids, special));
    if (Terminal.stdout()) {
      out.println("");
    }
    out.flush();
    return ExitCode.OK;
  }

  private static TokenIds ids(String list) {
    try {
      return TokenIds.parse(list);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(e.getMessage(), e);
    }
  }
}
