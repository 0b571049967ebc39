package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Command lines at random; they are parsed and not run. */
record OptionsKind() implements Kind {
  private static final String[] COMMANDS = {
    "run",
    "chat",
    "tokenize",
    "detokenize",
    "template",
    "info",
    "devices",
    "bench",
    "quantize",
    "imatrix",
    "perplexity",
    "gguf",
    "gguf split",
    "gguf merge",
    "help",
    "rnu",
    "",
    "--version"
  };
  private static final String[] OPTIONS = {
    "-m",
    "--model",
    "-p",
    "-f",
    "-n",
    "-c",
    "--ctx-size",
    "--ctx_size",
    "-t",
    "-tb",
    "-b",
    "-ub",
    "-ctk",
    "-ctv",
    "--temp",
    "--top-k",
    "--top-p",
    "--seed",
    "-s",
    "--samplers",
    "--sampler-seq",
    "-l",
    "--logit-bias",
    "--chat-template",
    "--rope-scaling",
    "--rope-freq-base",
    "--kernels",
    "--json",
    "-v",
    "-q",
    "--prompt-ids",
    "--chunks",
    "--tensor-type",
    "--override-kv",
    "--target-size",
    "--target-bpw",
    "--prune-layers",
    "--split-max-size",
    "--split-max-tensors",
    "--messages",
    "--now",
    "--color",
    "--no-color",
    "--keep",
    "-o",
    "--output-format",
    "--load",
    "--reasoning",
    "-rea",
    "--mirostat",
    "--no-context-shift",
    "--dry-sequence-breaker",
    "--",
    "-",
    "--none",
    "-x",
    "-st",
    "--hellaswag",
    "-r"
  };
  private static final String[] VALUES = {
    "0",
    "1",
    "-1",
    "2147483648",
    "-9223372036854775809",
    "1e400",
    "NaN",
    "Infinity",
    "",
    " ",
    "a",
    "q8_0",
    "on",
    "off",
    "true",
    "f16",
    "\0",
    "\u001b[31m",
    "a\nb",
    "@none",
    "@",
    "%s",
    "😀",
    "\ud800",
    "1+",
    "5-2",
    "1,2",
    "a=b",
    "k=int:x",
    "k=float:1",
    "4G",
    "-4G",
    "9999999999999G",
    "linear",
    "x;y",
    "../x",
    "'",
    "\""
  };

  @Override
  public boolean parsesOnly() {
    return true;
  }

  @Override
  public List<List<String>> make(Random random, Path folder) {
    List<String> words = new ArrayList<>(List.of(Damage.one(COMMANDS, random).split(" ")));
    for (int n = random.nextInt(8); n > 0; n--) {
      String option = Damage.one(OPTIONS, random);
      String value = Damage.one(VALUES, random);
      switch (random.nextInt(5)) {
        case 0 -> words.add(option);
        case 1 -> words.add(value);
        case 2 -> words.add(option + "=" + value);
        default -> words.addAll(List.of(option, value));
      }
    }
    return List.of(words);
  }

  /** A word a line. */
  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    return List.of(Files.readAllLines(input));
  }
}
