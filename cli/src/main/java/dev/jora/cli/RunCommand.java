package dev.jora.cli;

import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;
import dev.jora.gguf.Utf8;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.Logprobs;
import dev.jora.sampling.SamplerChain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora run}: a prompt in, text out. */
@Command(
    name = "run",
    description = {
      "Continues a text.",
      "Reads a prompt and streams what the model writes to stdout. Everything else goes to stderr,"
          + " so it works in pipes."
    },
    customSynopsis = "jora run [OPTIONS] [-m FILE] [-p TEXT | -f FILE]",
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bad model, a prompt that is too long, too little memory",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora run -p \"Once upon a time\"",
      "  echo \"The capital of France is\" | jora run -m model.gguf -n 32",
      "  jora run -m model.gguf -f question.txt --json --logprobs 5",
      "  jora run -m model.gguf -p \"The sky is\" --next-token 10"
    })
final class RunCommand implements Callable<Integer> {
  /** Places in the context that a prompt must leave free, as in llama.cpp. */
  private static final int RESERVE = 4;

  /** Columns of a bar, so that a row of the table of next tokens fits into 60. */
  private static final int BAR = 12;

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin PromptOptions prompt = new PromptOptions();

  @Option(
      names = {"-n", "--predict", "--n-predict"},
      paramLabel = "N",
      description = "Tokens to write; -1 or -2: until the text or the context ends (default: -1).")
  int predict = -1;

  @Option(
      names = {"-r", "--reverse-prompt"},
      paramLabel = "TEXT",
      description = "Stop before this text; repeatable.")
  List<String> stops = new ArrayList<>();

  @Option(
      names = "--no-display-prompt",
      description = "Do not print the prompt before the continuation.")
  boolean hidePrompt;

  @Option(names = "--verbose-prompt", description = "List the prompt's tokens on stderr.")
  boolean verbosePrompt;

  @Option(names = "--special", description = "Print control tokens too.")
  boolean special;

  @Option(
      names = "--raw",
      description = "Take the prompt as it is, without a chat template (the default).")
  boolean raw;

  @Option(
      names = {"-no-cnv", "--no-conversation"},
      hidden = true,
      description = "llama.cpp's way of asking for --raw.")
  boolean noConversation;

  @Option(
      names = "--json",
      description = "One JSON object on stdout: prompt_ids, ids, text, stop, timings.")
  boolean json;

  @Option(
      names = "--logprobs",
      paramLabel = "N",
      description = "With --json: log-probabilities of the token and the N likeliest at each step.")
  int logprobs;

  @Option(
      names = "--next-token",
      paramLabel = "N",
      description = "Show the N likeliest next tokens, and write none.")
  int nextToken;

