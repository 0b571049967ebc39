package dev.jora.cli.embed;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GpuOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.OutputFile;
import dev.jora.cli.common.PoolingName;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.engine.Embedder;
import dev.jora.gguf.Utf8;
import dev.jora.model.Pooling;
import dev.jora.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora embed}: texts become vectors. */
@Command(
    name = "embed",
    description = {
      "Turns texts into vectors, to search and compare them by what they mean.",
      "For encoders (BERT and its kin) and for models that write."
    },
    customSynopsis =
        "jora embed [OPTIONS] [MODEL.gguf | -m FILE] (TEXT... | -p TEXT | -f FILE | --stdin)",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora embed -m model.gguf \"The cat sat on the mat.\"",
      "  jora embed -m model.gguf -f lines.txt --prefix \"search_document: \" -o lines.jsonl",
      "  jora embed -m model.gguf -f lines.txt --format raw > lines.f32"
    })
public final class EmbedCommand implements Callable<Integer> {
  @Mixin ModelOptions model;
  @Mixin TextsOptions text;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "What stands before each text, as many models want it: \"search_query: \".")
  String prefix = "";

  @Option(names = "--truncate", description = "Cut texts that are too long; else they are refused.")
  boolean truncate;

  @Option(
      names = "--pooling",
      paramLabel = "KIND",
      converter = PoolingName.class,
      completionCandidates = PoolingName.class,
      description =
          "How tokens become one vector: mean, cls (the first), last; none: a vector for each"
              + " (default: the model's).")
  Pooling pooling;

  @Option(
      names = "--embd-normalize",
      paramLabel = "N",
      description =
          "Length of vectors: -1 as they are, 0 the largest value is 32760, 1 taxicab, 2 euclidean,"
              + " more: p-norm (default: ${DEFAULT-VALUE}).")
  int normalize = 2;

  @Option(
      names = {"--embd-output-format", "--format"},
      paramLabel = "FORMAT",
      converter = EmbedFormat.Name.class,
      completionCandidates = EmbedFormat.Name.class,
      description =
          "lines: a JSON array a line; array: one of all; json: OpenAI's answer; json+: and how"
              + " alike texts are; csv; raw: float32, little-endian (default: lines).")
  EmbedFormat format = EmbedFormat.LINES;

  @Option(
      names = {"-o", "--output", "--output-file"},
      paramLabel = "FILE",
      description = "Write to a file in place of stdout.")
  Path output;

  @Mixin ContextOptions context;
  @Mixin LoraOptions lora;
  @Mixin ThreadOptions threads;
  @Mixin GpuOptions gpus;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    Normalisation normalisation = new Normalisation(normalize);
    if (format == EmbedFormat.RAW && output == null && Terminal.stdout()) {
      throw UserException.usage("raw numbers are nothing for a terminal: give -o FILE, or > FILE");
    }
    OutputFile.refuseInputs(output, inputs());
    SessionSettings settings =
        SessionSettings.of(model, context, threads, gpus, common)
            .withAdaptation(lora.wanted(model, common));
    try (Interrupt interrupt =
            new Interrupt(); // closed last: a signal waits for what is taken away
        TextReader texts = text.open();
        Destination out = Destination.open(output);
        Session session = Session.open(settings.forReading());
        Embedder embedder = session.embedder(pooling)) {
      check(embedder);
      embed(session, embedder, texts, out, normalisation, interrupt);
    }
    return ExitCode.OK;
  }

  private List<Path> inputs() {
    List<Path> inputs = new ArrayList<>(text.files);
    inputs.add(model.path());
    return inputs;
  }

  private void check(Embedder embedder) {
    if (embedder.pooling() == Pooling.RANK) {
      throw new UserException(
          model.path()
              + " is a reranker, which scores documents: jora rerank does that; --pooling cls, mean"
              + " or last takes vectors of it all the same");
    }
    if (format == EmbedFormat.JSON_PLUS && embedder.pooling() == Pooling.NONE) {
      throw new UserException(
          "json+ compares texts, and with --pooling none only tokens have vectors: give --pooling"
              + " mean, cls or last");
    }
  }

  private void embed(
      Session session,
      Embedder embedder,
      TextReader texts,
      Destination out,
      Normalisation normalisation,
      Interrupt interrupt) {
    Tokenizer tokenizer = session.tokenizer();
    byte[] before = Utf8.encode(text.meant(prefix));
    boolean nested = embedder.pooling() == Pooling.NONE;
    VectorWriter writer = format.writer(out, "" + model.path().getFileName(), nested);
    TextRun run = new TextRun("embed", embedder, session, truncate, out.isStandard(), common);
    writer.begin();
    boolean whole =
        run.read(
            texts,
            bytes -> tokenizer.encode(joined(before, bytes), true, true),
            (source, tokens, vectors) -> writer.add(tokens, normalised(vectors, normalisation)),
            interrupt,
            out::close);
    if (whole) {
      writer.end();
      out.finish();
    } else if (!out.isStandard()) {
      common.warn("%s is not written: it would not be whole", output);
    } else {
      out.flush();
    }
  }

  private static byte[] joined(byte[] before, byte[] text) {
    return ByteBuffer.allocate(before.length + text.length).put(before).put(text).array();
  }

  private static float[][] normalised(float[][] vectors, Normalisation normalisation) {
    float[][] out = new float[vectors.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = normalisation.apply(vectors[i]);
    }
    return out;
  }
}
