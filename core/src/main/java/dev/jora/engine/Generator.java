package dev.jora.engine;

import dev.jora.model.Batch;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** Reads a prompt and draws tokens until something ends the text. One thread at a time. */
public final class Generator {
  /**
   * When to stop and what to show.
   *
   * @param maxTokens the most tokens to draw; −1 for no limit but the context
   * @param stops strings that end the text; they are not shown
   * @param special true: control tokens are shown as text
   */
  public record Options(int maxTokens, List<String> stops, boolean special) {}

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final Batch batch = new Batch();
  private final float[] logits;

  /** A generator on a decoder whose model has this tokenizer. */
  public Generator(Decoder decoder, Tokenizer tokenizer) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.logits = new float[decoder.model().vocabularySize()];
  }

  /**
   * Reads {@code prompt} at the end of {@code sequence}.
   *
   * @return logits after the last token, overwritten by the next pass; null if the listener
   *     cancelled it
   * @throws ContextOverflowException if it does not fit, before anything is read
   */
  public float[] read(Sequence sequence, int[] prompt, GenerationListener listener) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt has no tokens");
    }
    if (sequence.length() + prompt.length > sequence.capacity()) {
      throw new ContextOverflowException(sequence.length() + prompt.length, sequence.capacity());
    }
    int step = decoder.options().batchSize();
    for (int from = 0; from < prompt.length; from += step) {
      int n = Math.min(step, prompt.length - from);
      boolean last = from + n == prompt.length;
      batch.clear();
      batch.add(sequence, prompt, from, n, last ? Batch.Outputs.LAST : Batch.Outputs.NONE);
      if (!decoder.forward(batch, listener::cancelled)) {
        return null;
      }
      listener.prompt(from + n, prompt.length);
    }
    decoder.logits(0, logits);
    return logits;
  }

  /** Reads a prompt, then draws tokens with {@code sampler} and shows them. */
  public Generation generate(
      Sequence sequence,
      int[] prompt,
      SamplerChain sampler,
      Options options,
      GenerationListener listener) {
    long start = System.nanoTime();
    int before = sequence.length();
    for (int id : prompt) {
      sampler.accept(id);
    }
    float[] current = read(sequence, prompt, listener);
    Run run = new Run(sequence, sampler, options, listener);
    run.promptNanos = System.nanoTime() - start;
    int read = Math.max(0, sequence.length() - before); // a cancelled window forgets all
    if (current == null) {
      run.stop = StopReason.INTERRUPTED;
    } else {
      run.loop();
    }
    return run.finish(read);
  }

  /** One generation in progress. */
  private final class Run {
    private final Sequence sequence;
    private final SamplerChain sampler;
    private final Options options;
    private final GenerationListener listener;
    private final StreamingDecoder pieces;
    private final StopStrings stops;
    private final StringBuilder text = new StringBuilder();
    private final int[] next = new int[1];
    private int[] ids = new int[64];
    private int count;
    private int evalRuns;
    private long promptNanos;
    private long evalNanos;
    private long sampleNanos;
    private StopReason stop;

    Run(Sequence sequence, SamplerChain sampler, Options options, GenerationListener listener) {
      this.sequence = sequence;
      this.sampler = sampler;
      this.options = options;
      this.listener = listener;
      this.pieces = new StreamingDecoder(tokenizer, options.special());
      this.stops = new StopStrings(options.stops());
    }

    void loop() {
      while (stop == null) {
        if (listener.cancelled()) {
          stop = StopReason.INTERRUPTED;
        } else if (count == options.maxTokens()) {
          stop = StopReason.LIMIT;
        } else {
          draw();
        }
      }
    }

    private void draw() {
      long start = System.nanoTime();
      int id = sampler.sample(logits);
      sampler.accept(id);
      sampleNanos += System.nanoTime() - start;
      append(id);
      listener.token(id, logits);
      if (tokenizer.vocab().isEog(id)) {
        stop = StopReason.EOS;
        return;
      }
      show(stops.accept(pieces.accept(id)));
      if (stops.found() != null) {
        stop = StopReason.WORD;
      } else if (count == options.maxTokens()) {
        stop = StopReason.LIMIT;
      } else if (sequence.length() == sequence.capacity()) {
        stop = StopReason.CONTEXT;
      } else {
        eval(id);
      }
    }

    private void eval(int id) {
      long start = System.nanoTime();
      next[0] = id;
      batch.clear();
      batch.add(sequence, next, 0, 1, Batch.Outputs.LAST);
      if (!decoder.forward(batch, listener::cancelled)) {
        stop = StopReason.INTERRUPTED;
        return;
      }
      decoder.logits(0, logits);
      evalNanos += System.nanoTime() - start;
      evalRuns++;
    }

    private void append(int id) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, 2 * count);
      }
      ids[count++] = id;
    }

    private void show(String piece) {
      if (!piece.isEmpty()) {
        text.append(piece);
        listener.text(piece);
      }
    }

    Generation finish(int promptTokens) {
      show(stops.found() != null ? "" : stops.accept(pieces.flush()));
      show(stops.flush());
      return new Generation(
          Arrays.copyOf(ids, count),
          text.toString(),
          stop,
          stops.found(),
          new Timings(promptTokens, promptNanos, evalRuns, evalNanos, count, sampleNanos));
    }
  }
}