  @Mixin SamplingOptions sampling = new SamplingOptions();
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin ThreadOptions threads = new ThreadOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    checkNumbers();
    byte[] text = prompt.bytes();
    long start = System.nanoTime();
    try (Interrupt interrupt = new Interrupt();
        Session session = Session.open(model, context, threads, common)) {
      int[] ids =
          text == null
              ? prompt.ids.within(session.model.vocabularySize())
              : session.tokenizer.encode(text, true, true);
      check(ids, session);
      if (verbosePrompt) {
        listPrompt(ids, session);
      }
      try (Decoder decoder = session.decoder(ids.length);
          Sequence sequence = decoder.newSequence()) {
        long loaded = System.nanoTime() - start;
        if (nextToken > 0) {
          showNext(session, decoder, sequence, ids, interrupt);
        } else {
          generate(session, decoder, sequence, ids, text, interrupt, loaded);
        }
      }
    }
    return ExitCode.OK;
  }

  private void checkNumbers() {
    if (predict < -2) {
      throw UserException.usage("-n must be -1, -2 (both: no limit) or more, not " + predict);
    }
    if (nextToken < 0 || logprobs < 0) {
      throw UserException.usage("--next-token and --logprobs take 0 or more");
    }
    if (logprobs > 0 && !json) {
      throw UserException.usage("--logprobs needs --json, which has a place for them");
    }
  }

  private static void check(int[] ids, Session session) {
    if (ids.length == 0) {
      throw new UserException("input is empty: the prompt has no tokens, and the model adds none");
    }
    int contextSize = session.options.contextSize();
    if (ids.length > contextSize - RESERVE) {
      throw new UserException(
          String.format(
              "prompt is too long: %d tokens, a context of %d takes at most %d (-c sets it)",
              ids.length, contextSize, contextSize - RESERVE));
    }
  }

  private void listPrompt(int[] ids, Session session) {
    common.err().printf("prompt: %d tokens%n", ids.length);
    for (int id : ids) {
      common.err().printf("%6d -> %s%n", id, Text.quoted(Utf8.decode(piece(session, id))));
    }
    common.err().flush();
  }

  // ---- generation --------------------------------------------------------------------------

  private void generate(
      Session session,
      Decoder decoder,
      Sequence sequence,
      int[] ids,
      byte[] text,
      Interrupt interrupt,
      long loaded) {
    SamplerChain sampler = session.sampler(sampling.params());
    common.detail("seed: %s", Integer.toUnsignedString(sampler.seed()));
    Output out = Output.standard();
    List<List<Logprobs.Entry>> tops = new ArrayList<>();
    List<Logprobs.Entry> chosen = new ArrayList<>();
    if (!json && !hidePrompt) {
      out.write(text != null ? text : session.tokenizer.decode(ids, special)).flush();
    }
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void prompt(int done, int total) {
            progress(done, total);
          }

          @Override
          public void token(int id, float[] logits) {
            if (json && logprobs > 0) {
              chosen.add(Logprobs.of(logits, id));
              tops.add(Logprobs.top(logits, logprobs));
            }
          }

          @Override
          public void text(String piece) {
            if (!json) {
              out.print(piece).flush();
            }
          }

          @Override
          public boolean cancelled() {
            return interrupt.requested();
          }
        };
    Generator generator = new Generator(decoder, session.tokenizer);
    Generator.Options options = new Generator.Options(predict, stops, special);
    Generation generation = generator.generate(sequence, ids, sampler, options, listener);
    if (json) {
      Json.print(
          out, RunJson.generation(ids, generation, chosen, tops, id -> pieceText(session, id)));
    } else if (Terminal.stdout()) {
      out.println("").flush();
    }
    if (generation.stop() == StopReason.CONTEXT) {
      common.warn("the context of %d tokens is full: stopped (-c sets it)", sequence.capacity());
    }
    if (!common.quiet) {
      printTimings(generation.timings(), loaded);
    }
  }

  /** How far a long prompt has been read, on a terminal. */
  private void progress(int done, int total) {
    if (Terminal.stderr() && !common.quiet && total > context.pass()) {
      String line = done < total ? "prompt: " + done + " of " + total + " tokens" : "";
      common.err().print("\r\u001b[K" + line);
      common.err().flush();
    }
  }

  /** The lines and units of llama.cpp. */
  private void printTimings(Timings t, long loaded) {
    common.err().println();
    common.info(
        "sampling time = %10.2f ms / %5d tokens (%8.2f ms per token, %8.2f tokens per second)",
        ms(t.sampleNanos()),
        t.sampledTokens(),
        perToken(t.sampleNanos(), t.sampledTokens()),
        perSecond(t.sampleNanos(), t.sampledTokens()));
    common.info("    load time = %10.2f ms", ms(loaded));
    common.info(
        "prompt eval time = %7.2f ms / %5d tokens (%8.2f ms per token, %8.2f tokens per second)",
        ms(t.promptNanos()),
        t.promptTokens(),
        perToken(t.promptNanos(), t.promptTokens()),
        t.promptPerSecond());
    common.info(
        "    eval time = %10.2f ms / %5d runs   (%8.2f ms per token, %8.2f tokens per second)",
        ms(t.evalNanos()), t.evalRuns(), perToken(t.evalNanos(), t.evalRuns()), t.evalPerSecond());
    common.info(
        "   total time = %10.2f ms / %5d tokens",
        ms(t.promptNanos() + t.evalNanos() + t.sampleNanos()), t.promptTokens() + t.evalRuns());
  }

  private static double ms(long nanos) {
    return nanos / 1e6;
  }

  private static double perToken(long nanos, int count) {
    return count == 0 ? 0 : nanos / 1e6 / count;
  }

  private static double perSecond(long nanos, int count) {
    return nanos == 0 ? 0 : count * 1e9 / nanos;
  }

  // ---- the next token ----------------------------------------------------------------------

  private void showNext(
      Session session, Decoder decoder, Sequence sequence, int[] ids, Interrupt interrupt) {
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public boolean cancelled() {
            return interrupt.requested();
          }
        };
    float[] logits = new Generator(decoder, session.tokenizer).read(sequence, ids, listener);
    if (logits == null) {
      return;
    }
    List<Logprobs.Entry> top = Logprobs.top(logits, nextToken);
    Output out = Output.standard();
    if (json) {
      Json.print(out, RunJson.next(ids, top, id -> pieceText(session, id)));
      return;
    }
    out.printf("%7s  %-16s %9s %9s%n", "id", "piece", "logit", "prob");
    for (Logprobs.Entry entry : top) {
      String piece = Text.quoted(Utf8.decode(piece(session, entry.id())));
      out.printf("%7d  ", entry.id());
      out.print(Text.padded(piece, 16));
      out.printf(" %9.4f %8.4f%%  ", entry.logit(), 100 * entry.probability());
      out.println(Text.bar(entry.probability(), BAR).stripTrailing());
    }
    out.flush();
  }

  private static String pieceText(Session session, int id) {
    return Text.wellFormed(piece(session, id));
  }

  /** Rows of the embeddings may go beyond the vocabulary: such ids have no text. */
  private static byte[] piece(Session session, int id) {
    boolean known = id < session.tokenizer.vocab().size();
    return known ? session.tokenizer.piece(id, true) : new byte[0];
  }
}
