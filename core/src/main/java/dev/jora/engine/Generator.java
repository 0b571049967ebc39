package dev.jora.engine;

import dev.jora.model.Batch;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.ContextShift;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Reads a prompt and draws tokens until something ends the text. One thread at a time. */
public final class Generator {
  /**
   * When to stop and what to show.
   *
   * @param maxTokens the most tokens to draw; −1 for no limit but the context
   * @param stops strings that end the text; they are not shown. The text of a control token stands
   *     for the token, which ends the text whether such tokens are shown or not
   * @param shown which control tokens are shown as text
   * @param shiftKeep what a full sequence keeps of its beginning when its context is shifted; −1
   *     ends the text there. A {@link PromptCache} knows that itself, and this is not asked
   */
  public record Options(int maxTokens, List<String> stops, IntPredicate shown, int shiftKeep) {
    /** All control tokens are shown or none, and a full context ends the text. */
    public Options(int maxTokens, List<String> stops, boolean special) {
      this(maxTokens, stops, id -> special, -1);
    }
  }

  /** Makes room in a full sequence: nothing if it cannot, else the tokens to be read again. */
  private interface Room extends Supplier<Optional<int[]>> {}

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
      Batch.Outputs wanted = last ? Batch.Outputs.LAST : Batch.Outputs.NONE;
      batch.addPrompt(sequence, prompt, from, n, prompt.length, wanted);
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
    for (int id : prompt) {
      sampler.accept(id);
    }
    int keep = options.shiftKeep();
    Room room =
        () ->
            (keep < 0 ? Optional.<ContextShift>empty() : ContextShift.half(sequence.length(), keep))
                .map(shift -> shift.apply(sequence));
    return new Run(sequence, sampler, options, listener, room).generate(prompt, () -> {});
  }

  /**
   * The same for a prompt that begins, as a whole, where {@code cache} begins: reads what the cache
   * does not hold, remembers the state there ({@link PromptCache#checkpoint}), and draws. The
   * sampler accepts the whole prompt, without what was cut out of it; a sampler that was used
   * before is the caller's to reset.
   *
   * @throws ContextOverflowException if the prompt and one token do not fit and may not be cut;
   *     nothing is lost then
   */
  public Generation generate(
      PromptCache cache,
      int[] prompt,
      SamplerChain sampler,
      Options options,
      GenerationListener listener) {
    int[] rest = cache.prepare(prompt, 1);
    for (int id : cache.sequence().tokens()) {
      sampler.accept(id);
    }
    for (int id : rest) {
      sampler.accept(id);
    }
    Run run = new Run(cache.sequence(), sampler, options, listener, cache::makeRoom);
    return run.generate(rest, cache::checkpoint);
  }

  /**
   * Several texts after one prompt, drawn side by side: a pass serves all of them, so they take
   * little longer than one while weights are what takes the time. The cache holds the prompt
   * afterwards; a full context ends a text.
   *
   * @param samplers one for each text
   * @param listeners one for each text; the first hears of the prompt
   * @throws ContextOverflowException as above
   */
  public List<Generation> alternatives(
      PromptCache cache,
      int[] prompt,
      List<SamplerChain> samplers,
      Options options,
      List<? extends GenerationListener> listeners) {
    if (samplers.size() > decoder.options().batchSize()) {
      throw new IllegalArgumentException("a pass has no room for " + samplers.size() + " texts");
    }
    int[] rest = cache.prepare(prompt, 1);
    int cached = cache.reused();
    long start = System.nanoTime();
    boolean whole = read(cache.sequence(), rest, listeners.getFirst()) != null;
    long promptNanos = System.nanoTime() - start;
    int[] text = cache.sequence().tokens();
    List<Run> runs = new ArrayList<>();
    try {
      for (int i = 0; i < samplers.size(); i++) {
        for (int id : text) {
          samplers.get(i).accept(id);
        }
        Sequence fork = cache.sequence().fork();
        Run run = new Run(fork, samplers.get(i), options, listeners.get(i), Optional::empty);
        run.promptNanos = promptNanos;
        run.stop = whole ? null : StopReason.INTERRUPTED;
        runs.add(run);
      }
      if (whole) {
        cache.checkpoint();
        drawSideBySide(runs);
      }
      return runs.stream().map(run -> run.finish(cached, whole ? rest.length : 0)).toList();
    } finally {
      runs.forEach(run -> run.sequence.close());
    }
  }

  private void drawSideBySide(List<Run> runs) {
    float[] first = logits.clone();
    for (Run run : runs) {
      run.logits = first; // until its own are there: drawing does not change them
    }
    List<Run> live = new ArrayList<>(runs);
    int[] next = new int[1];
    while (true) {
      live.removeIf(run -> !run.drawNext());
      if (live.isEmpty()) {
        return;
      }
      long start = System.nanoTime();
      batch.clear();
      for (Run run : live) {
        next[0] = run.ids[run.count - 1];
        batch.addSingle(run.sequence, next, 0, 1, Batch.Outputs.LAST);
      }
      decoder.forward(batch);
      for (int i = 0; i < live.size(); i++) {
        Run run = live.get(i);
        run.logits = run.logits == first ? new float[first.length] : run.logits;
        decoder.logits(i, run.logits);
      }
      long nanos = System.nanoTime() - start;
      live.forEach(run -> run.evaluated(nanos));
    }
  }

  /** One that only says when to stop. */
  private static GenerationListener quiet(GenerationListener listener) {
    return new GenerationListener() {
      @Override
      public boolean cancelled() {
        return listener.cancelled();
      }
    };
  }

  /** One generation in progress. */
  private final class Run {
    private final Sequence sequence;
    private final SamplerChain sampler;
    private final Options options;
    private final GenerationListener listener;
    private final Room room;
    private final StreamingDecoder pieces;
    private final StopStrings stops;
    private final StringBuilder text = new StringBuilder();
    private final int[] next = new int[1];
    private float[] logits = Generator.this.logits;
    private int[] ids = new int[64];
    private int count;
    private int evalRuns;
    private long promptNanos;
    private long evalNanos;
    private long sampleNanos;
    private StopReason stop;
    private String stopToken;

    Run(
        Sequence sequence,
        SamplerChain sampler,
        Options options,
        GenerationListener listener,
        Room room) {
      this.sequence = sequence;
      this.sampler = sampler;
      this.options = options;
      this.listener = listener;
      this.room = room;
      this.pieces = new StreamingDecoder(tokenizer, options.shown());
      this.stops = new StopStrings(options.stops());
    }

    /** Reads the prompt and draws; {@code atPromptEnd} runs between. */
    Generation generate(int[] prompt, Runnable atPromptEnd) {
      long start = System.nanoTime();
      int before = sequence.length();
      boolean whole = read(sequence, prompt, listener) != null;
      promptNanos = System.nanoTime() - start;
      int read = Math.max(0, sequence.length() - before); // a cancelled window forgets all
      if (whole) {
        atPromptEnd.run();
        loop();
      } else {
        stop = StopReason.INTERRUPTED;
      }
      return finish(before, read);
    }

    private void loop() {
      while (drawNext()) {
        eval(ids[count - 1]);
      }
    }

    /** Draws a token; true if it is to be read, false if the text has ended. */
    private boolean drawNext() {
      if (stop == null && listener.cancelled()) {
        stop = StopReason.INTERRUPTED;
      } else if (stop == null && count == options.maxTokens()) {
        stop = StopReason.LIMIT;
      } else if (stop == null) {
        draw();
      }
      return stop == null;
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
      stopToken = stopToken(id);
      if (stopToken != null) {
        stop = StopReason.WORD;
        return;
      }
      show(stops.accept(pieces.accept(id)));
      if (stops.found() != null) {
        stop = StopReason.WORD;
      } else if (count == options.maxTokens()) {
        stop = StopReason.LIMIT;
      } else if (sequence.length() == sequence.capacity()) {
        makeRoom();
      }
    }

    /** The stop string that a control token spells, or null. */
    private String stopToken(int id) {
      if (options.stops().isEmpty() || !tokenizer.vocab().isHidden(id)) {
        return null;
      }
      String text = tokenizer.vocab().text(id);
      return options.stops().contains(text) ? text : null;
    }

    /** Where there is none, that is the reason to stop. */
    private void makeRoom() {
      Optional<int[]> again = room.get();
      if (again.isEmpty()) {
        stop = StopReason.CONTEXT;
      } else if (again.get().length > 0 && read(sequence, again.get(), quiet(listener)) == null) {
        stop = StopReason.INTERRUPTED;
      }
    }

    private void eval(int id) {
      long start = System.nanoTime();
      next[0] = id;
      batch.clear();
      batch.addSingle(sequence, next, 0, 1, Batch.Outputs.LAST);
      if (!decoder.forward(batch, listener::cancelled)) {
        stop = StopReason.INTERRUPTED;
        return;
      }
      decoder.logits(0, logits);
      evaluated(System.nanoTime() - start);
    }

    private void evaluated(long nanos) {
      evalNanos += nanos;
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

    private Generation finish(int cachedTokens, int promptTokens) {
      show(stops.found() != null ? "" : stops.accept(pieces.flush()));
      show(stops.flush());
      return new Generation(
          Arrays.copyOf(ids, count),
          text.toString(),
          stop,
          stopToken == null ? stops.found() : stopToken,
          new Timings(
              cachedTokens, promptTokens, promptNanos, evalRuns, evalNanos, count, sampleNanos));
    }
  }
}
