package dev.jora.cli.embed;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GpuOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.engine.Embedder;
import dev.jora.engine.RankPrompt;
import dev.jora.model.EmbeddingSpec;
import dev.jora.model.Model;
import dev.jora.model.Pooling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jora rerank}: which documents answer a question. */
@Command(
    name = "rerank",
    description = {
      "Sorts documents by how well they answer a question, the best first.",
      "For rerankers: encoders and others with a classifier. Prints score, index and document,",
      "with tabs between them."
    },
    customSynopsis =
        "jora rerank [OPTIONS] (MODEL.gguf | -m FILE) -q QUERY (TEXT... | -p TEXT | -f FILE |"
            + " --stdin)",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora rerank -m reranker.gguf -q \"what is a panda?\" \"A bear of China.\" \"Hello.\"",
      "  jora rerank -m reranker.gguf -q \"what is a panda?\" -f lines.txt --top-n 3"
    })
public final class RerankCommand implements Callable<Integer> {
  @Mixin ModelOptions model;

  @Option(
      names = {"-q", "--query"},
      paramLabel = "QUERY",
      description = "The question, or what is searched for.")
  String query;

  @Mixin TextsOptions text;

  @Option(
      names = "--top-n",
      paramLabel = "N",
      description = "Print the best N documents (default: all).")
  Integer top;

  @Option(names = "--json", description = "One JSON object, as llama-server answers.")
  boolean json;

  @Option(names = "--sigmoid", description = "Scores from 0 to 1: 1 / (1 + exp(-score)).")
  boolean sigmoid;

  @Option(names = "--truncate", description = "Cut texts that are too long; else they are refused.")
  boolean truncate;

  @Mixin ContextOptions context;
  @Mixin LoraOptions lora;
  @Mixin ThreadOptions threads;
  @Mixin GpuOptions gpus;

  private final CommonOptions common = new CommonOptions();

  /** What every command has, but for -q. */
  @Spec
  void add(CommandSpec spec) {
    spec.addMixin("common", CommonOptions.withoutQ(common));
  }

  @Override
  public Integer call() {
    if (!model.isNamed()) {
      throw UserException.usage("no model: give a reranker, -m FILE");
    }
    if (query == null || query.isBlank()) {
      throw UserException.usage("no question: give -q QUERY");
    }
    if (top != null && top < 1) {
      throw UserException.usage("--top-n takes 1 and more, not " + top);
    }
    SessionSettings settings =
        SessionSettings.of(model, context, threads, gpus, common)
            .withAdaptation(lora.wanted(model, common));
    try (TextReader texts = text.open();
        Interrupt interrupt = new Interrupt();
        Session session = Session.open(settings.forReading())) {
      requireScores(session.model());
      try (Embedder embedder = session.embedder(Pooling.RANK)) {
        rank(session, embedder, texts, interrupt);
      }
    }
    return ExitCode.OK;
  }

  private static void requireScores(Model model) {
    if (!model.head().scores()) {
      throw new UserException(
          model.metadata().file()
              + " is no reranker, it has no classifier (tensor cls.weight or cls.output.weight):"
              + " jora embed makes vectors of texts with it");
    }
  }

  private void rank(Session session, Embedder embedder, TextReader texts, Interrupt interrupt) {
    RankPrompt prompt = new RankPrompt(session.tokenizer(), session.model().metadata());
    String question = text.meant(query);
    List<RankedDocument> documents = new ArrayList<>();
    TextRun run = new TextRun("rerank", embedder, session, truncate, false, common);
    boolean whole =
        run.read(
            texts,
            bytes -> prompt.ids(question, Text.wellFormed(bytes)),
            (source, tokens, scores) -> documents.add(ranked(documents.size(), scores[0], source)),
            interrupt,
            () -> {});
    if (!whole) {
      return;
    }
    documents.sort(Comparator.comparing(RankedDocument::score).reversed()); // stable
    int shown = top == null ? documents.size() : Math.min(top, documents.size());
    RankOutput output = new RankOutput(labels(session.model(), documents.getFirst()));
    if (json) {
      String name = "" + model.path().getFileName();
      output.json(documents.subList(0, shown), name, run.tokens());
    } else {
      output.lines(documents.subList(0, shown));
    }
  }

  private RankedDocument ranked(int index, float[] scores, SourceText source) {
    float[] shown = scores.clone();
    for (int i = 0; sigmoid && i < shown.length; i++) {
      shown[i] = (float) (1 / (1 + Math.exp(-shown[i])));
    }
    return new RankedDocument(index, shown, json ? null : Text.wellFormed(source.bytes()));
  }

  /** Names of scores, where there are several that stand for themselves. */
  private static List<String> labels(Model model, RankedDocument document) {
    EmbeddingSpec spec = model.spec().embedding();
    int count = document.scores().length;
    if (count == 1 || spec.softmax()) {
      return List.of();
    }
    List<String> names = spec.labels();
    boolean distinct = Set.copyOf(names).size() == count && names.size() == count;
    return distinct ? names : IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
