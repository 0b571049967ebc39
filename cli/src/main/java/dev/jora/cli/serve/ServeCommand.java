package dev.jora.cli.serve;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GpuOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.PoolingName;
import dev.jora.cli.common.SamplingOptions;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.TemplateOptions;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.cli.common.Version;
import dev.jora.model.Pooling;
import dev.jora.serve.JoraServer;
import dev.jora.serve.ServerSettings;
import dev.jora.serve.http.Limits;
import dev.jora.serve.model.Offer;
import dev.jora.serve.model.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora serve}: a model behind HTTP. */
@Command(
    name = "serve",
    description = {
      "Serves a model over HTTP, as OpenAI's API and llama-server have it.",
      "Listens on this machine alone unless told otherwise. Ctrl+C or SIGTERM lets texts in"
          + " progress come to their end."
    },
    customSynopsis = "jora serve [OPTIONS] [MODEL.gguf | -m FILE]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora serve -m model.gguf",
      "  jora serve -m model.gguf -c 16384 -np 8 --port 8081",
      "  jora serve -m model.gguf --host 0.0.0.0 --api-key-file keys.txt",
      "  curl http://127.0.0.1:8080/v1/models"
    })
public final class ServeCommand implements Callable<Integer> {
  private static final long LOOK_NANOS = 50_000_000;

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = {"-a", "--alias"},
      paramLabel = "NAME",
      split = ",",
      description = "What clients call the model (default: the file's name).")
  List<String> aliases = new ArrayList<>();

  @Mixin ListenOptions listen = new ListenOptions();
  @Mixin UsersOptions users = new UsersOptions();

  @Option(
      names = {"-n", "--n-predict", "--predict"},
      paramLabel = "N",
      description =
          "Most tokens of an answer where a request says nothing; -1: until the model ends it or"
              + " the context is full (default: ${DEFAULT-VALUE}).")
  int maxTokens = -1;

  @Option(
      names = {"--embedding", "--embeddings"},
      description = "Make vectors of texts, too.")
  boolean embeddings;

  @Option(
      names = "--pooling",
      paramLabel = "KIND",
      converter = PoolingName.class,
      completionCandidates = PoolingName.class,
      description = "How tokens become one vector: mean, cls, last (default: the model's).")
  Pooling pooling;

  @Option(
      names = {"--rerank", "--reranking"},
      description = "Score documents, with a model that can.")
  boolean reranking;

  @Option(
      names = "--strict-model",
      description = "Refuse requests that name another model, in place of answering with this one.")
  boolean strict;

  @Option(
      names = "--access-log",
      description = "A line on stderr for every request: when, who, what, status, seconds.")
  boolean accessLog;

  @Option(
      names = {"-to", "--timeout"},
      paramLabel = "SECONDS",
      description = "How long a connection may be silent (default: ${DEFAULT-VALUE}).")
  int timeout = 600;

  @Option(
      names = "--sse-ping-interval",
      paramLabel = "SECONDS",
      description = "After how much silence a stream says that it is alive (default: 30).")
  int ping = 30;

  @Mixin TemplateOptions template = new TemplateOptions();
  @Mixin SamplingOptions sampling = new SamplingOptions();
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin LoraOptions lora = new LoraOptions();
  @Mixin ThreadOptions threads = new ThreadOptions();
  @Mixin GpuOptions gpus = new GpuOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    check();
    ServerSettings settings = settings();
    SessionSettings opened =
        SessionSettings.of(model, context, threads, gpus, common)
            .withAdaptation(lora.wanted(model, common))
            .withContextSize(users.context(context.contextSize()))
            .withSequences(users.parallel);
    Path file = model.path();
    try (Interrupt interrupt = new Interrupt();
        JoraServer server = new JoraServer(settings, new ServerLog(common, accessLog))) {
      Session session = Session.open(embeddings || reranking ? opened.forReading() : opened);
      server.serve(new ServedModel(session.loaded(), offer(file), users.settings()));
      common.info(
          "jora: %s on %s, %d at once with %d tokens each; Ctrl+C ends it",
          name(file), listen.url(server.port()), users.parallel, session.options().contextSize());
      await(interrupt);
      common.info("jora: ending, up to %d s for texts in progress", users.drain);
      if (!server.drain(Duration.ofSeconds(users.drain))) {
        common.warn("texts in progress were cut off");
      }
    } catch (IOException e) {
      throw new UserException(e.getMessage(), e);
    }
    return ExitCode.OK;
  }

  private void check() {
    users.check();
    sampling.check();
    template.thinkingBudget();
    if (template.asksSystem()) {
      throw UserException.usage("a server's clients give system prompts: leave out -sys");
    }
    if (pooling == Pooling.NONE) {
      throw UserException.usage("--pooling none makes several vectors of a text: embed does that");
    }
    if (timeout < 1 || ping < 1) {
      throw UserException.usage("--timeout and --sse-ping-interval take 1 and more");
    }
    if (maxTokens < -1) {
      throw UserException.usage("-n takes -1 (no limit) and more, not " + maxTokens);
    }
  }

  private ServerSettings settings() {
    Limits usual = Limits.DEFAULT;
    Limits limits = new Limits(usual.body(), usual.connections(), Duration.ofSeconds(timeout));
    return new ServerSettings(
        listen.address(),
        listen.tls(),
        listen.guard(),
        limits,
        strict,
        Duration.ofSeconds(ping),
        Version.line().substring("jora ".length()));
  }

  private String name(Path file) {
    return aliases.isEmpty() ? "" + file.getFileName() : aliases.getFirst();
  }

  private Offer offer(Path file) {
    List<String> names = new ArrayList<>(aliases);
    names.add("" + file.getFileName());
    return new Offer(
        names,
        sampling.params(),
        maxTokens,
        List.of(),
        template.asked(),
        template.variables(),
        template.thinkingBudget(),
        embeddings,
        pooling,
        reranking);
  }

  private static void await(Interrupt interrupt) {
    while (!interrupt.requested()) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
