package dev.jora.cli.evaluate;

import dev.jora.cli.common.ChunkProgress;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.quantize.evaluate.BaseFile;
import dev.jora.quantize.evaluate.BaseWriter;
import dev.jora.quantize.evaluate.ChunkReader;
import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.KlDivergence;
import dev.jora.quantize.evaluate.LogSoftmax;
import dev.jora.quantize.evaluate.Perplexity;
import dev.jora.quantize.evaluate.TokenScore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Models measured one after the other on the same chunks, each against the first. */
final class CompareRun {
  /** A token scored by the base: −ln p, and its row of the base file. */
  private record BaseToken(double surprise, byte[] row) {}

  private final List<ComparedFile> files;
  private final CompareFormat format;
  private final Evaluation evaluation;
  private final List<ComparedModel> models = new ArrayList<>();
  private CompareFormat.Writer table;
  private ChunkProgress progress;
  private int chunksRead;

  /**
   * A run that has measured nothing.
   *
   * @param files the base first, which is the model of {@code evaluation}
   * @param format of the table
   */
  CompareRun(List<ComparedFile> files, CompareFormat format, Evaluation evaluation) {
    this.files = files;
    this.format = format;
    this.evaluation = evaluation;
  }

  /**
   * Measures until there is an end or an interrupt; a row is printed for each that was measured.
   *
   * @return what was measured, the base first
   */
  List<ComparedModel> run(byte[] text, Interrupt interrupt) {
    Path kept = evaluation.base();
    Path base = kept;
    try {
      if (kept == null) {
        base = Files.createTempFile("jora-base-", ".kld");
      }
      measureBase(text, base, interrupt);
      if (!models.isEmpty()) {
        measureOthers(base, interrupt);
      }
    } catch (IOException e) {
      throw failure(e);
    } catch (UncheckedIOException e) {
      throw failure(e.getCause());
    } finally {
      if (kept == null) {
        delete(base);
      }
    }
    progress.clear();
    if (models.isEmpty()) {
      table.begin();
    }
    if (models.size() < files.size()) {
      evaluation.common().warn("stopped after %d of %d models", models.size(), files.size());
    }
    table.end();
    return models;
  }

  private static UserException failure(IOException e) {
    return new UserException(
        "the base's log-probabilities cannot be written and read again: " + IoReason.of(e), e);
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It lies where the system clears up.
    }
  }

  private void measureBase(byte[] text, Path file, Interrupt interrupt) throws IOException {
    try (Session session = Session.open(evaluation.settings())) {
      int[] tokens = session.tokenizer().encode(text, true, false);
      Chunks chunks = evaluation.text().chunks(tokens, session.options().contextSize());
      begin(session, chunks);
      Perplexity perplexity = new Perplexity();
      try (BaseWriter writer = new BaseWriter(file, chunks, session.model().vocabularySize())) {
        double speed =
            read(
                session,
                chunks,
                (token, logits) -> {
                  LogSoftmax softmax = LogSoftmax.of(logits);
                  return new BaseToken(
                      TokenScore.of(token, logits, softmax).surprise(),
                      BaseWriter.row(logits, softmax));
                },
                token -> {
                  perplexity.add(token.surprise());
                  write(writer, token.row());
                },
                interrupt);
        if (writer.isComplete()) {
          add(new ComparedModel(files.getFirst(), perplexity.estimate(), null, speed));
        }
      }
    }
  }

  private static void write(BaseWriter writer, byte[] row) {
    try {
      writer.write(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void measureOthers(Path baseFile, Interrupt interrupt) throws IOException {
    try (BaseFile base = BaseFile.open(baseFile)) {
      Chunks chunks = base.chunks(-1);
      SessionSettings sized = // where the size was left to the base
          evaluation.settings().withContextSize(chunks.size());
      for (ComparedFile file : files.subList(1, files.size())) {
        try (Session session = Session.open(sized.withModel(file.path()))) {
          KlDivergence divergence = new KlDivergence();
          double speed =
              read(
                  session,
                  chunks,
                  (token, logits) -> base.compare(token, logits, LogSoftmax.of(logits)),
                  divergence::add,
                  interrupt);
          if (Double.isNaN(speed)) {
            return;
          }
          add(new ComparedModel(file, divergence.perplexity(), divergence, speed));
        }
      }
    }
  }

  private void begin(Session session, Chunks chunks) {
    int side = ChunkReader.sideBySide(session.options().batchSize(), chunks);
    int all = files.size() * chunks.count();
    evaluation
        .common()
        .info(
            "perplexity: comparing %d models over %d chunks, n_ctx=%d, batch_size=%d, n_seq=%d",
            files.size(), chunks.count(), chunks.size(), session.options().batchSize(), side);
    progress = new ChunkProgress("perplexity", all, chunks.step(), false, evaluation.common());
    table =
        format.writer(
            new CompareFormat.Head(
                files,
                chunks.count(),
                chunks.size(),
                chunks.count() * chunks.scored(),
                EvaluationJson.start("compare", evaluation)),
            Output.standard());
  }

  private void add(ComparedModel model) {
    progress.clear();
    if (models.isEmpty()) {
      table.begin(); // not before: messages of the first pass would stand below the head
    }
    models.add(model);
    table.row(model);
  }

  /** Tokens per second; NaN after an interrupt. */
  private <R> double read(
      Session session,
      Chunks chunks,
      ChunkReader.Scorer<R> scorer,
      Consumer<R> found,
      Interrupt interrupt) {
    int side = ChunkReader.sideBySide(session.options().batchSize(), chunks);
    int before = chunksRead;
    PassTimes times =
        ChunkRun.read(
            session,
            chunks,
            scorer,
            (chunk, tokens) -> {
              tokens.forEach(found);
              if (chunksRead == 0) {
                progress.firstPass(side);
              }
              progress.show(++chunksRead);
            },
            interrupt);
    return chunksRead - before == chunks.count() ? times.speed() : Double.NaN;
  }
}
